"""Boards (ボード): cards in columns by state or choice. A card moves by drag, by keyboard, or by its menu; moving by state
runs the process action, so a card goes only where the process lets it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tomoni.core.errors import Conflict, Invalid, NotFound, TomoniError
from tomoni.people.decorators import staff_required
from tomoni.records import facade, rights
from tomoni.records.actions.set_views import board_field
from tomoni.records.query.aggregate import Cells, Group, Measure, aggregate
from tomoni.records.record import Record
from tomoni.records.saved.queries import mine
from tomoni.records.schema.spec import ActionSpec, FieldSpec, ViewSpec
from tomoni.records.views import conditions, liststate, merge, querytext
from tomoni.records.views.common import Inside, address, enter, safe_back
from tomoni.records.views.listing import add_condition, chips_of, panel
from tomoni.records.views.liststate import ListState
from tomoni.records.views.present import NUMBER, Cell, Presenter

MOST_COLUMNS = 20
CARDS = 30
LINES = 4


@dataclass(frozen=True, slots=True)
class Move:
    """Where a card may go: the column, the words on the button, what is posted."""

    to: str
    label: str
    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Card:
    """A record on the board."""

    id: int
    revision: int
    title: str
    url: str
    cells: list[Cell]
    moves: list[Move]


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its value, how many records, the first cards, the list of all."""

    key: str
    label: str
    tag: str
    count: int
    cards: list[Card]
    more: int
    url: str


@staff_required
def page(request: HttpRequest, code: str) -> HttpResponse:
    """`/build/apps/<code>/board/?view=…`."""
    inside = enter(request, code, "view")
    view, field = board_of(inside, request.GET.get("view", ""))
    state = liststate.read(inside.app, request.GET, view, "board")
    if "op" in request.GET and "field" in request.GET:
        return add_condition(request, inside, state)
    return show(request, inside, state, field)


def show(
    request: HttpRequest, inside: Inside, state: ListState, field: FieldSpec, status: int = 200
) -> HttpResponse:
    """The board; a condition that does not read is told on it."""
    problems: list[str] = []
    columns: list[Column] = []
    try:
        columns = _columns(inside, state, field)
    except Invalid as error:
        problems = [str(m) for texts in error.errors.values() for m in texts] or [str(error)]
    context = inside.context(
        request,
        f"board:{state.view.name}",
        view=state.view,
        state=state,
        field=field,
        problems=problems,
        columns=columns,
        movable=any(card.moves for column in columns for card in column.cards),
        any=any(column.count for column in columns),
        chips=chips_of(state),
        clear_url=state.url(c=[], q="", s=""),
        mine=mine(inside.actor, inside.app),
        add_url=state.url(panel="add"),
        list_url=state.url("list"),
        keep={"add": state.pairs(), "query": state.pairs("q")},
        here=state.url(),
        **panel(request, inside, state),
    )
    return render(request, "records/board.html", context, status=422 if problems else status)


def board_of(inside: Inside, name: str) -> tuple[ViewSpec, FieldSpec]:
    """The view and the field that makes its columns."""
    boards = [v for v in inside.app.views if v.kind == "board"]
    view = next((v for v in boards if not name or v.name == name), None)
    field = board_field(inside.app, view) if view else None
    if view is None or field is None:
        raise NotFound(_("このボードはありません。「一覧の設定」で、列にする項目を選ぶとつくれます。"))
    return view, field


def _columns(inside: Inside, state: ListState, field: FieldSpec) -> list[Column]:
    """One count for all columns, one page of cards for each."""
    app, query = inside.app, state.text()
    where, order = querytext.split(query)
    counted: Cells = aggregate(inside.actor, app, where, [Group(field)], [Measure()])
    shown = liststate.shown(state) if state.view.columns else []
    wanted = {f.code for f in shown} | {f.code for f in Presenter(app).title_fields()} | {field.code}
    found: list[tuple[str, int, list[Record], int]] = []
    for key in _keys(inside, field, counted):
        count = counted[(key or None,)].records if (key or None,) in counted else 0
        records: list[Record] = []
        if count:
            one = f"{field.code} in ({conditions.quoted(key)})" if key else f"{field.code} is empty"
            text = querytext.ordered(querytext.both([where, one]), order)
            page = facade.find(
                actor=inside.actor, app=app.code, query=text, limit=CARDS, fields=sorted(wanted), count=False
            )
            records = page.records
        found.append((key, count, records, count - len(records)))
    presenter = Presenter(app).load([r for _k, _n, rs, _m in found for r in rs])
    return [
        Column(
            key=key,
            label=key or _("（空）"),
            tag=s.kind if field.type == "status" and (s := app.state(key)) else "",
            count=count,
            cards=[_card(inside, presenter, record, field, shown) for record in records],
            more=more,
            url=state.url("list", c=[*state.tokens, f"{field.code}~{'in' if key else 'empty'}~{key}"]),
        )
        for key, count, records, more in found
    ]


