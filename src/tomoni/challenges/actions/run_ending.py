"""Ending a task (やめる): plan, decision, telling, and the check after three months that the hours are gone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from tomoni.challenges import neighbours, story
from tomoni.challenges.access import DECIDE, EDIT, locked
from tomoni.challenges.models import Answer, Challenge, Ending
from tomoni.challenges.rules import MOST_HOURS, text
from tomoni.core import audit, clock, notices, outbox
from tomoni.core.actions import action
from tomoni.core.actor import Actor
from tomoni.core.errors import Forbidden, Invalid
from tomoni.people import facade as people

CHECK_AFTER_MONTHS = 3


def months_later(day: date, months: int) -> date:
    """The same day some months later; the last of the month where there is no such day."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    for last in range(day.day, 27, -1):
        try:
            return date(year, month + 1, last)
        except ValueError:
            continue
    return date(year, month + 1, min(day.day, 28))


@action("challenges.plan_ending", right=EDIT)
def plan_ending(
    *, actor: Actor, challenge: int, end_on: date, decider: str, notice: str, audience: Sequence[int]
) -> Ending:
    """Set the last day, the notice, whom to tell (department ids) and who can decide. Editable until decided."""
    row = locked(actor, challenge)
    if row.kind != Challenge.Kind.STOP:
        raise Invalid(_("この取組は「やめる」取組ではありません。"))
    ending = Ending.objects.select_for_update().filter(challenge=row).first()
    if ending is not None and ending.decided_at is not None:
        raise Invalid(_("決定したあとは変えられません。"))
    errors: dict[str, list[str]] = {}
    if end_on < clock.today():
        errors["end_on"] = [_("やめる日は今日よりあとの日にしてください。")]
    if decider not in Answer.Decider.values:
        errors["decider"] = [_("決められるのはだれかを選んでください。")]
    if not set(audience) or not set(audience) <= set(people.department_names()):
        errors["audience"] = [_("知らせる課を1つは選んでください。")]
    try:
        notice = text("notice", notice)
    except Invalid as error:
        errors.update(error.errors)
    if errors:
        raise Invalid(errors)
    subject = neighbours.subject(task_id=row.task_id, procedure_id=row.procedure_id)
    values = {
        "end_on": end_on,
        "decider": decider,
        "notice": notice,
        "audience": sorted(set(audience)),
        "hours_before": subject.hours if subject else None,
        "check_on": months_later(end_on, CHECK_AFTER_MONTHS),
    }
    ending, _made = Ending.objects.update_or_create(challenge=row, defaults=values)
    story.note(row, "ending", actor, until=end_on.isoformat())
    _announce(actor, row, "plan_ending")
    return ending


@action("challenges.decide_ending", right=DECIDE)
def decide_ending(*, actor: Actor, challenge: int, note: str) -> Ending:
    """Record that those who can decide have decided to stop; a second time changes nothing."""
    row = locked(actor, challenge, right=DECIDE)
    ending = _ending(row)
    if ending.decided_at is None:
        ending.decision_note = text("note", note)
        ending.decided_by, ending.decided_at = actor.id, clock.now()
        ending.save(update_fields=["decision_note", "decided_by", "decided_at"])
        row.stage, row.next_on, row.updated_at = Challenge.Stage.RUN, ending.check_on, clock.now()
        row.save(update_fields=["stage", "next_on", "updated_at"])
        story.note(row, "ending_decided", actor)
        _announce(actor, row, "decide_ending")
    return ending


@action("challenges.tell_ending", right=EDIT)
def tell_ending(*, actor: Actor, challenge: int) -> Ending:
    """Send the notice to everybody in the chosen departments and those below, once, after the decision."""
    from django.urls import reverse

    row = locked(actor, challenge)
    ending = _ending(row)
    if ending.decided_at is None:
        raise Invalid(_("決定してから知らせてください。"))
    if ending.told_at is None:
        below = {d for d, above in people.ancestors().items() if above & set(ending.audience)}
        ids = {user.pk for department in below for user in people.people_of(department)}
        if not ids:
            raise Invalid(_("知らせる課に、登録された職員がいません。印刷するお知らせを使ってください。"))
        sentence = _("%(day)sで「%(title)s」をやめます。") % {"day": _day(ending.end_on), "title": row.title}
        url = reverse("challenges:announcement", args=[row.pk])
        ending.told = notices.notify_many(user_ids=ids, text=sentence, url=url)
        ending.told_at = clock.now()
        ending.save(update_fields=["told", "told_at"])
        story.note(row, "told", actor, told=ending.told)
        _announce(actor, row, "tell_ending")
    return ending


