"""Charts of an app: app/reports.json. They become charts and pivot tables of ours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from tomoni.kintone.call import Ask, both, call
from tomoni.kintone.definition import answered, opened, ordered, save, to_change, with_extras
from tomoni.kintone.errors import wrong
from tomoni.records.schema.spec import ViewSpec

SHAPES = {
    "BAR": "bar", "COLUMN": "bar", "PIE": "pie", "LINE": "line", "SPLINE": "line", "AREA": "line",
    "SPLINE_AREA": "line", "TABLE": "table", "PIVOT_TABLE": "pivot",
}  # fmt: skip
MODES = frozenset({"BAR", "COLUMN", "AREA", "SPLINE_AREA"})
FUNCTIONS = {"COUNT": "count", "SUM": "sum", "AVERAGE": "avg", "MAX": "max", "MIN": "min"}
BACK = {"bar": "COLUMN", "line": "LINE", "pie": "PIE", "table": "TABLE"}


@call("GET", *both("app/reports"))
def get_reports(ask: Ask) -> dict[str, Any]:
    """The charts by name."""
    found = opened(ask)
    said = found.extras.get("reports") or {}
    charts = [v for v in found.spec.views if v.kind in ("chart", "pivot")]
    listed = {v.name: _shown(v, said.get(v.name, {}), i) for i, v in enumerate(charts)}
    return {"reports": listed, "revision": str(found.revision)}


def _shown(view: ViewSpec, said: Mapping[str, Any], index: int) -> dict[str, Any]:
    options = view.options
    if view.kind == "pivot":
        groups = [*options.get("rows", ()), *options.get("columns", ())]
        kind = "PIVOT_TABLE"
    else:
        groups = list(options.get("groups", ()))
        kind = str(said.get("chartType") or BACK.get(str(options.get("shape")), "COLUMN"))
        if SHAPES.get(kind) != options.get("shape"):
            kind = BACK.get(str(options.get("shape")), "COLUMN")
    made = {
        "chartType": kind,
        "id": str(view.id or 910_000 + index),
        "name": view.name,
        "index": str(index),
        "groups": [_group_json(g) for g in groups],
        "aggregations": [_measure_json(m) for m in options.get("measures", ())],
        "filterCond": view.query,
        "sorts": said.get("sorts", [{"by": "TOTAL", "order": "DESC"}]),
        "periodicReport": said.get("periodicReport"),
    }
    if kind in MODES:
        made["chartMode"] = said.get("chartMode", "NORMAL")
    return made


def _group_json(group: Any) -> dict[str, Any]:
    item = group if isinstance(group, Mapping) else {"field": group}
    made = {"code": item.get("field", "")}
    return made | ({"per": str(item["per"]).upper()} if item.get("per") else {})


def _measure_json(measure: Mapping[str, Any]) -> dict[str, Any]:
    kind = next((t for t, o in FUNCTIONS.items() if o == measure.get("fn")), "COUNT")
    return {"type": kind} | ({"code": measure["field"]} if measure.get("field") else {})


@call("PUT", "preview/app/reports")
def update_reports(ask: Ask) -> dict[str, Any]:
    """Replace the charts. Those whose name is not given go; a chart may be given a new name."""
    found = to_change(ask)
    former = {v.name: v for v in found.spec.views if v.kind in ("chart", "pivot")}
    others = [v for v in found.spec.views if v.kind not in ("chart", "pivot")]
    following = max([v.id for v in found.spec.views] or [0])
    made, said, ids = [], {}, {}
    for name, item in ordered(ask.mapping("reports"), "reports"):
        place, new = f"reports[{name}]", str(item.get("name") or name)
        number = former[name].id if name in former else 0
        if not number:
            following += 1
            number = following
        made.append(_view(item, new, number, place))
        kept = ("chartType", "chartMode", "sorts", "periodicReport")
        said[new] = {k: item[k] for k in kept if k in item}
        ids[new] = {"id": str(number)}
    spec = replace(found.spec, views=(*others, *made))
    return answered(save(found, with_extras(spec, reports=said or None)), reports=ids)


def _view(item: Mapping[str, Any], name: str, number: int, place: str) -> ViewSpec:
    shape = SHAPES.get(str(item.get("chartType")))
    if shape is None:
        raise wrong(f"{place}.chartType", _("この種類のグラフはありません。"))
    groups = [_group(g, f"{place}.groups[{n}]") for n, g in enumerate(item.get("groups") or ())]
    measures = [
        _measure(m, f"{place}.aggregations[{n}]") for n, m in enumerate(item.get("aggregations") or ())
    ]
    if shape == "pivot":
        options: dict[str, Any] = {"rows": groups[:1], "columns": groups[1:], "measures": measures}
    else:
        options = {"shape": shape, "groups": groups, "measures": measures}
    kind: Any = "pivot" if shape == "pivot" else "chart"
    return ViewSpec(name=name, kind=kind, query=str(item.get("filterCond") or ""), options=options, id=number)


def _group(item: Any, place: str) -> dict[str, Any]:
    if not isinstance(item, Mapping) or not isinstance(item.get("code"), str):
        raise wrong(f"{place}.code", _("必須です。"))
    return {"field": item["code"]} | ({"per": str(item["per"]).lower()} if item.get("per") else {})


def _measure(item: Any, place: str) -> dict[str, Any]:
    kind = FUNCTIONS.get(str(item.get("type"))) if isinstance(item, Mapping) else None
    if kind is None:
        raise wrong(f"{place}.type", _("COUNT、SUM、AVERAGE、MAX、MIN のどれかを指定してください。"))
    return {"fn": kind} | ({"field": str(item["code"])} if item.get("code") else {})