def _keys(inside: Inside, field: FieldSpec, counted: Cells) -> list[str]:
    """The columns: states or choices as they are set, then values that were taken off the list, then 「空」."""
    if field.type == "status":
        known = [s.name for s in inside.app.states]
    else:
        known = [str(c) for c in field.options.get("choices", ())]
    rest = sorted(str(k[0]) for k in counted if k[0] is not None and k[0] not in known)
    empty = [""] if (None,) in counted else []
    return [*known, *rest][:MOST_COLUMNS] + empty


def _card(
    inside: Inside, presenter: Presenter, record: Record, field: FieldSpec, shown: Sequence[FieldSpec]
) -> Card:
    heads = presenter.title_fields()[:1]
    specs = [f for f in shown if f.code not in (field.code, NUMBER) and f not in heads]
    cells = [cell for f in specs if (cell := presenter.cell(record, f)).kind != "empty"][:LINES]
    return Card(
        id=record.id,
        revision=record.revision,
        title=presenter.title(record),
        url=address("record", inside.app, record.id),
        cells=cells,
        moves=_moves(inside, record, field),
    )


def _moves(inside: Inside, record: Record, field: FieldSpec) -> list[Move]:
    """Where this card may go. Conditions of process actions are asked when it is moved."""
    app, edit = inside.app, inside.may.edit
    if field.type == "status":
        steps = [s for s in app.actions_from(record.status) if _plausible(inside, record, s)]
        words = _("%(action)s（→ %(state)s）")
        return [
            Move(s.target, words % {"action": s.name, "state": s.target}, "_action", s.name) for s in steps
        ]
    if not edit:
        return []
    now = record.values.get(field.code) or ""
    return [Move(str(c), str(c), "_value", str(c)) for c in field.options.get("choices", ()) if str(c) != now]


def _plausible(inside: Inside, record: Record, step: ActionSpec) -> bool:
    """Whether the actor may be meant by the action, without asking the database for each card."""
    if not step.who:
        return bool(inside.may.edit)
    actor, departments = inside.actor, rights.department_ids(step.who)
    for who in step.who:
        kind, _sep, _value = who.partition(":")
        if kind == "field" or who == "head" or rights.matches(who, actor, departments):
            return True
        if (who == "creator" and record.creator == actor.id) or (
            who == "assignee" and actor.id in record.assignees
        ):
            return True
    return False


@staff_required
@require_POST
def move(request: HttpRequest, code: str) -> HttpResponse:
    """Move one card. A record that changed meanwhile stays where it is (409)."""
    inside = enter(request, code, "view")
    view, field = board_of(inside, request.POST.get("view", ""))
    number = request.POST.get("id", "")
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        raise NotFound(_("この記録はありません。"))
    back = safe_back(request, address("board", inside.app, view=view.name))
    try:
        words = _move(request, inside, field, int(number))
    except Conflict:
        messages.warning(
            request,
            _("動かす前に、この記録が変わりました。いまの内容を確かめてから、もう一度動かしてください。"),
        )
        return show(request, inside, liststate.read(inside.app, request.GET, view, "board"), field, 409)
    except PermissionDenied:
        messages.error(request, _("この記録を動かす権限がありません。"))
    except TomoniError as error:
        messages.error(request, _("動かせませんでした。%(why)s") % {"why": str(error)})
    else:
        messages.success(request, words)
    return redirect(f"{back}#r{number}")


def _move(request: HttpRequest, inside: Inside, field: FieldSpec, number: int) -> str:
    app, actor = inside.app, inside.actor
    revision = merge.posted_revision(request)
    if field.type == "status":
        record = facade.run_action(
            actor=actor,
            app=app.code,
            record=number,
            action=request.POST.get("_action", "")[:100],
            revision=revision,
        )
        return _("%(number)s番を「%(column)s」に動かしました。") % {"number": number, "column": record.status}
    value = request.POST.get("_value", "")[:200]
    facade.update_record(
        actor=actor, app=app.code, record=number, values={field.code: value}, revision=revision
    )
    return _("%(number)s番を「%(column)s」に動かしました。") % {"number": number, "column": value}
