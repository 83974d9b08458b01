"""Fields of the form: app/form/fields.json."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from tomoni.kintone import properties
from tomoni.kintone.call import Ask, both, call
from tomoni.kintone.calls.layout import group_items, with_groups
from tomoni.kintone.definition import Definition, answered, opened, save, to_change, with_extras
from tomoni.kintone.errors import KintoneError, wrong
from tomoni.kintone.types import system_fields
from tomoni.records.schema.spec import AppSpec, FieldSpec

CATEGORY = {"type": "CATEGORY", "code": "カテゴリー", "label": "カテゴリー", "enabled": False}


@call("GET", *both("app/form/fields"))
def get_fields(ask: Ask) -> dict[str, Any]:
    """The fields with their settings, groups and system fields too."""
    found = opened(ask)
    extras = found.extras.get("fields", {})
    system = system_fields(replace(found.schema, fields=found.spec.fields))
    placed = {f.code for f in system}
    listed = {
        f.code: properties.shown(f, extras, found.spec)
        for f in [*system, *(f for f in found.spec.fields if f.code not in placed)]
    }
    if not any(item["type"] == "CATEGORY" for item in listed.values()):
        listed.setdefault(str(CATEGORY["code"]), dict(CATEGORY))
    for item in group_items(found.spec.layout):
        said = extras.get(item.code, {})
        listed[item.code] = {
            "type": "GROUP", "code": item.code, "label": item.label, "noLabel": said.get("noLabel", False),
            "openGroup": item.open,
        }  # fmt: skip
    return {"properties": listed, "revision": str(found.revision)}


@call("POST", "preview/app/form/fields")
def add_fields(ask: Ask) -> dict[str, Any]:
    """Add fields; a GROUP becomes an empty group at the end of the layout."""
    found = to_change(ask)
    given = _properties(ask)
    fields, said, groups = list(found.spec.fields), dict(found.extras.get("fields", {})), []
    taken = set(found.fields) | {item.code for item in group_items(found.spec.layout)}
    for code, item in given.items():
        place = f"properties[{code}]"
        name = str(item.get("code") or "")
        if not name:
            raise wrong(f"{place}.code", _("必須です。"))
        if name in taken:
            raise wrong(f"{place}.code", _("同じフィールドコードがすでに使われています。"))
        taken.add(name)
        if item.get("type") == "GROUP":
            groups.append((name, item))
            said[name] = {k: v for k, v in item.items() if k == "noLabel"}
            continue
        made, more = properties.made(name, item, place)
        fields.append(made)
        said |= more
    spec = replace(found.spec, fields=tuple(fields), layout=with_groups(found.spec.layout, groups))
    return answered(save(found, with_extras(spec, fields=said)))


@call("PUT", "preview/app/form/fields")
def update_fields(ask: Ask) -> dict[str, Any]:
    """Change fields; a new code renames. Choices: those that are not named go."""
    found = to_change(ask)
    said = dict(found.extras.get("fields", {}))
    spec = found.spec
    for code, item in _properties(ask).items():
        place = f"properties[{code}]"
        if any(i.code == code for i in group_items(spec.layout)):
            spec = replace(spec, layout=with_groups(spec.layout, [(str(code), item)]))
            continue
        spec = _updated(found, spec, said, str(code), item, place)
    return answered(save(found, with_extras(spec, fields=said)))


def _updated(
    found: Definition, spec: AppSpec, said: dict[str, Any], code: str, item: dict[str, Any], place: str
) -> AppSpec:
    former = next((f for f in spec.fields if f.code == code), None)
    if former is None:
        return _system(found, spec, said, code, item)
    made, more = properties.made(code, item, place, former)
    for name, words in more.items():
        said[name] = {**said.pop(code if name == made.code else name, {}), **words}
    fields = tuple(made if f is former else f for f in spec.fields)
    changed = replace(spec, fields=fields)
    return _renamed(changed, code, made.code) if made.code != code else changed


def _system(
    found: Definition, spec: AppSpec, said: dict[str, Any], code: str, item: dict[str, Any]
) -> AppSpec:
    """A system field: its words are kept; under another code it becomes a field of the form."""
    usual = next((f for f in system_fields(found.schema) if f.code == code), None)
    if usual is None:
        if code == CATEGORY["code"]:
            return spec
        raise KintoneError("GAIA_FC01", 400, id=code)
    label, new = str(item.get("label") or usual.label), str(item.get("code") or code)
    if new == code:
        said[code] = {**said.get(code, {}), "label": label}
        return spec
    return replace(spec, fields=(*spec.fields, FieldSpec(code=new, type=usual.type, label=label)))


def _renamed(spec: AppSpec, old: str, new: str) -> AppSpec:
    """Where a field is named by its code and not inside a query: views, layout, title."""
    views = tuple(
        replace(
            v,
            columns=tuple(new if c == old else c for c in v.columns),
            date_field=new if v.date_field == old else v.date_field,
        )
        for v in spec.views
    )

    def moved(items: Any) -> Any:
        return tuple(
            replace(
                i,
                code=new if i.code == old and i.kind in ("field", "table") else i.code,
                items=moved(i.items),
            )
            for i in items
        )

    title = new if spec.title_field == old else spec.title_field
    return replace(spec, views=views, layout=moved(spec.layout), title_field=title)


@call("DELETE", "preview/app/form/fields")
def delete_fields(ask: Ask) -> dict[str, Any]:
    """Take fields out; their values go to the trash when the draft is deployed."""
    found = to_change(ask)
    codes = [str(c) for c in ask.items("fields", 500)]
    known = {f.code for f in found.spec.fields}
    groups = {item.code for item in group_items(found.spec.layout)}
    for code in codes:
        if code not in known | groups:
            raise KintoneError("GAIA_FC01", 400, id=code)
    gone = set(codes)
    fields = tuple(f for f in found.spec.fields if f.code not in gone)
    spec = replace(found.spec, fields=fields, layout=_without(found.spec.layout, gone))
    views = tuple(replace(v, columns=tuple(c for c in v.columns if c not in gone)) for v in spec.views)
    title = "" if spec.title_field in gone else spec.title_field
    rights = tuple(r for r in spec.field_rights if r.code not in gone)
    return answered(save(found, replace(spec, views=views, title_field=title, field_rights=rights)))


def _without(items: Any, gone: set[str]) -> Any:
    """The layout without some fields and groups; what stood in a group moves up, rows that are empty go."""
    found = []
    for item in items:
        if item.kind in ("field", "table") and item.code in gone:
            continue
        inner = _without(item.items, gone)
        if item.kind == "group" and item.code in gone:
            found.extend(inner)
        elif item.kind != "row" or inner:
            found.append(replace(item, items=inner))
    return tuple(found)


def _properties(ask: Ask) -> dict[str, dict[str, Any]]:
    given = ask.mapping("properties")
    if not given:
        raise wrong("properties", _("必須です。"))
    for code, item in given.items():
        if not isinstance(item, dict):
            raise wrong(f"properties[{code}]", _("オブジェクトで指定してください。"))
    return given
