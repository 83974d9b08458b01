"""The list of an app: views, chips, columns, order, pages, selection, preview."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from tomoni.core.errors import Invalid
from tomoni.people import facade as people
from tomoni.people.decorators import staff_required
from tomoni.records import facade, fieldtypes
from tomoni.records.duty.deadlines import late_in
from tomoni.records.record import Page, Record
from tomoni.records.saved.queries import mine
from tomoni.records.schema.spec import FieldSpec
from tomoni.records.views import conditions, liststate, querywords
from tomoni.records.views.cell import editable
from tomoni.records.views.common import Inside, address, enter
from tomoni.records.views.liststate import SIZES, ListState
from tomoni.records.views.present import Cell, Presenter
from tomoni.records.views.preview import preview_of
from tomoni.records.views.rowhtml import RowWriter

WIDTHS = {
    "record_number": "c-no",
    "status": "c-state",
    "date": "c-date",
    "datetime": "c-moment",
    "slot": "c-moment",
    "created_at": "c-moment",
    "updated_at": "c-moment",
}
CSS = {"new": "is-new", "done": "is-done", "stop": "is-done"}


@dataclass(frozen=True, slots=True)
class Column:
    """A column head: its link sorts; `sorted` is the value of aria-sort; `css` gives narrow columns their width."""

    label: str
    url: str
    sorted: str
    right: bool
    css: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the table: what it shows, and its HTML."""

    record: Record
    cells: list[Cell]
    title: str
    html: SafeString


@staff_required
def listing(request: HttpRequest, code: str) -> HttpResponse:
    """`/build/apps/<code>/`."""
    inside = enter(request, code, "view")
    state = liststate.read(inside.app, request.GET)
    kept = mine(inside.actor, inside.app)
    if not request.GET and (first := next((one for one in kept if one.first), None)):
        return redirect(first.url)
    if "op" in request.GET and "field" in request.GET:
        return add_condition(request, inside, state)
    if request.GET.get("edit") == "1" and inside.may.edit:
        state.extra = {"edit": "1"}
    problems: list[str] = []
    page, effective = Page([]), ""
    try:
        effective = state.text()
        page = facade.find(
            actor=inside.actor, app=code, query=effective, limit=state.size, after=state.after or None
        )
    except Invalid as error:
        problems = [str(m) for texts in error.errors.values() for m in texts]
    columns = liststate.shown(state)
    selected = next((r for r in page.records if r.id == state.record), None)
    presenter = Presenter(inside.app).load(page.records)
    context = inside.context(
        request,
        f"list:{state.view.name}",
        view=state.view,
        state=state,
        problems=problems,
        columns=[_column(spec, state) for spec in columns],
        rows=_lines(inside, presenter, page.records, columns, state),
        total_text=_total(page, state),
        after_end=bool(state.after),
        effective_query=effective,
        mine=kept,
        words=querywords.words(effective, inside.app) if effective else "",
        actions=list(dict.fromkeys(a.name for a in inside.app.actions)),
        preview=preview_of(inside, selected or state.record, state.url(after=state.after))
        if state.record
        else None,
        **links(state, page),
        **panel(request, inside, state),
    )
    return render(request, "records/list.html", context, status=422 if problems else 200)


def add_condition(request: HttpRequest, inside: Inside, state: ListState) -> HttpResponse:
    """「絞り込む」: turn the form into one more chip and show the page again."""
    value = "、".join(v.strip() for v in request.GET.getlist("value") if v.strip())[:300]
    condition = conditions.Condition(request.GET["field"][:100], request.GET["op"][:10], value)
    try:
        conditions.query_of(conditions.parse([condition.token]), inside.app)
    except Invalid as error:
        texts = [str(m) for ms in error.errors.values() for m in ms]
        context = inside.context(
            request, f"list:{state.view.name}", view=state.view, state=state, problems=texts, rows=[],
            **links(state, Page([])), **panel(request, inside, state),
        )  # fmt: skip
        return render(request, "records/list.html", context, status=422)
    tokens = [*state.tokens, condition.token] if condition.token not in state.tokens else state.tokens
    return redirect(state.url(c=tokens))


def chips_of(state: ListState) -> list[dict[str, str]]:
    """What narrows the page beside its view, in words, each with the address without it."""
    chips = []
    for index, token in enumerate(state.tokens):
        try:
            words = conditions.describe(conditions.parse([token])[0], state.app)
        except Invalid:
            words = token
        chips.append({"text": words, "url": state.url(c=state.tokens[:index] + state.tokens[index + 1 :])})
    if state.query:
        chips.append({"text": state.query, "url": state.url(q="")})
    if state.search:
        chips.append({"text": _("「%(words)s」を含む") % {"words": state.search}, "url": state.url(s="")})
    return chips


