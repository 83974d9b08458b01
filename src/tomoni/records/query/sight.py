"""What a reader sees of an app (項目の権限): the definition without the fields that are hidden from them.

Readers work from this narrowed definition, so that a hidden field is in no list, form, file, filter or answer: to the
reader it is a field that does not exist. Fields whose rights depend on the record (`creator`, `assignee`, `field:`,
`head`) stay, with the condition under which they are seen.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any

from django.db.models import BooleanField, ExpressionWrapper, Q

from tomoni.core.actor import Actor
from tomoni.engines.query import QueryError, parse
from tomoni.engines.query.tree import And, Or
from tomoni.records import fieldtypes
from tomoni.records.ddl.tables import tables
from tomoni.records.query.means import Meaning, Person, first
from tomoni.records.record import Record
from tomoni.records.schema.snapshot import AppSchema
from tomoni.records.schema.spec import FieldRightSpec, FieldSpec, LayoutItem

LEVELS = {"none": 0, "view": 1, "edit": 2}


@dataclass(frozen=True)
class Sight(AppSchema):
    """A definition as one reader sees it. `partial`: fields that are seen on some records only, with the condition.

    Hidden fields are in `trash`, because the run-time tables have their columns.
    """

    partial: Mapping[str, Q] = field(default_factory=dict, compare=False, repr=False)
    hidden: frozenset[str] = frozenset()
    whole: AppSchema | None = field(default=None, compare=False, repr=False)

    def __post_init__(self) -> None:
        super().__post_init__()
        for code in self.hidden:
            self.by_code.pop(code, None)  # type: ignore[attr-defined]


def seen(actor: Actor, schema: AppSchema) -> AppSchema:
    """The definition as the actor sees it: the same one when no rights on fields hold them."""
    if not schema.field_rights or isinstance(schema, Sight):
        return schema
    person = Person(actor, schema)
    if person.exempt:
        return schema
    meanings = {rule.code: access(person, rule, "view") for rule in schema.field_rights}
    hidden = {code for code, meaning in meanings.items() if meaning is False}
    for spec in schema.fields:
        if spec.code in hidden:
            hidden.update(column.code for column in spec.fields)
    partial = {c: m for c, m in meanings.items() if isinstance(m, Q) and c not in hidden}
    for spec in schema.fields:
        if spec.code in partial:
            for column in spec.fields:
                inner = partial.get(column.code)
                if column.code not in hidden:
                    partial[column.code] = partial[spec.code] & inner if inner else partial[spec.code]
    return _narrowed(schema, frozenset(hidden), partial)


def access(person: Person, rule: FieldRightSpec, level: str) -> Meaning:
    """Whether the rights on a field give the person `view` or `edit`: the first grant that means them decides."""
    cases = ((person.means(g.who), LEVELS[g.access] >= LEVELS[level]) for g in rule.grants)
    return first(cases, False)


def editable(actor: Actor, schema: AppSchema) -> dict[str, Meaning]:
    """Per field with rights whether the actor may change it; the others follow the record."""
    if not schema.field_rights:
        return {}
    person = Person(actor, schema)
    if person.exempt:
        return {}
    return {rule.code: access(person, rule, "edit") for rule in schema.field_rights}


def field_access(actor: Actor, schema: AppSchema, record: int | None) -> dict[str, str]:
    """`none`, `view` or `edit` for each field with rights; without a record: on one they make."""
    found: dict[str, str] = {}
    if not schema.field_rights or (person := Person(actor, schema)).exempt:
        return found
    rows = tables(schema).record._default_manager.filter(pk=record or 0)
    for rule in schema.field_rights:
        if record is None:
            found[rule.code] = on_new(person, rule)
            continue
        found[rule.code] = "none"
        for level in ("view", "edit"):
            meaning = access(person, rule, level)
            if meaning is True or (isinstance(meaning, Q) and rows.filter(meaning).exists()):
                found[rule.code] = level
    return found


def on_new(person: Person, rule: FieldRightSpec) -> str:
    """What somebody who makes a record may do with a field: they are its creator, and nobody else is named yet."""
    for grant in rule.grants:
        meant = person.means(grant.who) is True
        creator = grant.who in ("creator", "field:作成者") and person.own is not None
        if meant or creator or (grant.who == "head" and person.actor.heads & person.actor.units):
            return grant.access
    return "none"


def marks(schema: AppSchema, codes: Iterable[str]) -> dict[str, Any]:
    """What to select beside the columns: for each partly seen field whether this record shows it."""
    partial: Mapping[str, Q] = getattr(schema, "partial", {})
    wanted = [code for code in partial if code in set(codes)]
    return {code: ExpressionWrapper(partial[code], output_field=BooleanField()) for code in wanted}


def aliases(named: Mapping[str, Any]) -> dict[str, Any]:
    """The marks under names that SQL takes."""
    return {f"seen_{n}": mark for n, mark in enumerate(named.values())}


def unseen(row: Sequence[Any], named: Mapping[str, Any]) -> list[str]:
    """The codes that a row, read with `marks` at its end, does not show."""
    values = row[len(row) - len(named) :]
    return [code for code, shown in zip(named, values, strict=True) if not shown]


def blank(schema: AppSchema, record: Record, unseen: Iterable[str]) -> Record:
    """The record without the values that the reader does not see on it, and without hidden system values."""
    values = dict(record.values)
    for code in unseen:
        spec = schema.by_code.get(code)
        if spec is None:
            continue
        if spec.table and spec.table in values:
            values[spec.table] = [
                {**row, "values": {k: v for k, v in row["values"].items() if k != code}}
                for row in values[spec.table] or []
            ]
        elif code in values:
            values[code] = fieldtypes.get(spec.type).empty
    gone = {*getattr(schema, "hidden", ()), *unseen}
    system: dict[str, Any] = {}
    if "作成者" in gone:
        system["creator"] = None
    if "更新者" in gone:
        system["modifier"] = None
    if "作業者" in gone:
        system["assignees"] = ()
    return replace(record, values=values, **system)


def own_view(actor: Actor, schema: AppSchema, record: Record) -> Record:
    """A record that a writer holds, as the actor sees it: what actions give back."""
    narrowed = seen(actor, schema)
    if not isinstance(narrowed, Sight):
        return record
    known = {f.code: f for f in narrowed.fields}
    values = {c: _columns(known[c], v) for c, v in record.values.items() if c in known}
    return blank(narrowed, replace(record, values=values), unseen_on(narrowed, record.id))


def _columns(spec: FieldSpec, value: Any) -> Any:
    if not spec.fields or not isinstance(value, list):
        return value
    shown = {column.code for column in spec.fields}
    return [{**row, "values": {c: v for c, v in row["values"].items() if c in shown}} for row in value]


def unseen_on(schema: AppSchema, record: int) -> list[str]:
    """The partly seen fields that the reader does not see on this record. One query, and none without such fields."""
    codes = list(getattr(schema, "partial", {}))
    if not codes:
        return []
    named = marks(schema, codes)
    rows = tables(schema).record._default_manager.filter(pk=record).annotate(**aliases(named))
    found = rows.values_list(*aliases(named)).first()
    return codes if found is None else unseen(found, named)


def _narrowed(schema: AppSchema, hidden: frozenset[str], partial: Mapping[str, Q]) -> Sight:
    shown: list[FieldSpec] = []
    gone: list[FieldSpec] = []
    columns = list(schema.trash_columns)
    for spec in schema.fields:
        if spec.code in hidden:
            gone.append(spec)
            continue
        kept = tuple(c for c in spec.fields if c.code not in hidden)
        columns += [replace(c, table=spec.code, table_id=spec.id) for c in spec.fields if c.code in hidden]
        shown.append(replace(spec, fields=kept) if len(kept) < len(spec.fields) else spec)
    parts = {f.name: getattr(schema, f.name) for f in fields(AppSchema) if f.name != "by_code"}
    known = {"fields": tuple(shown), "trash": (*schema.trash, *gone), "trash_columns": tuple(columns)}
    made = Sight(**{**parts, **known, "partial": dict(partial), "hidden": hidden, "whole": schema})
    changes: dict[str, Any] = {
        "views": tuple(v for v in (_view(view, made) for view in schema.views) if v is not None),
        "layout": _layout(schema.layout, hidden),
        "title_field": "" if schema.title_field in hidden else schema.title_field,
    }
    return replace(made, by_code={}, **changes)


def _view(view: Any, sight: Sight) -> Any:
    """The view without hidden columns; none when its filter, date or shape needs one."""
    told = [view.date_field, *_strings(view.options)]
    if any(text in sight.hidden for text in told) or _asks(view.query, sight.hidden):
        return None
    return replace(view, columns=tuple(c for c in view.columns if c not in sight.hidden))


def _strings(value: Any) -> Sequence[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, Mapping):
        return [text for item in value.values() for text in _strings(item)]
    if isinstance(value, list | tuple):
        return [text for item in value for text in _strings(item)]
    return []


def _asks(query: str, codes: frozenset[str]) -> bool:
    """Whether a query names one of the fields."""
    try:
        read = parse(query)
    except QueryError:
        return False
    stack: list[Any] = [read.where] if read.where is not None else []
    while stack:
        node = stack.pop()
        if isinstance(node, And | Or):
            stack.extend(node.parts)
        elif node.field in codes:
            return True
    return any(key.field in codes for key in read.order)


def _layout(items: Sequence[LayoutItem], hidden: frozenset[str]) -> tuple[LayoutItem, ...]:
    return tuple(
        replace(item, items=_layout(item.items, hidden)) for item in items if item.code not in hidden
    )
