"""The month of a calendar view: a table with weekdays and holidays, and the same as a list by day."""

from __future__ import annotations

import calendar as months
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from tomoni.core import calendar, clock
from tomoni.core.errors import Invalid, NotFound
from tomoni.people.decorators import staff_required
from tomoni.records import facade
from tomoni.records.record import Record
from tomoni.records.schema.spec import FieldSpec, ViewSpec
from tomoni.records.views import conditions, querytext
from tomoni.records.views.common import Inside, address, calendar_views, enter
from tomoni.records.views.present import STATUS, Cell, Presenter

MOST = 500
A_DAY = 4
YEARS = range(1900, 2101)


@dataclass(frozen=True, slots=True)
class Item:
    """One record on a day."""

    title: str
    url: str
    time: str
    status: Cell | None


@dataclass(slots=True)
class Day:
    """A day of the table and of the list."""

    date: date
    label: str
    holiday: str
    off: bool
    out: bool
    today: bool
    entries: list[Item] = field(default_factory=list)

    @property
    def day(self) -> int:
        """The number in the corner."""
        return self.date.day

    @property
    def items(self) -> list[Item]:
        """Those that fit into the cell."""
        return self.entries[:A_DAY]

    @property
    def more(self) -> int:
        """How many do not fit."""
        return max(0, len(self.entries) - A_DAY)

    @property
    def more_url(self) -> str:
        """Where all of the day are listed: further down the page."""
        return f"#d{self.date:%d}"


@staff_required
def month(request: HttpRequest, code: str) -> HttpResponse:
    """`/build/apps/<code>/calendar/?view=&month=2026-04`."""
    inside = enter(request, code, "view")
    view, spec = _view(inside, request.GET.get("view", ""))
    first = _first(request.GET.get("month", ""))
    problems: list[str] = []
    records: list[Record] = []
    capped = False
    try:
        page = facade.find(actor=inside.actor, app=code, query=_query(view, spec, first), limit=MOST)
        records, capped = page.records, page.next is not None
    except Invalid as error:
        problems = [str(m) for texts in error.errors.values() for m in texts]
    weeks = _weeks(first)
    _fill(weeks, inside, records, spec)
    before, after = _shift(first, -1), _shift(first, 1)
    context = inside.context(
        request,
        f"calendar:{view.name}",
        view=view,
        problems=problems,
        capped=capped,
        clear_url=address("list", inside.app),
        weekdays=_weekdays(),
        weeks=weeks,
        days=[d for week in weeks for d in week if d.entries and not d.out],
        month_label=_label(first),
        previous_url=address("calendar", inside.app, view=view.name, month=f"{before:%Y-%m}"),
        previous_label=_short(before),
        next_url=address("calendar", inside.app, view=view.name, month=f"{after:%Y-%m}"),
        next_label=_short(after),
    )
    return render(request, "records/calendar.html", context, status=422 if problems else 200)


def _view(inside: Inside, name: str) -> tuple[ViewSpec, FieldSpec]:
    views = calendar_views(inside.app)
    view = next((v for v in views if v.name == name), None) if name else next(iter(views), None)
    spec = inside.app.by_code.get(view.date_field) if view else None
    if view is None or spec is None:
        raise NotFound(_("この暦はありません。「一覧の設定」で日付の項目を選ぶと、暦をつくれます。"))
    return view, spec


def _first(text: str) -> date:
    if not text:
        return clock.today().replace(day=1)
    found = re.fullmatch(r"(\d{4})-(\d{2})", text, re.ASCII)
    if found is None or int(found[1]) not in YEARS or not 1 <= int(found[2]) <= 12:
        raise NotFound(_("この月は表示できません。"))
    return date(int(found[1]), int(found[2]), 1)


def _shift(first: date, step: int) -> date:
    return (
        (first + timedelta(days=31)).replace(day=1)
        if step > 0
        else (first - timedelta(days=1)).replace(day=1)
    )


def _label(first: date) -> str:
    if get_language() == "en":
        return f"{first:%B %Y}"
    return f"{calendar.wareki_year(first)}（{first.year}年）{first.month}月"


def _short(first: date) -> str:
    return f"{first:%B}" if get_language() == "en" else f"{first.month}月"


def _weekdays() -> list[str]:
    return [
        pgettext("weekday", "日"),
        pgettext("weekday", "月"),
        pgettext("weekday", "火"),
        pgettext("weekday", "水"),
        pgettext("weekday", "木"),
        pgettext("weekday", "金"),
        pgettext("weekday", "土"),
    ]


def _query(view: ViewSpec, spec: FieldSpec, first: date) -> str:
    where, _order = querytext.split(view.query)
    start, end = first, _shift(first, 1)
    span = conditions.span(spec.code, spec.type, start, end)
    return querytext.ordered(querytext.both([where, span]), f"{spec.code} asc")


def _weeks(first: date) -> list[list[Day]]:
    today = clock.today()
    found = []
    for week in months.Calendar(firstweekday=6).monthdatescalendar(first.year, first.month):
        found.append(
            [
                Day(
                    date=day,
                    label=calendar.format_day(day),
                    holiday=calendar.holiday_name(day),
                    off=day.weekday() == 6 or bool(calendar.holiday_name(day)),
                    out=day.month != first.month,
                    today=day == today,
                )
                for day in week
            ]
        )
    return found


def _fill(weeks: list[list[Day]], inside: Inside, records: Iterable[Record], spec: FieldSpec) -> None:
    app = inside.app
    records = list(records)
    presenter = Presenter(app).load(records)
    days = {d.date: d for week in weeks for d in week}
    for record in records:
        value: Any = presenter.value(record, spec)
        local = value.astimezone(clock.TOKYO) if isinstance(value, datetime) else None
        day = days.get(local.date() if local else value)
        if day is not None and not day.out:
            day.entries.append(
                Item(
                    title=presenter.title(record),
                    url=address("record", app, record.id),
                    time=f"{local.hour}:{local.minute:02d}" if local else "",
                    status=presenter.cell(record, app.field(STATUS)) if app.states else None,
                )
            )
