"""Charts and pivots (グラフ・クロス集計): counted in SQL, drawn on the server, every group a link to its records."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tomoni.core import clock
from tomoni.core.errors import Forbidden, Invalid, NotFound
from tomoni.people.decorators import staff_required
from tomoni.records.actions.note_export import note_export
from tomoni.records.actions.set_views import set_views
from tomoni.records.query.aggregate import (
    FUNCTIONS,
    OTHER,
    Cell,
    Cells,
    Measure,
    Part,
    aggregate,
    capped,
    folded,
    linked,
    measurable,
    periods,
)
from tomoni.records.saved.queries import mine
from tomoni.records.schema.spec import ViewSpec
from tomoni.records.views import drawing, liststate, querytext, summing
from tomoni.records.views.common import Inside, address, enter
from tomoni.records.views.csvfile import safe
from tomoni.records.views.listing import add_condition, chips_of, panel
from tomoni.records.views.liststate import ListState
from tomoni.records.views.summing import Summary, Words

MOST = {"bar": 30, "line": 120, "pie": 8, "table": 200, "pivot": 200}
SERIES = 6
COLUMNS = 30
NUMBER = re.compile(r"-?[\d,]+(\.\d+)?")


@staff_required
def page(request: HttpRequest, code: str) -> HttpResponse:
    """`/build/apps/<code>/chart/?view=…`; without a view a summary that anybody puts together."""
    inside = enter(request, code, "view")
    state, summary = read(request, inside)
    if "op" in request.GET and "field" in request.GET:
        return add_condition(request, inside, state)
    problems: list[str] = []
    shown: dict[str, Any] = {}
    try:
        shown = work_out(inside, state, summary)
    except Invalid as error:
        problems = [str(m) for texts in error.errors.values() for m in texts] or [str(error)]
    if request.GET.get("format") == "csv" and not problems:
        return _csv(inside, state, shown)
    context = inside.context(
        request,
        f"chart:{state.view.name if state.view.kind != 'list' else ''}",
        view=state.view,
        state=state,
        saved=state.view.kind != "list",
        problems=problems,
        summary=summary,
        heading=_heading(state, summary),
        chips=chips_of(state),
        clear_url=state.url(c=[], q="", s=""),
        mine=mine(inside.actor, inside.app),
        add_url=state.url(panel="add"),
        csv_url=state.url(format="csv"),
        keep={
            "add": state.pairs(),
            "query": state.pairs("q"),
            "form": state.pairs(*FORM),
            "save": state.pairs(),
        },
        form=_form(inside, summary),
        **shown,
        **panel(request, inside, state),
    )
    return render(request, "records/chart.html", context, status=422 if problems else 200)


FORM = ("shape", *(f"{name}{n}" for name in ("g", "p", "m") for n in (1, 2, 3)))


def read(request: HttpRequest, inside: Inside) -> tuple[ListState, Summary]:
    """The state of the page and what it sums."""
    app, name = inside.app, request.GET.get("view", "")
    view = next((v for v in app.views if v.name == name and v.kind in ("chart", "pivot")), None)
    if name and view is None:
        raise NotFound(_("このグラフはもうありません。左の「見方」から選んでください。"))
    asked = summing.of_address(app, request.GET)
    summary = asked or summing.of_view(app, view or ViewSpec(name="", kind="chart"))
    state = liststate.read(app, request.GET, view or ViewSpec(name=""), "chart")
    if asked is not None:
        state.extra = asked.parameters()
    return state, summary


def work_out(inside: Inside, state: ListState, summary: Summary) -> dict[str, Any]:
    """Everything the page shows. One query, four for a pivot over multi-values, and the names."""
    query, _order = querytext.split(state.text())

    def ask(groups: Sequence[Any]) -> Cells:
        return aggregate(inside.actor, inside.app, query, groups, summary.measures)

    cells = ask(summary.groups)
    words = Words(inside.app, summary.groups, cells)
    if summary.shape == "pivot":
        return _pivot(inside, state, summary, cells, words, ask)
    return _chart(inside, state, summary, cells, words, ask)


def _total(summary: Summary, cells: Cells, ask: Any) -> tuple[Any, ...]:
    if any(linked(g.field) for g in summary.groups):
        return tuple(ask(())[()].values(summary.measures))
    whole = folded(cells, (), summary.measures).get((), Cell(0, [Part() for _m in summary.measures]))
    return whole.values(summary.measures)


def _chart(
    inside: Inside, state: ListState, summary: Summary, cells: Cells, words: Words, ask: Any
) -> dict[str, Any]:
    measures, groups = summary.measures, summary.groups
    total = _total(summary, cells, ask)
    more = False
    cells, more = capped(cells, 0, MOST[summary.shape], measures)
    by_series: dict[tuple[Any, ...], Any] = {}
    for key, cell in cells.items():
        by_series[key[1:]] = by_series.get(key[1:], 0) + abs(_float(cell.values(measures)[0]))
    series = _series(summary, by_series, words)
    if len(groups) == 2 and len(series) > SERIES:
        cells, _more = capped(cells, 1, SERIES, measures)
        series = _series(summary, {k[1:]: by_series.get(k[1:], 0) for k in cells}, words)
    weight: dict[Any, float] = {}
    for key, cell in cells.items():
        weight[key[0]] = weight.get(key[0], 0) + _float(cell.values(measures)[0])
    keys = summing.ordered(inside.app, groups[0], weight, weight, summary.shape)
    classes = [
        drawing.css(n, len(series), k[-1] is OTHER if k else False) for n, (k, _l) in enumerate(series)
    ]
    rows = [_row(state, summary, cells, words, key, series) for key in keys]
    top = max([sum(max(0.0, v) for v in r["floats"]) for r in rows], default=0.0)
    for row in rows:
        row["bar"] = drawing.bar([max(0.0, v) for v in row["floats"]], top, classes)
    return {
        "rows": rows,
        "series": [
            {"label": label, "css": name} for (_k, label), name in zip(series, classes, strict=True)
        ] if len(groups) > 1 else [],
        "heads": _heads(summary, series),
        "foot": [words.value(m, v) for m, v in zip(measures, total, strict=True)],
        "drawing": _drawing(summary, rows, series, classes),
        "pie_keys": _pie_keys(rows) if summary.shape == "pie" else [],
        "negative": any(v < 0 for r in rows for v in r["floats"]),
        "more": more,
        "double": any(linked(g.field) for g in groups),
        "first": summing.group_words(groups[0]) if groups else "",
    }  # fmt: skip


def _series(
    summary: Summary, weight: dict[tuple[Any, ...], Any], words: Words
) -> list[tuple[tuple[Any, ...], str]]:
    """The further keys of a chart with their labels; one without a label when there is only one key."""
    if len(summary.groups) < 2:
        return [((), "")]
    group, app = summary.groups[1], words.app
    first = {k[0]: n for n, k in enumerate((k,) for k in summing.ordered(app, group, {k[0] for k in weight}, {}, "bar"))}  # fmt: skip
    keys = sorted(weight, key=lambda k: (first[k[0]], str(k[1:])))
    return [(k, "・".join(words.key(n + 1, v) for n, v in enumerate(k))) for k in keys]


def _row(
    state: ListState, summary: Summary, cells: Cells, words: Words, key: Any, series: Sequence[Any]
) -> dict[str, Any]:
    values, floats = [], []
    for further, _label in series:
        cell = cells.get((key, *further))
        found = cell.values(summary.measures) if cell else tuple(None for _m in summary.measures)
        url = summing.behind(state, summary.groups, (key, *further)) if cell and further else ""
        values += [
            {"text": words.value(m, v), "url": url} for m, v in zip(summary.measures, found, strict=True)
        ]
        floats.append(_float(found[0]))
    return {
        "label": words.key(0, key),
        "url": summing.behind(state, summary.groups[:1], (key,)),
        "values": values,
        "floats": floats,
    }


def _heads(summary: Summary, series: Sequence[Any]) -> list[str]:
    names = [summing.measure_words(m) for m in summary.measures]
    if len(summary.groups) < 2:
        return names
    return [label if len(names) == 1 else f"{label} {name}" for _key, label in series for name in names]


def _drawing(
    summary: Summary, rows: list[dict[str, Any]], series: Sequence[Any], classes: Sequence[str]
) -> Any:
    if summary.shape == "line" and rows:
        labels = [r["label"] for r in rows]
        lines = [
            drawing.Series(label, [r["floats"][n] for r in rows]) for n, (_k, label) in enumerate(series)
        ]
        return drawing.line(labels, lines, classes, _title(summary))
    if summary.shape == "pie" and rows:
        floats = [sum(r["floats"]) for r in rows]
        names = [drawing.css(n, len(rows)) for n in range(len(rows))]
        return drawing.pie(floats, names, _title(summary))
    return None


def _pie_keys(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    total = sum(max(0.0, sum(r["floats"])) for r in rows) or 1
    return [
        {"css": drawing.css(n, len(rows)), "label": r["label"], "share": f"{sum(r['floats']) / total:.0%}"}
        for n, r in enumerate(rows)
    ]


def _pivot(
    inside: Inside, state: ListState, summary: Summary, cells: Cells, words: Words, ask: Any
) -> dict[str, Any]:
    """Rows × columns × measures with totals. Totals over multi-values are counted anew: a record counts once."""
    measures, groups, n = summary.measures, summary.groups, summary.across
    more = False
    for axis in range(len(groups)):
        cells, cut = capped(cells, axis, MOST["pivot"] if axis < n else COLUMNS, measures)
        more = more or cut
    left, top = list(range(n)), list(range(n, len(groups)))
    doubled = any(linked(g.field) for g in groups) and not more
    by_row = ask(groups[:n]) if doubled else folded(cells, left, measures)
    by_column = ask(groups[n:]) if doubled else folded(cells, top, measures)
    row_keys = _axis(inside, summary, {tuple(k[a] for a in left) for k in cells}, 0)
    column_keys = _axis(inside, summary, {tuple(k[a] for a in top) for k in cells}, n) if top else []

    def values(cell: Cell | None, url: str = "") -> list[dict[str, str]]:
        found = cell.values(measures) if cell else [None] * len(measures)
        return [{"text": words.value(m, v), "url": url if v is not None else ""} for m, v in zip(measures, found, strict=True)]  # fmt: skip

    lines = []
    for row in row_keys:
        inner = [v for c in column_keys for v in values(cells.get((*row, *c)), summing.behind(state, groups, (*row, *c)))]  # fmt: skip
        lines.append(
            {
                "labels": [words.key(a, v) for a, v in zip(left, row, strict=True)],
                "cells": inner + values(by_row.get(row), summing.behind(state, groups[:n], row)),
            }
        )
    total = ask(())[()] if doubled else folded(cells, (), measures).get(())
    foot = [v for c in column_keys for v in values(by_column.get(c))] + values(total)
    names = [summing.measure_words(m) for m in measures]
    return {
        "lines": lines,
        "row_heads": [summing.group_words(g) for g in groups[:n]],
        "column_group": "・".join(summing.group_words(g) for g in groups[n:]),
        "column_heads": [
            "・".join(words.key(a, v) for a, v in zip(top, c, strict=True)) for c in column_keys
        ],
        "measure_heads": names * (len(column_keys) + 1) if len(names) > 1 else [],
        "width": len(names),
        "pivot_foot": foot,
        "only": names[0] if len(names) == 1 else "",
        "more": more,
        "double": any(linked(g.field) for g in groups),
    }


def _axis(inside: Inside, summary: Summary, keys: set[tuple[Any, ...]], offset: int) -> list[tuple[Any, ...]]:
    """The keys of one side, in order, the first key first."""
    if not keys or keys == {()}:
        return list(keys)
    places = []
    for n in range(len(next(iter(keys)))):
        group = summary.groups[offset + n]
        found = summing.ordered(inside.app, group, {k[n] for k in keys}, {}, "pivot")
        places.append({key: place for place, key in enumerate(found)})
    return sorted(keys, key=lambda k: [place[v] for place, v in zip(places, k, strict=True)])


def _float(value: Any) -> float:
    return float(value) if isinstance(value, int | Decimal) else 0.0


def _title(summary: Summary) -> str:
    return _("%(group)s別の%(measure)s") % {
        "group": "・".join(summing.group_words(g) for g in summary.groups),
        "measure": "、".join(summing.measure_words(m) for m in summary.measures),
    }


def _heading(state: ListState, summary: Summary) -> str:
    return state.view.name or _title(summary)


def _form(inside: Inside, summary: Summary) -> dict[str, Any]:
    """The form above the chart: what to group by, what to work out."""
    app, asked = inside.app, summary.parameters()
    keys = [{"code": f.code, "label": f.label, "dated": bool(periods(f))} for f in summing.keys_of(app)]
    words = summing.function_words()
    measures = [{"value": "count", "label": words["count"]}]
    measures += [
        {"value": f"{fn}:{f.code}", "label": summing.measure_words(Measure(fn, f))}
        for f in summing.measures_of(app)
        for fn in FUNCTIONS[1:]
        if measurable(f, fn)
    ]
    pivot = summary.shape == "pivot"
    labels = (
        (_("行"), _("行（2つめ）"), _("列")) if pivot else (_("分け方"), _("色分け"), _("色分け（2つめ）"))
    )
    return {
        "shapes": [
            {"code": c, "label": w, "on": c == summary.shape} for c, w in summing.shape_words().items()
        ],
        "slots": [
            {
                "n": n,
                "label": label,
                "per": asked.get(f"p{n}", ""),
                "options": [k | {"on": k["code"] == asked.get(f"g{n}")} for k in keys],
            }
            for n, label in enumerate(labels, start=1)
        ],
        "periods": [{"code": c, "label": w} for c, w in summing.period_words().items()],
        "measures": [
            {
                "n": n,
                "options": [m | {"on": m["value"] == asked.get(f"m{n}")} for m in measures],
            }
            for n in range(1, 4 if summary.shape in ("pivot", "table") else 2)
        ],
    }


def _csv(inside: Inside, state: ListState, shown: dict[str, Any]) -> HttpResponse:
    """The table as a CSV file for spreadsheets (UTF-8 with a mark)."""
    if not inside.may.export:
        raise Forbidden("app.export")
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    for line in _lines(shown):
        writer.writerow([text if NUMBER.fullmatch(text) else safe(text) for text in line])
    note_export(actor=inside.actor, app=inside.app.code, query=state.text(), columns=list(shown.get("row_heads", [])))  # fmt: skip
    response = HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{inside.app.code}_{clock.today():%Y%m%d}.csv"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def _lines(shown: dict[str, Any]) -> list[list[str]]:
    if "lines" not in shown:
        body = [[r["label"], *(v["text"] for v in r["values"])] for r in shown["rows"]]
        return [[shown["first"], *shown["heads"]], *body]
    heads, width, total = shown["row_heads"], shown["width"], _("計")
    columns = [c for c in [*shown["column_heads"], total] for _n in range(width)]
    if shown["measure_heads"]:
        columns = [f"{c} {m}" for c, m in zip(columns, shown["measure_heads"], strict=True)]
    body = [[*line["labels"], *(c["text"] for c in line["cells"])] for line in shown["lines"]]
    foot = [total, *[""] * (len(heads) - 1), *(c["text"] for c in shown["pivot_foot"])]
    return [[*heads, *columns], *body, foot]


@staff_required
@require_POST
def save(request: HttpRequest, code: str) -> HttpResponse:
    """Keep the chart as a view that everybody sees; its name is new, or that of the chart it changes."""
    inside = enter(request, code, "manage")
    request.GET = request.POST  # the same parameters, sent by the form
    state, summary = read(request, inside)
    name = request.POST.get("name", "").strip()[:100] or state.view.name
    kind = "pivot" if summary.shape == "pivot" else "chart"
    query, _order = querytext.split(state.text())
    made = ViewSpec(name, kind, query=query, options=summary.options())  # type: ignore[arg-type]
    every = list(inside.app.views)
    at = next((n for n, v in enumerate(every) if v.name == name), None)
    if at is None:
        every.append(made)
    elif every[at].kind in ("chart", "pivot"):
        every[at] = ViewSpec(name, kind, query=query, options=summary.options(), who=every[at].who, id=every[at].id)  # type: ignore[arg-type]  # fmt: skip
    else:
        messages.error(request, _("同じ名前の一覧がすでにあります。"))
        return redirect(state.url())
    try:
        set_views(actor=inside.actor, app=code, views=tuple(every))
    except Invalid as error:
        messages.error(request, str(error))
        return redirect(state.url())
    messages.success(
        request, _("「%(name)s」として保存しました。左の「見方」から開けます。") % {"name": name}
    )
    return redirect(address("chart", inside.app, view=name))
