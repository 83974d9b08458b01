"""Fields as kintone describes them (form/fields.json), and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from tomoni.kintone import related
from tomoni.kintone.errors import wrong
from tomoni.kintone.types import SYSTEM, THEIRS, kintone_type, our_type
from tomoni.records import facade
from tomoni.records.schema.spec import FieldSpec

CHOICES = ("RADIO_BUTTON", "CHECK_BOX", "DROP_DOWN", "MULTI_SELECT")
PEOPLE = {"USER_SELECT": "USER", "ORGANIZATION_SELECT": "ORGANIZATION", "GROUP_SELECT": "GROUP"}
FORMATS = {"DATETIME": "calc_datetime", "DATE": "calc_date", "TIME": "calc_time"}
SHAPES = {"HOUR_MINUTE": "hours", "DAY_HOUR_MINUTE": "days"}
PROTOCOLS = {"WEB": "web", "CALL": "tel", "MAIL": "mail"}
# What each type has besides type, code and label, with what it is when nobody said anything.
BASE: dict[str, Any] = {"noLabel": False, "required": False, "defaultValue": ""}
TEXTS: dict[str, Any] = {
    **BASE, "unique": False, "minLength": "", "maxLength": "", "expression": "", "hideExpression": False,
}  # fmt: skip
DATES: dict[str, Any] = {**BASE, "unique": False, "defaultNowValue": False}
PARTS: dict[str, dict[str, Any]] = {
    "SINGLE_LINE_TEXT": TEXTS,
    "LINK": {**BASE, "unique": False, "minLength": "", "maxLength": "", "protocol": "WEB"},
    "NUMBER": {
        **BASE, "unique": False, "minValue": "", "maxValue": "", "digit": False, "displayScale": "", "unit": "",
        "unitPosition": "BEFORE",
    },
    "CALC": {
        "noLabel": False, "required": False, "expression": "", "hideExpression": False, "format": "NUMBER",
        "displayScale": "", "unit": "", "unitPosition": "BEFORE",
    },
    "MULTI_LINE_TEXT": BASE,
    "RICH_TEXT": BASE,
    "CHECK_BOX": {**BASE, "defaultValue": [], "align": "HORIZONTAL"},
    "RADIO_BUTTON": {**BASE, "required": True, "align": "HORIZONTAL"},
    "DROP_DOWN": BASE,
    "MULTI_SELECT": {**BASE, "defaultValue": []},
    "FILE": {"noLabel": False, "required": False, "thumbnailSize": "150"},
    "DATE": DATES,
    "DATETIME": DATES,
    "TIME": {**BASE, "defaultNowValue": False},
    "USER_SELECT": {**BASE, "defaultValue": [], "entities": []},
    "ORGANIZATION_SELECT": {**BASE, "defaultValue": [], "entities": []},
    "GROUP_SELECT": {**BASE, "defaultValue": [], "entities": []},
    "REFERENCE_TABLE": {"noLabel": False},
    "SUBTABLE": {"noLabel": False},
    "GROUP": {"noLabel": False, "openGroup": False},
}  # fmt: skip


def shown(spec: FieldSpec, extras: Mapping[str, Any], app: Any) -> dict[str, Any]:
    """A field as clients read it: what was said about it, under what our definition says."""
    said = dict(extras.get(spec.code, {}))
    kind = kintone_type(spec, said)
    found: dict[str, Any] = {"type": kind, "code": spec.code, "label": spec.label}
    if kind in SYSTEM or kind == "CATEGORY":
        on = {"enabled": bool(app.states)} if kind.startswith("STATUS") else {"noLabel": False}
        return (
            found
            | ({"enabled": True} if kind == "CATEGORY" else on)
            | {"label": said.get("label", spec.label)}
        )
    parts = PARTS.get(kind, BASE)
    found |= {name: said.get(name, value) for name, value in parts.items()}
    found |= {name: getattr(spec, name) for name in ("required", "unique") if name in parts}
    if kind == "SUBTABLE":
        found["fields"] = {column.code: shown(column, extras, app) for column in spec.fields}
    for fill in (_choices, _numbers, _lengths, _default, _formula, _related):
        fill(spec, kind, said, found)
    return found


def _choices(spec: FieldSpec, kind: str, said: Mapping[str, Any], found: dict[str, Any]) -> None:
    if kind in CHOICES:
        names = [str(c) for c in spec.options.get("choices", ())]
        found["options"] = {name: {"label": name, "index": str(i)} for i, name in enumerate(names)}


def _numbers(spec: FieldSpec, kind: str, said: Mapping[str, Any], found: dict[str, Any]) -> None:
    if kind in ("NUMBER", "CALC"):
        options = spec.options
        for ours, theirs in (("min", "minValue"), ("max", "maxValue"), ("unit", "unit")):
            if options.get(ours) not in (None, "") and theirs in found:
                found[theirs] = str(options[ours])
        if options.get("digits") is not None and not said.get("displayScale"):
            found["displayScale"] = str(options["digits"])


def _lengths(spec: FieldSpec, kind: str, said: Mapping[str, Any], found: dict[str, Any]) -> None:
    for ours, theirs in (("max_length", "maxLength"), ("min_length", "minLength")):
        if theirs in found and spec.options.get(ours):
            found[theirs] = str(spec.options[ours])


def _default(spec: FieldSpec, kind: str, said: Mapping[str, Any], found: dict[str, Any]) -> None:
    if "defaultValue" not in found or spec.default in (None, "", []):
        return
    if kind in PEOPLE:
        found["defaultValue"] = said.get("defaultValue") or [
            {"type": PEOPLE[kind], "code": str(code)} for code in spec.default
        ]
    else:
        found["defaultValue"] = spec.default if isinstance(spec.default, list) else str(spec.default)


def _formula(spec: FieldSpec, kind: str, said: Mapping[str, Any], found: dict[str, Any]) -> None:
    if spec.options.get("formula"):
        found["expression"] = str(spec.options["formula"])
    if kind == "CALC":
        back = {ours: theirs for theirs, ours in FORMATS.items()}
        shapes = {ours: theirs for theirs, ours in SHAPES.items()}
        plain = "NUMBER_DIGIT" if said.get("format") == "NUMBER_DIGIT" else "NUMBER"
        found["format"] = back.get(spec.type) or shapes.get(str(spec.options.get("shape")), plain)
    if spec.type == "link":
        back = {ours: theirs for theirs, ours in PROTOCOLS.items()}
        found["protocol"] = back[str(spec.options.get("protocol", "web"))]


def _related(spec: FieldSpec, kind: str, said: Mapping[str, Any], found: dict[str, Any]) -> None:
    made = related.shown(spec, said)
    if "lookup" in made:
        for name in ("defaultValue", "unique", "expression", "hideExpression", "minLength", "maxLength"):
            found.pop(name, None)
    found |= made


# From clients


def made(
    code: str, given: Mapping[str, Any], place: str, former: FieldSpec | None = None
) -> tuple[FieldSpec, dict[str, Any]]:
    """A field from a client's description over what it was, and what our definition has no place for, by code."""
    kind = given.get("type") or (kintone_type(former) if former else None)
    if not isinstance(kind, str):
        raise wrong(f"{place}.type", _("必須です。"))
    name = our_type(kind)
    if isinstance(given.get("lookup"), Mapping):
        name = "lookup"
    elif kind == "CALC":
        name = FORMATS.get(str(given.get("format")), name)
    elif kind == "SINGLE_LINE_TEXT" and given.get("expression"):
        name = "calc_text"
    if former is not None and (former.type in THEIRS.get(kind, ()) or former.type in _same(kind)):
        name = former.type
    if name is None:
        raise wrong(f"{place}.type", _("この種類のフィールドは作れません: %(type)s") % {"type": kind[:40]})
    new = str(given.get("code") or code)
    spec = former or FieldSpec(code=new, type=name, label=str(given.get("label") or new))
    spec = replace(
        spec, code=new, type=name, label=str(given.get("label") or spec.label), options=dict(spec.options)
    )
    for read in (_read_flags, _read_options, _read_default):
        spec = read(spec, kind, given, place)
    extras = {
        k: v
        for k, v in given.items()
        if k not in ("code", "label", "required", "unique", "fields", "options")
    }
    said = {new: {**extras, "type": kind}}
    if kind == "SUBTABLE":
        spec, inner = _read_columns(spec, given, place)
        said |= inner
    return spec, said


