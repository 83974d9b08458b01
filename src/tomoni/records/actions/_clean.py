"""Raw values → clean values, with every error by field code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from tomoni.core.errors import Invalid
from tomoni.records import fieldtypes
from tomoni.records.fieldtypes import Context, Unclean
from tomoni.records.schema.snapshot import AppSchema
from tomoni.records.schema.spec import FieldSpec

MOST_VALUES = 2_000


def writable(schema: AppSchema) -> list[FieldSpec]:
    """The fields that people fill in."""
    return [f for f in schema.fields if fieldtypes.get(f.type).storage != "system"]


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


def unchanged(raw: Any, value: Any) -> bool:
    """Whether a raw value only repeats what is stored: a choice taken off the list since, a person who left."""
    if value in (None, "", []):
        return False
    if isinstance(value, list):
        given = raw if isinstance(raw, list | tuple) else [raw]
        return [str(v) for v in given] == [str(v) for v in value]
    return isinstance(raw, str) and raw.strip() == str(value)


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
    cleaned: dict[str, Any] = {}
    errors: dict[str, list[Any]] = {}
    if known is None:
        known = {f.code: f for f in writable(schema)}
    for code in values:
        if code not in known:
            found = schema.by_code.get(code)
            errors[str(code)[:64]] = [
                _("この項目は自動で入ります。入力できません。") if found else _("この項目はありません。")
            ]
    for code, field in known.items():
        if code not in values and not whole:
            continue
        kind = fieldtypes.get(field.type)
        try:
            value = (kind.cast if cast else kind.clean)(values.get(code), field, context)
        except Unclean as error:
            if current is None or not unchanged(values.get(code), current.get(code)):
                errors[code] = error.messages
            continue
        if field.required and kind.is_empty(value):
            chosen = kind.name in ("choice", "multichoice", "slot")
            errors[code] = [_("選んでください。") if chosen else _("入力してください。")]
            continue
        cleaned[code] = value
    return cleaned, errors


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
