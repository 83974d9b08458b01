"""What a writer may change of a record's fields (項目の権限). Called by every action that takes values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from tomoni.core.actor import Actor
from tomoni.core.errors import Invalid
from tomoni.records import fieldtypes
from tomoni.records.ddl.tables import tables
from tomoni.records.query.means import Meaning, Person
from tomoni.records.query.sight import Sight, editable, on_new, seen, unseen_on
from tomoni.records.record import Record
from tomoni.records.schema.snapshot import AppSchema
from tomoni.records.schema.spec import FieldSpec


class Fields:
    """Which fields one actor sees and may change on one record; `record` None: on one that is being made."""

    def __init__(self, actor: Actor, schema: AppSchema, record: Record | None = None) -> None:
        self.schema = schema
        self.hidden: set[str] = set()
        self.fixed: set[str] = set()
        if not schema.field_rights:
            return
        narrowed = seen(actor, schema)
        if not isinstance(narrowed, Sight):
            return
        self.hidden = set(narrowed.hidden)
        rules = editable(actor, schema)
        if record is None:
            person = Person(actor, schema)
            allowed = {r.code: on_new(person, r) == "edit" for r in schema.field_rights}
        else:
            self.hidden |= set(unseen_on(narrowed, record.id))
            allowed = _on(schema, record.id, rules)
        self.fixed = {code for code, may in allowed.items() if not may} | self.hidden

    def loosened(self) -> AppSchema:
        """The definition for cleaning: what the actor cannot fill in is not required of them."""
        if not self.fixed:
            return self.schema

        def loose(spec: FieldSpec) -> FieldSpec:
            columns = tuple(loose(c) for c in spec.fields)
            return replace(spec, fields=columns, required=spec.required and spec.code not in self.fixed)

        return replace(self.schema, fields=tuple(loose(f) for f in self.schema.fields), by_code={})

    def refuse_unknown(self, values: Mapping[str, Any]) -> None:
        """Raise `Invalid` for a hidden field: to the actor it does not exist."""
        if not self.hidden:
            return
        errors = {str(code)[:64]: [_("この項目はありません。")] for code in values if code in self.hidden}
        if errors:
            raise Invalid(errors)

    def refused(self, changed: Mapping[str, tuple[Any, Any]], given: Iterable[str]) -> dict[str, list[Any]]:
        """Errors for fields that the actor sees, may not change, and gave another value."""
        if not self.fixed:
            return {}
        named = set(given)
        words = [_("この項目を直す権限がありません。")]
        errors: dict[str, list[Any]] = {}
        for code, (old, new) in changed.items():
            if (code in self.fixed and code in named) or (
                code in named and self._columns(code, old or [], new or [])
            ):
                errors[code] = words
        return errors

    def keep_columns(self, code: str, old: Any, new: Any) -> Any:
        """The new rows of a table with the values of hidden columns as they were."""
        spec = self.schema.by_code.get(code)
        if spec is None or not spec.fields or not self.hidden or not isinstance(new, list):
            return new
        kept = [c for c in spec.fields if c.code in self.hidden and fieldtypes.get(c.type).entered]
        before = {row.get("id"): row["values"] for row in old or []}
        return [
            {
                **row,
                "values": {
                    **row["values"],
                    **{
                        c.code: before.get(row.get("id"), {}).get(c.code, fieldtypes.get(c.type).empty)
                        for c in kept
                    },
                },
            }
            for row in new
        ]

    def _columns(self, code: str, old: Any, new: Any) -> bool:
        spec = self.schema.by_code.get(code)
        fixed = [c.code for c in spec.fields if c.code in self.fixed - self.hidden] if spec else []
        if not fixed:
            return False
        before = {row.get("id"): row["values"] for row in old}
        blank = {c.code: fieldtypes.get(c.type).empty for c in spec.fields} if spec else {}
        return any(
            row["values"].get(c) != before.get(row.get("id"), blank).get(c) for row in new for c in fixed
        )


def _on(schema: AppSchema, record: int, rules: Mapping[str, Meaning]) -> dict[str, bool]:
    """The rules decided for one record; one query when some depend on it."""
    found = {code: bool(rule) for code, rule in rules.items() if not isinstance(rule, Q)}
    rows = tables(schema).record._default_manager.filter(pk=record)
    for code, rule in rules.items():
        if isinstance(rule, Q):
            found[code] = rows.filter(rule).exists()
    return found


def on_create(actor: Actor, schema: AppSchema, values: Mapping[str, Any]) -> Fields:
    """The actor's fields on a new record, after refusing values that they may not give."""
    fields = Fields(actor, schema)
    fields.refuse_unknown(values)
    return fields


def given_new(fields: Fields, cleaned: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Errors for a new record: a field that the actor may not fill in holds its default and nothing else."""
    if not fields.fixed:
        return {}
    changed = {}
    for code in given:
        spec = fields.schema.by_code.get(code)
        if spec is None or code not in cleaned or fieldtypes.get(spec.type).is_empty(cleaned[code]):
            continue
        same = str(given[code]) == str(spec.default)
        changed[code] = (None if not same else cleaned[code], cleaned[code])
    return fields.refused({c: pair for c, pair in changed.items() if pair[0] != pair[1]}, given)