def _same(kind: str) -> tuple[str, ...]:
    """Types of ours that a client knows as this one of kintone's, and cannot tell apart."""
    ours = [n for n, t in facade.field_types().items() if kintone_type(FieldSpec("x", n, "x")) == kind]
    return tuple(ours)


def _read_flags(spec: FieldSpec, kind: str, given: Mapping[str, Any], place: str) -> FieldSpec:
    changes: dict[str, Any] = {}
    for name in ("required", "unique"):
        if name in given and kind not in SYSTEM:
            changes[name] = given[name] in (True, "true")
    return replace(spec, **changes)


def _read_options(spec: FieldSpec, kind: str, given: Mapping[str, Any], place: str) -> FieldSpec:
    options = dict(spec.options)
    for read in (_take_choices, _take_numbers, _take_lengths, _take_formula, _take_related):
        read(kind, given, options, place)
    known = facade.field_types()[spec.type].option_names
    options = {k: v for k, v in options.items() if k in known}
    return replace(spec, options=options)


def _take_choices(kind: str, given: Mapping[str, Any], options: dict[str, Any], place: str) -> None:
    if kind not in CHOICES or "options" not in given:
        return
    items = given["options"]
    if not isinstance(items, Mapping) or not items:
        raise wrong(f"{place}.options", _("必須です。"))
    order = sorted(enumerate(items.items()), key=lambda pair: (_index(pair[1][1], pair[0]), pair[0]))
    options["choices"] = [
        str(item.get("label") or name) if isinstance(item, Mapping) else str(name)
        for _number, (name, item) in order
    ]


