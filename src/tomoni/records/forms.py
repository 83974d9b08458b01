"""Raw values out of a posted form. The names of controls are the field codes (`records/fields/*.html`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from tomoni.core.actor import Actor
from tomoni.core.errors import Invalid, TomoniError
from tomoni.records import fieldtypes, rowforms
from tomoni.records.actions.store_upload import store_upload
from tomoni.records.fieldtypes import address
from tomoni.records.fieldtypes.table import CellError
from tomoni.records.schema.spec import FieldSpec

MANY = frozenset({"multichoice", "checkbox", "category", "user", "department", "group"})
PARTS = {"location": ("lat", "lon"), "address": address.PARTS}


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a form: what a widget is included with."""

    field: FieldSpec
    value: Any
    errors: list[Any]

    @property
    def template(self) -> str:
        """The widget."""
        return self.field.template


@dataclass(frozen=True, slots=True)
class Problem:
    """One line of the summary above a form."""

    id: str
    label: str
    text: str


def is_input(spec: FieldSpec) -> bool:
    """Whether people fill this field (system fields and calculated ones fill themselves)."""
    return fieldtypes.get(spec.type).entered


def read_values(
    request: HttpRequest, fields: Iterable[FieldSpec], *, actor: Actor, app: str, blank_rows: bool = False
) -> dict[str, Any]:
    """The raw values of the posted form. Uploads are stored first, so that they survive an error elsewhere.

    New rows of tables that nobody touched are left out, unless `blank_rows`. Raises `Invalid` naming the field whose
    upload cannot be taken.
    """
    values: dict[str, Any] = {}
    errors: dict[str, list[Any]] = {}
    for spec in fields:
        if spec.type == "table":
            values[spec.code], problems = _rows(request, spec, actor, app, blank_rows)
        else:
            values[spec.code], problems = _value(request, spec, spec.code, actor, app)
        if problems:
            errors[spec.code] = problems
    if errors:
        raise Invalid(errors, raw=values)
    return values


def _value(request: HttpRequest, spec: FieldSpec, name: str, actor: Actor, app: str) -> tuple[Any, list[Any]]:
    """The raw value of the control with this name, and what is wrong with its uploads."""
    if spec.type in PARTS:
        return {part: request.POST.get(f"{name}.{part}", "") for part in PARTS[spec.type]}, []
    if spec.type == "file":
        return _files(request, spec, name, actor, app)
    if spec.type in MANY:
        return [v for v in request.POST.getlist(name) if v], []
    return request.POST.get(name, ""), []


def _rows(
    request: HttpRequest, spec: FieldSpec, actor: Actor, app: str, blank: bool
) -> tuple[list[dict[str, Any]], list[Any]]:
    """The raw rows of a table in the order of the page."""
    found: list[dict[str, Any]] = []
    problems: list[Any] = []
    for key in rowforms.keys(request.POST, spec):
        values: dict[str, Any] = {}
        wrong: list[tuple[FieldSpec, Any]] = []
        for column in (c for c in spec.fields if is_input(c)):
            name = rowforms.name_of(spec, key, column)
            values[column.code], texts = _value(request, column, name, actor, app)
            wrong += [(column, text) for text in texts]
        number = request.POST.get(f"{spec.code}.{key}.id", "")
        if blank or wrong or number or not rowforms.untouched(spec, values):
            problems += [CellError(len(found), column, text) for column, text in wrong]
            found.append({"id": number, "values": values})
    return found, problems


def _files(
    request: HttpRequest, spec: FieldSpec, name: str, actor: Actor, app: str
) -> tuple[list[str], list[Any]]:
    kept = [v for v in request.POST.getlist(name) if v.isascii() and v.isdigit()]
    uploads = [u for u in request.FILES.getlist(name) if u]
    limit = int(spec.options.get("max_count", 10))
    if len(kept) + len(uploads) > limit:
        return kept, [_("ファイルは%(count)s個までです。") % {"count": limit}]
    for upload in uploads:
        try:
            stored = store_upload(
                actor=actor, app=app, field=spec.code, upload=upload, name=upload.name or "file"
            )
        except TomoniError as error:
            return kept, [str(error)]
        kept.append(str(stored.pk))
    return kept, []


def rows(
    fields: Iterable[FieldSpec], values: Mapping[str, Any], errors: Mapping[str, list[Any]] | None = None
) -> list[Row]:
    """The rows of a form with values and errors."""
    found = errors or {}
    return [Row(spec, values.get(spec.code), list(found.get(spec.code, ()))) for spec in fields]


def problems(fields: Iterable[FieldSpec], errors: Mapping[str, list[Any]]) -> list[Problem]:
    """The summary above a form: in the order of the form, then what belongs to the whole."""
    specs = list(fields)
    known = {spec.code: spec for spec in specs}
    found = [
        Problem(rowforms.anchor(spec, text), spec.label, str(text))
        for spec in specs
        for text in errors.get(spec.code, ())
    ]
    for code, texts in errors.items():
        if code not in known:
            found.extend(Problem("", "", str(text)) for text in texts)
    return found


def defaults(fields: Iterable[FieldSpec]) -> dict[str, Any]:
    """The values that a new record starts with."""
    return {spec.code: spec.default for spec in fields if spec.default is not None}
