"""Raw values → clean values, with every error by field code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from tomoni.core.errors import Invalid
from tomoni.records import fieldtypes
from tomoni.records.compute import formulas, lookups, visible
from tomoni.records.fieldtypes import Context, Unclean
from tomoni.records.fieldtypes.base import repeats
from tomoni.records.schema.snapshot import AppSchema
from tomoni.records.schema.spec import FieldSpec

CHOSEN = frozenset(
    {
        "choice",
        "radio",
        "multichoice",
        "checkbox",
        "slot",
        "category",
        "group",
        "user",
        "department",
        "lookup",
    }
)
MOST_VALUES = 2_000


def writable(schema: AppSchema) -> list[FieldSpec]:
    """The fields that people fill in."""
    return [f for f in schema.fields if fieldtypes.get(f.type).entered]


def prefetch(schema: AppSchema, context: Context, rows: Sequence[Mapping[str, Any]]) -> None:
    """Read in bulk what cleaning will look up: at most one query a field with people, departments or files."""
    for field in writable(schema):
        raws = [row[field.code] for row in rows if row.get(field.code)]
        if raws:
            fieldtypes.get(field.type).prefetch(context, field, raws)


def defaults(schema: AppSchema, values: Mapping[str, Any]) -> dict[str, Any]:
    """The raw values with the defaults of the fields that were not mentioned at all."""
    filled = dict(values)
    for field in schema.fields:
        if field.default not in (None, "", []) and field.code not in filled:
            filled[field.code] = field.default
    return filled


def clean(
    schema: AppSchema,
    context: Context,
    values: Mapping[str, Any],
    *,
    whole: bool,
    cast: bool = False,
    current: Mapping[str, Any] | None = None,
    known: Mapping[str, FieldSpec] | None = None,
) -> tuple[dict[str, Any], dict[str, list[Any]]]:
    """Clean values by code and errors by code.

    `whole`: every field is answered for (create), else only those given. `cast`: cells of a file. `current`: the
    stored values, which may stay even where they could not be entered any more. `known`: the writable fields by code,
    when many rows are cleaned.
    """
    if known is None:
        known = {f.code: f for f in writable(schema)}
    context.current = current or {}
    errors = _unknown(schema, known, values)
    cleaned, missing = _each(schema, known, context, values, errors, whole, cast)
    stays = current or {}
    if visible.has_rules(schema):
        trial = dict(cleaned)
        lookups.fill(schema.fields, trial, stays, context)
        merged = {**_system(schema, context), **stays, **trial}
        merged.update(formulas.fill(schema, merged))
        for field in visible.hidden(schema, merged, context.actor, blank=current is None):
            errors.pop(field.code, None)
            missing.discard(field.code)
            cleaned.pop(field.code, None)
            if whole:
                cleaned[field.code] = fieldtypes.get(field.type).empty
    if lookups.has_any(schema):
        errors.update(lookups.fill(schema.fields, cleaned, stays, context))
    for code in missing:
        if code not in cleaned or fieldtypes.get(known[code].type).is_empty(cleaned[code]):
            chosen = known[code].type in CHOSEN
            errors.setdefault(code, [_("選んでください。") if chosen else _("入力してください。")])
    if not errors:
        cleaned.update(formulas.fill(schema, {**stays, **cleaned}))
    return cleaned, errors


def _unknown(
    schema: AppSchema, known: Mapping[str, FieldSpec], values: Mapping[str, Any]
) -> dict[str, list[Any]]:
    """Errors for what is no field that people fill in. Computed fields in a file (as it was exported) are passed over."""
    errors: dict[str, list[Any]] = {}
    for code in values:
        found = schema.by_code.get(code)
        if code in known or (found is not None and not found.table and computed(found)):
            continue
        errors[str(code)[:64]] = [
            _("この項目は自動で入ります。入力できません。") if found else _("この項目はありません。")
        ]
    return errors


def computed(field: FieldSpec) -> bool:
    """Whether the writer fills this field in from others, so that a value given for it is passed over."""
    kind = fieldtypes.get(field.type)
    return not kind.entered and kind.storage != "system"


def _each(
    schema: AppSchema, known: Mapping[str, FieldSpec], context: Context, values: Mapping[str, Any],
    errors: dict[str, list[Any]], whole: bool, cast: bool,
) -> tuple[dict[str, Any], set[str]]:  # fmt: skip
    """Every field cleaned by its type, and which required ones are empty so far; what is wrong goes into `errors`."""
    cleaned: dict[str, Any] = {}
    missing: set[str] = set()
    for code, field in known.items():
        if code not in values and not whole:
            continue
        kind = fieldtypes.get(field.type)
        try:
            cleaned[code] = (kind.cast if cast else kind.clean)(values.get(code), field, context)
        except Unclean as error:
            if not context.current or not repeats(values.get(code), context.current.get(code)):
                errors[code] = error.messages
            continue
        if field.required and kind.is_empty(cleaned[code]):
            missing.add(code)
    return cleaned, missing


def _system(schema: AppSchema, context: Context) -> dict[str, Any]:
    """The system fields that conditions may ask for while a record is being written."""
    record = context.record
    if record is None:
        actor = context.actor
        own = actor.id if actor.kind in ("user", "token") else None
        return {"ステータス": schema.initial_state, "作成者": own}
    return {
        "ステータス": record.status, "作成者": record.creator, "作業者": list(record.assignees),
        "レコード番号": record.id, "$id": record.id, "作成日時": record.created_at, "更新日時": record.updated_at,
    }  # fmt: skip


def clean_or_raise(
    schema: AppSchema,
    context: Context,
    values: Mapping[str, Any],
    *,
    whole: bool,
    current: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Clean values; raises `Invalid` with every error."""
    if not isinstance(values, Mapping) or len(values) > MOST_VALUES:
        raise Invalid(_("入力の形が正しくありません。"))
    prefetch(schema, context, [values])
    cleaned, errors = clean(schema, context, values, whole=whole, current=current)
    if errors:
        raise Invalid(errors)
    return cleaned