def _index(item: Any, number: int) -> int:
    text = str(item.get("index", number)) if isinstance(item, Mapping) else str(number)
    return int(text) if text.isdigit() else number


def _take_numbers(kind: str, given: Mapping[str, Any], options: dict[str, Any], place: str) -> None:
    if kind not in ("NUMBER", "CALC"):
        return
    for theirs, ours in (("minValue", "min"), ("maxValue", "max"), ("unit", "unit")):
        if theirs in given:
            options[ours] = given[theirs]
            if given[theirs] in (None, ""):
                options.pop(ours)
    scale = given.get("displayScale")
    digits = min(int(str(scale)), 9) if str(scale or "").isdigit() else None
    # kintone shows so many digits and keeps more; ours takes no more than `digits`, and four without it.
    if digits is not None and (kind == "CALC" or digits > 4):
        options["digits"] = digits


def _take_lengths(kind: str, given: Mapping[str, Any], options: dict[str, Any], place: str) -> None:
    for theirs, ours in (("maxLength", "max_length"), ("minLength", "min_length")):
        if theirs in given:
            text = str(given[theirs] or "")
            options.pop(ours, None)
            if text.isdigit() and int(text):
                options[ours] = int(text)


def _take_formula(kind: str, given: Mapping[str, Any], options: dict[str, Any], place: str) -> None:
    if "expression" in given and (kind == "CALC" or given["expression"]):
        options["formula"] = str(given["expression"] or "")
    if kind == "CALC" and "format" in given:
        options["shape"] = SHAPES.get(str(given["format"]), "number")
    if kind == "LINK" and "protocol" in given:
        options["protocol"] = PROTOCOLS.get(str(given["protocol"]), "web")


def _take_related(kind: str, given: Mapping[str, Any], options: dict[str, Any], place: str) -> None:
    related.take(kind, given, options, place)


def _read_default(spec: FieldSpec, kind: str, given: Mapping[str, Any], place: str) -> FieldSpec:
    if "defaultValue" not in given:
        return spec
    value = given["defaultValue"]
    if kind in PEOPLE:
        items = value if isinstance(value, list) else []
        codes = [i.get("code") for i in items if isinstance(i, Mapping) and i.get("type") != "FUNCTION"]
        return replace(spec, default=[str(c) for c in codes if c] or None)
    if given.get("defaultNowValue") in (True, "true"):
        return replace(spec, default=None)
    return replace(spec, default=value if value not in ("", [], None) else None)


def _read_columns(spec: FieldSpec, given: Mapping[str, Any], place: str) -> tuple[FieldSpec, dict[str, Any]]:
    columns = given.get("fields")
    if not isinstance(columns, Mapping):
        if spec.fields:
            return spec, {}
        raise wrong(f"{place}.fields", _("必須です。"))
    found = {f.code: f for f in spec.fields}
    said: dict[str, Any] = {}
    for code, item in columns.items():
        if not isinstance(item, Mapping):
            raise wrong(f"{place}.fields[{code}]", _("オブジェクトで指定してください。"))
        column, inner = made(str(code), item, f"{place}.fields[{code}]", found.get(code))
        found[code] = column
        said |= inner
    return replace(spec, fields=tuple(found.values())), said
