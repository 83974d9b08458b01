"""Views (一覧): app/views.json. Boards, maps and charts of ours are no views of kintone's and stay as they are."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from tomoni.kintone.call import Ask, both, call
from tomoni.kintone.definition import Definition, answered, opened, ordered, save, to_change, with_extras
from tomoni.kintone.errors import wrong
from tomoni.records.schema.spec import AppSpec, ViewSpec

KINDS = {"LIST": "list", "CALENDAR": "calendar"}
_ORDER = re.compile(
    r"^(?P<filter>(?:[^\"]|\"(?:\\.|[^\"\\])*\")*?)\s*\border\s+by\s+(?P<sort>.+)$", re.I | re.S
)


def split_query(query: str) -> tuple[str, str]:
    """The condition and the order of a view's query."""
    text = query.strip()
    if text.lower().startswith("order by "):
        return "", text[9:].strip()
    found = _ORDER.match(text)
    return (found["filter"].strip(), found["sort"].strip()) if found else (text, "")


def join_query(condition: str, sort: str) -> str:
    """A view's query from condition and order."""
    order = sort if not sort or sort.lower().startswith("order by ") else f"order by {sort}"
    return f"{condition.strip()} {order}".strip()


@call("GET", *both("app/views"))
def get_views(ask: Ask) -> dict[str, Any]:
    """The views by name."""
    found = opened(ask)
    return {"views": dict(_shown(found)), "revision": str(found.revision)}


def _shown(found: Definition) -> Iterable[tuple[str, dict[str, Any]]]:
    index = 0
    for number, view in enumerate(found.spec.views):
        if view.kind not in ("list", "calendar"):
            continue
        condition, sort = split_query(view.query)
        made: dict[str, Any] = {
            "type": "LIST" if view.kind == "list" else "CALENDAR", "name": view.name, "id": str(view.id or 900_000 + number),
            "filterCond": condition, "sort": sort, "index": str(index),
        }  # fmt: skip
        if view.kind == "list":
            made["fields"] = list(view.columns)
        else:
            made |= {"date": view.date_field, "title": view.options.get("title", "")}
        yield view.name, made
        index += 1
    for name, item in (found.extras.get("views") or {}).items():
        yield name, item | {"index": str(index)}
        index += 1


@call("PUT", "preview/app/views")
def update_views(ask: Ask) -> dict[str, Any]:
    """Replace the views. Those whose name is not given go; a view may be given a new name."""
    found = to_change(ask)
    given = ask.mapping("views")
    former = {v.name: v for v in found.spec.views if v.kind in ("list", "calendar")}
    custom = found.extras.get("views") or {}
    others = [v for v in found.spec.views if v.kind not in ("list", "calendar")]
    numbers = [v.id for v in found.spec.views] + [int(c["id"]) for c in custom.values()]
    following = max([n for n in numbers if n < 900_000] or [0])
    made: list[ViewSpec] = []
    kept: dict[str, dict[str, Any]] = {}
    ids: dict[str, dict[str, str]] = {}
    for name, item in ordered(given, "views"):
        place, new = f"views[{name}]", str(item.get("name") or name)
        if item.get("type") == "CUSTOM":
            number = int(custom.get(name, {}).get("id") or 0)
        elif item.get("type") in KINDS:
            number = former[name].id if name in former else 0
        else:
            raise wrong(f"{place}.type", _("LIST、CALENDAR、CUSTOM のどれかを指定してください。"))
        if not number:
            following += 1
            number = following
        ids[new] = {"id": str(number)}
        if item["type"] == "CUSTOM":
            kept[new] = _custom(item, new, number)
        else:
            made.append(_view(found.spec, item, former.get(name), new, number, place))
    spec = replace(found.spec, views=(*made, *others))
    return answered(save(found, with_extras(spec, views=kept or None)), views=ids)


def _view(
    spec: AppSpec, item: Mapping[str, Any], former: ViewSpec | None, name: str, number: int, place: str
) -> ViewSpec:
    view = former or ViewSpec(name=name)
    condition, sort = split_query(view.query)
    condition = str(item["filterCond"] or "") if "filterCond" in item else condition
    sort = str(item["sort"] or "") if "sort" in item else sort
    view = replace(view, name=name, id=number, kind=KINDS[item["type"]], query=join_query(condition, sort))  # type: ignore[arg-type]
    if view.kind == "list":
        columns = item.get("fields", list(view.columns))
        if not isinstance(columns, list) or not all(isinstance(c, str) for c in columns):
            raise wrong(f"{place}.fields", _("フィールドコードの配列で指定してください。"))
        return replace(view, columns=tuple(columns))
    options = {**view.options, **({"title": str(item["title"] or "")} if "title" in item else {})}
    return replace(view, date_field=str(item.get("date") or view.date_field), options=options)


def _custom(item: Mapping[str, Any], name: str, number: int) -> dict[str, Any]:
    """A view with HTML of its own: kept for clients, shown nowhere."""
    return {
        "type": "CUSTOM",
        "name": name,
        "id": str(number),
        "html": str(item.get("html") or ""),
        "pager": item.get("pager", True) in (True, "true"),
        "device": str(item.get("device") or "DESKTOP"),
        "filterCond": str(item.get("filterCond") or ""),
        "sort": str(item.get("sort") or ""),
    }