def links(state: ListState, page: Page) -> dict[str, Any]:
    """The addresses around a list: chips, pages, files, panels."""
    return {
        "chips": chips_of(state),
        "clear_url": state.url(c=[], q="", s=""),
        "first_url": state.url() if state.after else "",
        "next_url": state.url(after=page.next) if page.next else "",
        "csv_url": state.url("csv"),
        "xlsx_url": state.url("csv", format="xlsx"),
        "zip_url": state.url("csv", format="zip") if any(f.type == "file" for f in state.app.fields) else "",
        "csv_sjis_url": state.url("csv", charset="cp932"),
        "sizes": [{"n": n, "url": state.url(n=n), "current": n == state.size} for n in SIZES],
        "add_url": state.url(panel="add"),
        "editing": bool(state.extra.get("edit")),
        "edit_url": state.url(edit="" if state.extra.get("edit") else "1", after=state.after),
        "columns_url": state.url(panel="columns"),
        "keep": {
            "search": state.pairs("s"),
            "add": state.pairs(),
            "query": state.pairs("q"),
            "columns": state.pairs("col"),
        },
    }


def panel(request: HttpRequest, inside: Inside, state: ListState) -> dict[str, Any]:
    """The open panel: a condition to add, or the columns."""
    panel = request.GET.get("panel", "add" if "field" in request.GET else "")
    if panel == "columns":
        shown = {f.code for f in liststate.shown(state)}
        choices = [
            {"code": f.code, "label": f.label, "shown": f.code in shown}
            for f in liststate.columns_of(inside.app)
        ]
        return {"panel": panel, "column_choices": choices}
    if panel != "add":
        return {}
    targets = conditions.targets(inside.app)
    adding = next((t for t in targets if t.code == request.GET.get("field")), None)
    if adding is None:
        return {"panel": panel, "targets": targets}
    operators = [{"code": op, "label": conditions.WORDS[op]} for op in conditions.OPERATORS[adding.type]]
    return {"panel": panel, "targets": targets, "adding": adding, "operators": operators} | _value_help(
        adding
    )


def _value_help(target: conditions.Target) -> dict[str, Any]:
    if target.type in ("date", *conditions.MOMENTS):
        return {
            "value_help": _(
                "日付（令和8年4月1日、2026-04-01）か、今日、明日、今週、来週、今月 などと書けます。"
            )
        }
    if target.type in conditions.PEOPLE:
        return {"value_help": _("「自分」か、ログイン名を書きます。いくつかあるときは「、」で区切ります。")}
    if target.type == "department":
        names = people.departments().order_by("order", "department_id")
        return {"value_options": [{"value": v.department.code, "label": v.name} for v in names]}
    return {}


def _column(spec: FieldSpec, state: ListState) -> Column:
    can = fieldtypes.get(spec.type).sortable
    direction = {spec.code: "ascending", f"-{spec.code}": "descending"}.get(state.sort, "")
    target = f"-{spec.code}" if direction == "ascending" else spec.code
    return Column(
        label=_("番号") if spec.type == "record_number" else spec.label,
        url=state.url(sort=target) if can else "",
        sorted=direction,
        right=spec.type == "number",
        css=WIDTHS.get(spec.type, ""),
    )


def _lines(
    inside: Inside, presenter: Presenter, records: list[Record], columns: list[FieldSpec], state: ListState
) -> list[Line]:
    head = head_column(presenter, columns)
    writer = RowWriter(pick=inside.may.bulk, edit=_editable(columns, state))
    base, beside = address("list", presenter.app), state.url(after=state.after)
    beside += "&" if "?" in beside else "?"
    dull = {s.name: CSS.get(s.kind, "") for s in presenter.app.states}
    late = _late(presenter, records)
    found = []
    for record in records:
        cells = [presenter.cell(record, spec, head=spec is head) for spec in columns]
        title = presenter.title(record)
        html = writer.row(
            record.id,
            cells,
            title=title,
            url=f"{base}{record.id}/",
            peek=f"{beside}record={record.id}",
            css=dull.get(record.status or "", ""),
            current=record.id == state.record,
            late=late.get(record.id, ""),
        )
        found.append(Line(record, cells, title, html))
    return found


def _late(presenter: Presenter, records: list[Record]) -> dict[int, str]:
    """The overdue records of the page in words. One query a state with a deadline; none without deadlines."""
    if not any(s.deadline_days for s in presenter.app.states) or not records:
        return {}
    words = _("%(n)s日超過")
    found = late_in(presenter.app, Q(pk__in=[r.id for r in records]))
    return {item.record: words % {"n": item.days} for item in found if item.days > 0}


def _editable(columns: list[FieldSpec], state: ListState) -> dict[str, str]:
    """The columns that open for editing while the list is in that mode, each with the end of its address."""
    if not state.extra.get("edit"):
        return {}
    back = urlencode({"back": state.url(after=state.after)})
    return {f.code: f"{quote(f.code, safe='')}/?{back}" for f in columns if editable(f)}


def head_column(presenter: Presenter, columns: list[FieldSpec]) -> FieldSpec:
    """The column that carries the link: the title's, else the first that is no number or state."""
    for spec in presenter.title_fields():
        if spec in columns:
            return spec
    return next((c for c in columns if c.type not in ("record_number", "status")), columns[0])


def _total(page: Page, state: ListState) -> str:
    if page.total is None:
        return _("つづきを表示しています")
    if page.total_capped:
        return _("%(n)s件以上") % {"n": f"{page.total:,}"}
    if len(page.records) == page.total:
        return _("%(n)s件をすべて表示") % {"n": f"{page.total:,}"}
    return _("%(total)s件のうち %(n)s件を表示") % {"total": f"{page.total:,}", "n": len(page.records)}
