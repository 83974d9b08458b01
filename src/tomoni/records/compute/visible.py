"""Which fields are shown (表示条件): a field's `visible_if` over the other values of the same record."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from tomoni.core import clock
from tomoni.core.actor import Actor
from tomoni.core.clock import TOKYO
from tomoni.engines.query import And, Call, Condition, Number, Or, QueryError, Text, holds, parse
from tomoni.people.models import Department, User
from tomoni.records import fieldtypes
from tomoni.records._core import fold
from tomoni.records.compute import formulas
from tomoni.records.ddl.tables import column_names
from tomoni.records.fieldtypes import Context, Unclean
from tomoni.records.fieldtypes.user import ids_of
from tomoni.records.query.operators import only_day
from tomoni.records.schema.snapshot import AppSchema
from tomoni.records.schema.spec import FieldSpec

_OWN = {"LOGINUSER": "people", "PRIMARY_ORGANIZATION": "departments"}


class Values:
    """Clean values as `engines.query.evaluate` asks for them."""

    def __init__(self, schema: AppSchema, values: Mapping[str, Any], actor: Actor) -> None:
        self.schema, self.values, self.actor = schema, values, actor

    def _field(self, node: Condition) -> FieldSpec:
        field = self.schema.by_code.get(node.field)
        if field is None or field.table or fieldtypes.get(field.type).storage == "rows":
            raise QueryError("field", node.line, node.column, found=node.field)
        return field

    def kind(self, node: Condition) -> str:
        """The kind of the field's type; refuses operators that it does not have."""
        kind = fieldtypes.get(self._field(node).type)
        named = kind.kind == "other" and node.operator in (
            "like",
            "not like",
        )  # file names are asked in SQL only
        if node.operator not in kind.operators or named:
            raise QueryError("operator", node.line, node.column, field=node.field, found=node.operator)
        return kind.kind

    def key(self, code: str) -> Any:
        """What the column of comparison would hold."""
        field = self.schema.by_code[code]
        kind, value = fieldtypes.get(field.type), self.values.get(code)
        if value is None or kind.is_empty(value):
            return None
        if kind.storage == "columns" and kind.kind != "other":
            names = column_names(field)
            wanted = f"c_{field.id}_{kind.key_part}" if kind.key_part else f"c_{field.id}"
            return kind.to_columns(value, field)[names.index(wanted)]
        return list(value) if isinstance(value, list | tuple) else value

    def literal(self, node: Condition, text: str) -> Any:
        """As the type compares it; a day without a time stays a day."""
        field = self._field(node)
        kind = fieldtypes.get(field.type)
        try:
            found = kind.literal(text, field)
        except Unclean as error:
            reason = error.messages[0]
            raise QueryError("value", node.line, node.column, field=node.field, reason=reason) from None
        return found.astimezone(TOKYO).date() if kind.kind == "datetime" and only_day(text) else found

    def needle(self, text: str) -> str:
        """Folded."""
        return fold(text)

    def ids(self, node: Condition, texts: Sequence[str], calls: Sequence[Call]) -> set[int]:
        """The reader's own, ids, logins or codes."""
        kind = fieldtypes.get(self._field(node).type).kind
        model, code = (User, "username") if kind == "people" else (Department, "code")
        own = self.actor.id if kind == "people" else self.actor.home_department
        found = {own} if calls and own is not None else set()
        if texts:
            named = dict(model.objects.filter(**{f"{code}__in": list(texts)}).values_list(code, "pk"))
            found.update(named.values())
            found.update(ids_of(set(texts) - named.keys()))
        return found


def has_rules(schema: AppSchema) -> bool:
    """Whether any field of the app is shown under a condition; kept with the snapshot."""
    found: bool | None = vars(schema).get("_rules")
    if found is None:
        found = vars(schema)["_rules"] = any(field.visible_if for field in schema.fields)
    return found


def shown(schema: AppSchema, field: FieldSpec, values: Mapping[str, Any], actor: Actor) -> bool:
    """Whether a field's condition holds. A condition that cannot be read any more hides nothing."""
    if not field.visible_if.strip():
        return True
    try:
        return holds(parse(field.visible_if).where, Values(schema, values, actor), clock.local_now())
    except QueryError:
        return True


def hidden(schema: AppSchema, values: Mapping[str, Any], actor: Actor, *, blank: bool) -> list[FieldSpec]:
    """The fields that are not shown, asked in the order of the form.

    `blank`: a hidden field counts as empty for those that come after it (a new record); else as what it holds.
    """
    known, found = dict(values), []
    for field in schema.fields:
        if field.visible_if and not shown(schema, field, known, actor):
            found.append(field)
            if blank:
                known[field.code] = fieldtypes.get(field.type).empty
    return found


def shown_codes(schema: AppSchema, actor: Actor, answers: Mapping[str, Any]) -> frozenset[str]:
    """The fields to show for raw answers; what cannot be read (yet) counts as empty."""
    codes = {f.code for f in schema.fields}
    if not has_rules(schema):
        return frozenset(codes)
    context = Context(actor=actor)
    known: dict[str, Any] = {"ステータス": schema.initial_state}
    for field in schema.fields:
        kind = fieldtypes.get(field.type)
        known[field.code] = kind.empty
        if kind.entered and kind.storage != "rows" and field.code in answers:
            try:
                known[field.code] = kind.clean(answers[field.code], field, context)
            except Unclean:
                continue
    known.update(formulas.fill(schema, known))
    return frozenset(codes - {f.code for f in hidden(schema, known, actor, blank=True)})


def for_browser(text: str) -> str:
    """A condition as JSON for the page's script; empty when only the server can answer it."""
    if not text.strip():
        return ""
    try:
        made = _plain(parse(text).where)
    except QueryError:
        return ""
    return json.dumps(made, ensure_ascii=False, separators=(",", ":")) if made else ""


def _plain(node: Any) -> list[Any] | None:
    if isinstance(node, And | Or):
        parts = [_plain(part) for part in node.parts]
        return None if None in parts else ["and" if isinstance(node, And) else "or", *parts]
    if not isinstance(node, Condition) or not all(isinstance(v, Text | Number) for v in node.values):
        return None
    values = [v.value if isinstance(v, Text) else v.text for v in node.values]  # type: ignore[union-attr]
    return [node.operator, node.field, *values]
