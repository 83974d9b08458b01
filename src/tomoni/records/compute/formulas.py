"""Calculated fields of an app: which there are, in which order, what they give for a record. No queries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tomoni.core.errors import Invalid
from tomoni.engines import formula
from tomoni.engines.formula import MISSING, FormulaError, Kind, Node
from tomoni.records import fieldtypes
from tomoni.records.fieldtypes import Calculated, Names
from tomoni.records.schema.snapshot import AppSchema
from tomoni.records.schema.spec import FieldSpec

# The kind a field has in formulas; types that are not here cannot be used in them.
KINDS = {
    "text": "text", "multiline": "text", "richtext": "text", "link": "text", "choice": "text", "radio": "text",
    "calc_text": "text", "lookup": "text", "address": "text", "number": "number", "calc": "number", "date": "date",
    "calc_date": "date", "datetime": "datetime", "slot": "datetime", "calc_datetime": "datetime", "time": "time",
    "calc_time": "time", "multichoice": "set", "checkbox": "set", "category": "set", "group": "set",
}  # fmt: skip
_SHOWN = frozenset({"richtext", "lookup", "address"})
_EMPTY_MOMENTS = frozenset({"date", "datetime", "time"})


@dataclass(frozen=True, slots=True)
class Step:
    """One calculated field: its tree, what it uses, and the table it is a column of."""

    field: FieldSpec
    tree: Node
    uses: tuple[str, ...]

    @property
    def kind(self) -> Calculated:
        """Its type."""
        found = fieldtypes.get(self.field.type)
        assert isinstance(found, Calculated)
        return found


def is_calculated(field: FieldSpec) -> bool:
    """Whether the writer computes this field."""
    return isinstance(fieldtypes.REGISTRY.get(field.type), Calculated)


def steps(schema: AppSchema) -> list[Step]:
    """The calculated fields in the order of computing; kept with the snapshot, since it never changes."""
    found: list[Step] | None = vars(schema).get("_steps")
    if found is None:
        made = {step.field.code: step for step in _every(schema)}
        found = [made[code] for code in formula.ordered({c: s.uses for c, s in made.items()})]
        vars(schema)["_steps"] = found
    return found


def _every(schema: AppSchema) -> list[Step]:
    columns = [schema.by_code[c.code] for f in schema.fields for c in f.fields]
    made = []
    for field in (*schema.fields, *columns):
        if is_calculated(field):
            tree = formula.parse(field.options.get("formula", ""))
            made.append(Step(field, tree, tuple(formula.fields(tree))))
    return made


def kinds(schema: AppSchema, table: str = "") -> dict[str, Kind | None]:
    """The kind of every field as a formula sees it; `table`: for a column of that table."""
    found: dict[str, Kind | None] = {}
    for code, field in schema.by_code.items():
        name = KINDS.get(field.type)
        found[code] = Kind(name, many=bool(field.table) and field.table != table) if name else None
    return found


def check(schema: AppSchema) -> None:
    """Raise `Invalid` under the field's code when a formula does not fit the fields, or goes round in a circle."""
    language = get_language() or "ja"
    try:
        for step in steps(schema):
            field = step.field
            try:
                formula.check_result(step.tree, kinds(schema, field.table), step.kind.result)
            except FormulaError as error:
                message = _("計算式: %(error)s") % {"error": error.message(language)}
                raise Invalid({field.code: [message]}, line=error.line, column=error.column) from None
    except FormulaError as error:  # a circle: the first of its members is named
        code = error.parts["chain"].split(" → ")[0]
        raise Invalid({code: [error.message(language)]}) from None


def plain(field: FieldSpec, value: Any) -> Any:
    """A field's value as formulas take it."""
    if value is None and KINDS.get(field.type) in _EMPTY_MOMENTS:
        return MISSING
    if field.type in _SHOWN:
        return fieldtypes.get(field.type).display(value, field, Names())
    return value


def fill(schema: AppSchema, values: Mapping[str, Any]) -> dict[str, Any]:
    """The calculated values for the clean values of a whole record, by code; tables come with their computed columns."""
    plan = steps(schema)
    if not plan:
        return {}
    known = dict(values)
    found: dict[str, Any] = {}
    for step in plan:
        if step.field.table:
            known[step.field.table] = found[step.field.table] = _column(schema, step, known)
        else:
            known[step.field.code] = found[step.field.code] = _one(schema, step, known, None)
    return found


def _column(schema: AppSchema, step: Step, known: Mapping[str, Any]) -> list[dict[str, Any]]:
    rows = known.get(step.field.table) or []
    return [
        {**row, "values": {**row["values"], step.field.code: _one(schema, step, known, row["values"])}}
        for row in rows
    ]


def _one(schema: AppSchema, step: Step, known: Mapping[str, Any], row: Mapping[str, Any] | None) -> Any:
    given = {code: _input(schema, schema.by_code[code], known, row, step.field.table) for code in step.uses}
    return step.kind.kept(formula.evaluate(step.tree, given, step.kind.result), step.field)


def _input(
    schema: AppSchema, field: FieldSpec, known: Mapping[str, Any], row: Mapping[str, Any] | None, table: str
) -> Any:
    empty = fieldtypes.get(field.type).empty
    if not field.table:
        return plain(field, known.get(field.code, empty))
    if row is not None and field.table == table:
        return plain(field, row.get(field.code, empty))
    return [plain(field, r["values"].get(field.code, empty)) for r in known.get(field.table) or ()]


def stale(before: AppSchema | None, after: AppSchema) -> set[str]:
    """Which calculated fields have to be computed anew for the records that are there: new ones, those whose formula
    or digits changed, those that use a field that is another one now, and all that depend on these."""
    now = {step.field.code: step for step in steps(after)}
    if before is None or not now:
        return set()
    old = {f.id: f for f in before.by_code.values() if f.id is not None}
    changed: set[str] = set()
    for code, step in now.items():
        former = old.get(step.field.id or 0)
        same = former is not None and former.type == step.field.type
        if (
            not same
            or former is None
            or dict(former.options) != dict(step.field.options)
            or any(_identity(before, used) != _identity(after, used) for used in step.uses)
        ):
            changed.add(code)
    return changed | formula.affected({c: s.uses for c, s in now.items()}, changed)


def _identity(schema: AppSchema, code: str) -> Any:
    field = schema.by_code.get(code)
    return (field.id, field.type) if field else None
