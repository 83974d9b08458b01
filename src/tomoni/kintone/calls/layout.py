"""The form's layout: app/form/layout.json."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from django.utils.translation import gettext as _

from tomoni.kintone.call import Ask, both, call
from tomoni.kintone.definition import Definition, answered, opened, save, to_change, with_extras
from tomoni.kintone.errors import KintoneError, wrong
from tomoni.kintone.types import SYSTEM, kintone_type, system_fields
from tomoni.records.schema.spec import AppSpec, FieldSpec, LayoutItem

PLAIN = {"LABEL": "label", "SPACER": "spacer", "HR": "line"}


@call("GET", *both("app/form/layout"))
def get_layout(ask: Ask) -> dict[str, Any]:
    """The layout: as a client gave it while nothing has changed since, else as our definition places the fields."""
    found = opened(ask)
    kept = found.extras.get("layout", {})
    if kept.get("mark") == _mark(found.spec):
        return {"layout": kept["layout"], "revision": str(found.revision)}
    return {"layout": _shown(found), "revision": str(found.revision)}


@call("PUT", "preview/app/form/layout")
def update_layout(ask: Ask) -> dict[str, Any]:
    """Place the fields anew. Fields that are not named come after the rest."""
    found = to_change(ask)
    given = ask.items("layout", 1_000)
    known = {f.code: f for f in found.spec.fields}
    groups = {item.code: item for item in group_items(found.spec.layout)}
    made = (_item(row, f"layout[{n}]", found, known, groups) for n, row in enumerate(given))
    items = [item for item in made if item is not None]
    placed = set(codes(items))
    rest = [f for f in found.spec.fields if f.code not in placed and kintone_type(f) not in SYSTEM]
    items += [_own_row(f) for f in rest]
    items += [i for code, i in groups.items() if code not in {g.code for g in group_items(items)}]
    spec = replace(found.spec, layout=tuple(items))
    whole = [*given, *(_row_json([f], found) if f.type != "table" else _table_json(f, found) for f in rest)]
    kept = {"layout": whole, "mark": _mark(spec)}
    return answered(save(found, with_extras(spec, layout=kept)))


def _mark(spec: AppSpec) -> str:
    """Changes when layout or fields change."""
    data = [
        [asdict(item) for item in spec.layout],
        [[f.code, [c.code for c in f.fields]] for f in spec.fields],
    ]
    return hashlib.sha256(json.dumps(data, ensure_ascii=False).encode()).hexdigest()[:24]


def group_items(items: Iterable[LayoutItem]) -> Iterator[LayoutItem]:
    """The groups of a layout that have a code."""
    for item in items:
        if item.kind == "group" and item.code:
            yield item
        yield from group_items(item.items)


def codes(items: Iterable[LayoutItem | None]) -> Iterator[str]:
    """The fields that a layout places."""
    for item in items:
        if item is not None:
            if item.kind in ("field", "table"):
                yield item.code
            yield from codes(item.items)


def with_groups(
    items: tuple[LayoutItem, ...], groups: Sequence[tuple[str, Mapping[str, Any]]]
) -> tuple[LayoutItem, ...]:
    """The layout with groups added at its end, or changed where they are."""
    found = items
    for code, given in groups:
        there = any(i.code == code for i in group_items(found))
        if not there:
            found = (*found, _group(LayoutItem("group", code), given))
        else:
            found = tuple(_group(i, given) if i.kind == "group" and i.code == code else i for i in found)
    return found


def _group(item: LayoutItem, given: Mapping[str, Any]) -> LayoutItem:
    opened_ = given.get("openGroup", item.open if item.label else False)
    return replace(
        item,
        code=str(given.get("code") or item.code),
        label=str(given.get("label") or item.label or item.code),
        open=opened_ in (True, "true"),
    )


def _item(
    row: Any, place: str, found: Definition, known: Mapping[str, FieldSpec], groups: Mapping[str, LayoutItem]
) -> LayoutItem | None:
    if not isinstance(row, Mapping):
        raise wrong(place, _("オブジェクトで指定してください。"))
    kind, code = row.get("type"), str(row.get("code") or "")
    if kind == "ROW":
        inner = [
            _cell(c, f"{place}.fields[{n}]", found, known) for n, c in enumerate(row.get("fields") or ())
        ]
        cells = tuple(i for i in inner if i is not None)
        return LayoutItem("row", items=cells) if cells else None
    if kind == "SUBTABLE":
        if code not in known or known[code].type != "table":
            raise KintoneError("GAIA_FC01", 400, id=code)
        return LayoutItem("table", code)
    if kind == "GROUP":
        if code not in groups:
            raise KintoneError("GAIA_FC01", 400, id=code)
        rows = enumerate(row.get("layout") or ())
        inner = [_item(r, f"{place}.layout[{n}]", found, known, groups) for n, r in rows]
        return replace(groups[code], items=tuple(i for i in inner if i is not None))
    raise wrong(f"{place}.type", _("ROW、SUBTABLE、GROUP のどれかを指定してください。"))


def _cell(cell: Any, place: str, found: Definition, known: Mapping[str, FieldSpec]) -> LayoutItem | None:
    if not isinstance(cell, Mapping):
        raise wrong(place, _("オブジェクトで指定してください。"))
    kind = cell.get("type")
    if kind in PLAIN:
        return LayoutItem(
            PLAIN[str(kind)],  # type: ignore[arg-type]
            str(cell.get("elementId") or ""),
            str(cell.get("label") or ""),
        )
    code = str(cell.get("code") or "")
    if code in known:
        return LayoutItem("field", code)
    if code in {f.code for f in system_fields(found.schema)}:
        return None  # system fields have their own place on our pages
    raise KintoneError("GAIA_FC01", 400, id=code)


def _own_row(spec: FieldSpec) -> LayoutItem:
    if spec.type == "table":
        return LayoutItem("table", spec.code)
    return LayoutItem("row", items=(LayoutItem("field", spec.code),))


def _shown(found: Definition) -> list[dict[str, Any]]:
    fields = {f.code: f for f in found.spec.fields}
    items = list(found.spec.layout)
    placed = set(codes(items))
    items += [
        _own_row(f) for f in found.spec.fields if f.code not in placed and kintone_type(f) not in SYSTEM
    ]
    return [made for item in items if (made := _item_json(item, fields, found))]


def _item_json(item: LayoutItem, fields: Mapping[str, FieldSpec], found: Definition) -> dict[str, Any] | None:
    if item.kind == "table":
        return _table_json(fields[item.code], found) if item.code in fields else None
    if item.kind == "group":
        rows = [row for i in item.items if (row := _item_json(i, fields, found))]
        return {"type": "GROUP", "code": item.code, "layout": rows}
    cells = item.items if item.kind == "row" else (item,)
    shown = [_cell_json(c, fields, found) for c in cells if c.kind != "field" or c.code in fields]
    return {"type": "ROW", "fields": shown}


def _cell_json(item: LayoutItem, fields: Mapping[str, FieldSpec], found: Definition) -> dict[str, Any]:
    if item.kind == "field":
        return _field_json(fields[item.code], found)
    if item.kind == "label":
        return {"type": "LABEL", "label": item.label, "elementId": item.code, "size": {}}
    kind = "HR" if item.kind == "line" else "SPACER"
    return {"type": kind, "elementId": item.code, "size": {}}


def _field_json(spec: FieldSpec, found: Definition) -> dict[str, Any]:
    extras = found.extras.get("fields", {})
    return {"type": kintone_type(spec, extras.get(spec.code)), "code": spec.code, "size": {"width": "193"}}


def _row_json(fields: Iterable[FieldSpec], found: Definition) -> dict[str, Any]:
    return {"type": "ROW", "fields": [_field_json(f, found) for f in fields]}


def _table_json(spec: FieldSpec, found: Definition) -> dict[str, Any]:
    return {"type": "SUBTABLE", "code": spec.code, "fields": [_field_json(c, found) for c in spec.fields]}
