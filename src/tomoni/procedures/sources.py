"""What the shell shows of this room: things waiting today, and what residents can do."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Count, Max, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from tomoni.core import calendar, clock
from tomoni.core.actor import Actor
from tomoni.core.registry import Waiting
from tomoni.procedures import queries
from tomoni.procedures.models import Form
from tomoni.records import facade as records

ENDING_SOON_DAYS = 7


def today(actor: Actor) -> Iterable[Waiting]:
    """Forms whose app has records in the first state, and forms that end soon: at most two queries an open form."""
    if not actor.is_staff:
        return
    apps = queries.visible_apps(actor)
    if not apps:
        return
    forms = Form.objects.filter(app_code__in=apps, state=Form.State.OPEN).annotate(
        n=Count("submissions"), last=Max("submissions__submitted_at")
    )
    for form in forms:
        yield from _new(actor, form)
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


def _new(actor: Actor, form: Form) -> Iterable[Waiting]:
    schema = records.schema(code=form.app_code)
    if not schema.initial_state or not form.n:  # type: ignore[attr-defined,unused-ignore]
        return
    state = schema.initial_state.replace("\\", "\\\\").replace('"', '\\"')
    found = records.find(
        actor=actor, app=form.app_code, query=f'ステータス in ("{state}")', limit=1, fields=[]
    )
    if found.total:
        yield Waiting(
            title=_("%(title)s に、まだ手を付けていない申請が %(n)s件あります")
            % {"title": form.title, "n": found.total},
            url=reverse("procedures:staff_submissions") + f"?form={form.slug}",
            note=_("最後に届いたのは %(moment)s") % {"moment": calendar.format_moment(form.last)},  # type: ignore[attr-defined,unused-ignore]
            state="new",
            state_label=schema.initial_state,
            verb=_("見る"),
        )


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
