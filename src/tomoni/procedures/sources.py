"""What the shell shows of this room: things waiting today, and what residents can do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, time

from django.db.models import Count, Max, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from tomoni.core import calendar, clock
from tomoni.core.actor import Actor
from tomoni.core.registry import Waiting
from tomoni.procedures import queries, words
from tomoni.procedures.models import Form, Submission
from tomoni.procedures.progress import ENDS
from tomoni.records import facade as records

ENDING_SOON_DAYS = 7
OLDEST = 500


def today(actor: Actor) -> Iterable[Waiting]:
    """Forms whose app has records in the first state, and forms that end soon: at most two queries an open form."""
    if not actor.is_staff:
        return
    apps = queries.visible_apps(actor)
    if not apps:
        return
    now = clock.now()
    forms = Form.objects.filter(app_code__in=apps, state=Form.State.OPEN).annotate(
        n=Count("submissions"), last=Max("submissions__submitted_at")
    )
    for form in forms:
        waiting = _unfinished(actor, form)
        yield from _late(form, [at for at, _state in waiting], now)
        yield from _new(actor, form, waiting)
        if form.closes_on and 0 <= (form.closes_on - clock.today()).days <= ENDING_SOON_DAYS:
            yield Waiting(
                title=_("%(title)s の受付が終わります") % {"title": form.title},
                url=reverse("procedures:staff_form", args=[form.slug]),
                note=_("%(day)s まで。これまでに %(n)s件")
                % {"day": calendar.format_day(form.closes_on), "n": form.n},
                state="wait",
                state_label=_("まもなく終わり"),
                verb=_("見る"),
            )


def _unfinished(actor: Actor, form: Form) -> list[tuple[datetime, str]]:
    """The oldest submissions that are not done: when they came, and the state they are in. Two queries."""
    schema = records.schema(code=form.app_code)
    states = [_quoted(s.name) for s in schema.states if s.kind not in ENDS]
    if not states or not form.days or not form.n:  # type: ignore[attr-defined,unused-ignore]
        return []
    query = f"ステータス in ({', '.join(states)}) order by $id asc"
    found = records.find(actor=actor, app=form.app_code, query=query, limit=OLDEST, fields=[], count=False)
    state_of = {r.id: r.status for r in found.records}
    rows = Submission.objects.filter(form=form, record_id__in=state_of).order_by("submitted_at")
    return [(at, state_of[record]) for record, at in rows.values_list("record_id", "submitted_at")]


def promised(app: str, record_ids: Sequence[int]) -> dict[int, datetime]:
    """By when residents were told that they would hear, by record. One query."""
    rows = Submission.objects.filter(app_code=app, record_id__in=record_ids).select_related("form")
    return {row.record_id: due for row in rows if (due := _promised(row.form, row.submitted_at)) is not None}


def _late(form: Form, came: list[datetime], now: datetime) -> Iterable[Waiting]:
    """What residents were promised by a day that is over."""
    late = [due for at in came if (due := _promised(form, at)) is not None and due < now]
    if late:
        yield Waiting(
            title=_("「%(title)s」の申請 %(n)s件が、お知らせすると伝えた日を過ぎています")
            % {"title": form.title, "n": len(late)},
            url=reverse("procedures:staff_submissions") + f"?form={form.slug}",
            note=_("住民の画面には、この日までにお知らせすると出ています。"),
            state="late",
            state_label=_("期限を過ぎた"),
            due=min(late),
            verb=_("見る"),
        )


def _promised(form: Form, came: datetime) -> datetime | None:
    """The end of the day that the resident was told."""
    day = words.due_date(form, came)
    return datetime.combine(day, time(23, 59), clock.TOKYO) if day else None


def _quoted(state: str) -> str:
    escaped = state.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _new(actor: Actor, form: Form, waiting: list[tuple[datetime, str]]) -> Iterable[Waiting]:
    schema = records.schema(code=form.app_code)
    if not schema.initial_state or not form.n:  # type: ignore[attr-defined,unused-ignore]
        return
    found = records.find(
        actor=actor,
        app=form.app_code,
        query=f"ステータス in ({_quoted(schema.initial_state)})",
        limit=1,
        fields=[],
    )
    if found.total:
        yield Waiting(
            title=_("「%(title)s」に、まだ手を付けていない申請が %(n)s件あります")
            % {"title": form.title, "n": found.total},
            url=reverse("procedures:staff_submissions") + f"?form={form.slug}",
            note=_("最後に届いたのは %(moment)s") % {"moment": calendar.format_moment(form.last)},  # type: ignore[attr-defined,unused-ignore]
            state="new",
            state_label=schema.initial_state,
            due=_next_promise(form, [at for at, state in waiting if state == schema.initial_state]),
            verb=_("見る"),
        )


def _next_promise(form: Form, came: list[datetime]) -> datetime | None:
    """The earliest promised day that is still to come; those that are over stand in a row of their own."""
    now = clock.now()
    coming = [due for at in came if (due := _promised(form, at)) is not None and due >= now]
    return min(coming, default=None)


def resident_home() -> Iterable[tuple[str, str, str]]:
    """Open forms, then the status page."""
    forms = queries.open_forms()
    for form in forms:
        first = form.shown_intro.strip().splitlines()
        yield (form.shown_title, reverse("procedures:start", args=[form.slug]), first[0] if first else "")
    if forms or Form.objects.filter(~Q(state=Form.State.DRAFT)).exists():
        yield (
            _("申し込んだあとの状況を見る"),
            reverse("procedures:status"),
            _("受付番号と、生年月日か電話番号を使います。"),
        )