@action("challenges.check_ending", right=EDIT)
def check_ending(*, actor: Actor, challenge: int, method: str, hours_after: Decimal, reason: str) -> Ending:
    """Record whether the hours are gone: hours a year after the end, by re-survey or declared with a reason.

    Raises `Invalid` before the last day or for impossible hours. The work map then marks the task measured.
    """
    row = locked(actor, challenge)
    ending = _ending(row)
    if ending.checked_at is not None:
        return ending
    if ending.decided_at is None or clock.today() <= ending.end_on:
        raise Invalid(_("やめる日が過ぎてから確かめてください。"))
    if method not in Ending.Method.values:
        raise Invalid({"method": [_("確かめ方を選んでください。")]})
    if not 0 <= hours_after <= MOST_HOURS:
        raise Invalid({"hours_after": [_("時間は 0 以上の数で入力してください。")]})
    reason = text("check_reason", reason)
    ending.method, ending.hours_after, ending.check_reason = method, hours_after, reason
    ending.result = _result(ending.hours_before, hours_after)
    ending.checked_by, ending.checked_at = actor.id, clock.now()
    ending.save()
    gone = ending.result == Ending.Result.GONE
    row.stage = Challenge.Stage.DONE if gone else Challenge.Stage.ENDED
    row.next_on, row.updated_at = None, clock.now()
    row.save(update_fields=["stage", "next_on", "updated_at"])
    story.note(row, "checked", actor, hours=f"{hours_after:,.1f}")
    _announce(actor, row, "check_ending")
    neighbours.mark_ending(actor=actor, challenge=row, ending=ending)
    return ending


@action("challenges.remind_checks")
def remind_checks(*, actor: Actor) -> int:
    """Tell the owners of endings whose check is due, once each; for the daily job. Returns how many."""
    from django.urls import reverse

    if actor.kind != "system":
        raise Forbidden(EDIT)
    due = Ending.objects.select_for_update(of=("self",)).filter(
        check_on__lte=clock.today(), decided_at__isnull=False, checked_at=None, reminded_at=None
    )
    told = 0
    for ending in due.select_related("challenge"):
        row = ending.challenge
        if row.owner_id is not None:
            sentence = _("「%(title)s」の時間がなくなったかを確かめてください。") % {"title": row.title}
            notices.notify(
                user_id=row.owner_id, text=sentence, url=reverse("challenges:check", args=[row.pk])
            )
            told += 1
        ending.reminded_at = clock.now()
        ending.save(update_fields=["reminded_at"])
        outbox.emit("challenge.check_due", {"challenge": row.pk, "task_id": row.task_id})
    return told


def _result(before: Decimal | None, after: Decimal) -> str:
    """Gone when a tenth or less of the hours is left (rounding and remains); still when nothing went."""
    if after == 0 or (before is not None and after <= before / 10):
        return Ending.Result.GONE
    if before is not None and after >= before:
        return Ending.Result.STILL
    return Ending.Result.PARTLY


def _ending(row: Challenge) -> Ending:
    ending = Ending.objects.select_for_update().filter(challenge=row).first()
    if ending is None:
        raise Invalid(_("先に、やめる日と知らせる内容を決めてください。"))
    return ending


def _day(day: date) -> str:
    return _("%(year)s年%(month)s月%(day)s日") % {"year": day.year, "month": day.month, "day": day.day}


def _announce(actor: Actor, row: Challenge, verb: str) -> None:
    audit.record(actor=actor, verb=f"challenge.{verb}", target=f"challenge:{row.pk}")
    outbox.emit(f"challenge.{verb}", {"challenge": row.pk, "task_id": row.task_id})
