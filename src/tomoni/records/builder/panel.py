"""The settings of the chosen piece (項目の設定): read from a posted form, checked, and as the page shows them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from tomoni.core.errors import Invalid
from tomoni.core.privacy import find_individual_number
from tomoni.records import fieldtypes
from tomoni.records.actions._convert import CHANGEABLE
from tomoni.records.schema import check, edit
from tomoni.records.schema.snapshot import SYSTEM_FIELDS
from tomoni.records.schema.spec import AppSpec, FieldSpec, LayoutItem
from tomoni.records.views import fieldwords

WITH_DEFAULT = frozenset(["text", "multiline", "number", "choice", "radio", "date", "time", "link"])
OWN = ("label", "code", "help", "purpose", "retention_years", "default", "visible_if", "personal", "width")
MOST_HELP = 2000


def kind_of(spec: FieldSpec) -> fieldwords.TypeWords:
    """The words of a field's type; types without words of their own show what all have in common."""
    known = fieldwords.BY_CODE | {"table": fieldwords.TABLE}
    label = str(fieldtypes.get(spec.type).label)
    return known.get(spec.type) or fieldwords.TypeWords(spec.type, label, "")


def stored(spec: FieldSpec, width: int) -> dict[str, Any]:
    """A field's settings as the form's values."""
    names = (
        "label",
        "code",
        "help",
        "required",
        "unique",
        "personal",
        "purpose",
        "retention_years",
        "visible_if",
    )
    default = "" if spec.default is None else spec.default
    return {n: getattr(spec, n) for n in names} | {"default": default, "width": width}


def posted(request: HttpRequest) -> dict[str, Any]:
    """The values of the posted form."""
    found: dict[str, Any] = {n: request.POST.get(n, "").replace("\r\n", "\n").strip() for n in OWN}
    found["width"] = int(found["width"]) if found["width"] in map(str, range(13)) else 0
    return found | {n: request.POST.get(n) == "1" for n in ("required", "unique")}


def read(request: HttpRequest, spec: AppSpec, field: FieldSpec) -> FieldSpec:
    """The field as the form says. Raises `Invalid` in words, with the names of the form's rows where it can."""
    data, kind = posted(request), kind_of(field)
    _check(data, spec, field)
    options = fieldwords.read_options(kind, request.POST)
    kept = {k: v for k, v in field.options.items() if k not in {o.name for o in kind.options}}
    made = replace(
        field,
        code=(data["code"] or field.code) if field.id is None else field.code,
        label=data["label"],
        help=data["help"],
        required=data["required"],
        unique=data["unique"],
        options={**kept, **options},
        personal=data["personal"] if data["personal"] in ("none", "personal", "sensitive") else "none",
        purpose=data["purpose"],
        retention_years=int(data["retention_years"]) if data["retention_years"] else None,
        visible_if=data["visible_if"],
        default=(data["default"] or None) if field.type in WITH_DEFAULT else field.default,
    )
    checked = check.field(replace(made, fields=()))
    return replace(checked, id=field.id, fields=field.fields)


def _check(data: Mapping[str, Any], spec: AppSpec, field: FieldSpec) -> None:
    errors: dict[str, list[Any]] = {}
    if not data["label"]:
        errors["label"] = [_("項目の名前を入力してください。")]
    elif len(data["label"]) > 100:
        errors["label"] = [_("項目の名前は100文字までです。")]
    elif data["label"] != field.label and data["label"] in {f.label for f in SYSTEM_FIELDS}:
        errors["label"] = [_("「%(label)s」は自動で入る項目の名前です。別の名前にしてください。") % data]
    if len(data["help"]) > MOST_HELP:
        errors["help"] = [_("説明は2,000文字までです。")]
    for name in ("label", "help", "purpose"):
        if find_individual_number(data[name]):
            errors.setdefault(name, []).append(_("個人番号（マイナンバー）は書けません。"))
    code = data["code"]
    own = field.id is not None or not code or code == field.code
    if not own and (code.lower() in ("id", "revision") or code in edit.codes(spec)):
        errors["code"] = [_("このコードは使えません。別のコードにしてください。")]
    if data["personal"] != "none" and not data["purpose"]:
        errors["purpose"] = [_("個人情報を何に使うのかを書いてください。")]
    years = data["retention_years"]
    if years and not (years.isdigit() and 1 <= int(years[:6]) <= 100):
        errors["retention_years"] = [_("残す年数は1から100までの整数で入力してください。")]
    if errors:
        raise Invalid(errors)


def read_item(request: HttpRequest, item: LayoutItem) -> LayoutItem:
    """A label's or group's words, its width and whether it is open."""
    data = posted(request)
    label = data["label"][:1000] if item.kind == "label" else data["label"].replace("\n", " ")[:100]
    if item.kind in ("label", "group") and not label:
        raise Invalid({"label": [_("文を入力してください。")]})
    opened = request.POST.get("open") == "1" if item.kind == "group" else item.open
    return replace(item, label=label, width=data["width"], open=opened)


def context(
    spec: AppSpec,
    key: str,
    data: Mapping[str, Any] | None = None,
    errors: Mapping[str, Any] | None = None,
    options: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """What the panel shows of the piece `key`; nothing for none."""
    found = errors or {}
    own = {k: v for k, v in found.items() if k in OWN}
    other = [str(t) for k, texts in found.items() if k not in OWN for t in texts]
    item = edit.item_at(spec, key)
    field = edit.field_of(spec, key[2:]) if key.startswith("f:") else None
    if field is None and item is not None and item.code:
        field = edit.field_of(spec, item.code)
    base = {"key": key, "errors": own, "problems": other, "widths": (0, 2, 3, 4, 6, 8, 9, 12)}
    if field is None:
        if item is None or item.kind == "row":
            return {}
        values = data or {"label": item.label, "width": item.width}
        return base | {"item": item, "data": values}
    kind = kind_of(field)
    values = data or stored(field, item.width if item else 0)
    return base | {
        "field": field,
        "kind": kind,
        "data": values,
        "in_row": bool(item and item.kind == "field"),
        "options": _options(kind, field.options if options is None else options),
        "may_be_unique": fieldtypes.get(field.type).may_be_unique and not field.table,
        "may_default": field.type in WITH_DEFAULT,
        "may_change_type": field.id is not None and not field.table and field.type in CHANGEABLE,
        "entered": fieldtypes.get(field.type).entered,
        "personal": personal_choices(),
        "deep_open": bool(own.keys() & {"code", "default", "visible_if", "retention_years"}),
    }


def _options(kind: fieldwords.TypeWords, options: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "name": o.name,
            "id": f"o-{o.name}",
            "input": f"o.{o.name}",
            "label": o.label,
            "help": o.help,
            "kind": o.kind,
            "must": o.must,
            "rows": 5 if o.kind == "lines" else 2 if o.kind == "kinds" else 0,
            "value": fieldwords.write_option(o, options),
        }
        for o in kind.options
    ]


def personal_choices() -> list[dict[str, str]]:
    """The degrees of personal data."""
    return [
        {"code": "none", "label": _("個人情報ではない")},
        {"code": "personal", "label": _("個人情報（氏名、住所、電話番号など）")},
        {"code": "sensitive", "label": _("要配慮個人情報（病歴、障害、信条など）")},
    ]
