"""Rounds: starting to measure, and the decision 続ける／直す／やめる at the end of each."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal

from django.utils.translation import gettext as _

from tomoni.challenges import measuring, neighbours, story
from tomoni.challenges.access import DECIDE, EDIT, locked
from tomoni.challenges.models import Challenge, Round
from tomoni.challenges.rules import text
from tomoni.core import audit, clock, outbox
from tomoni.core.actions import action
from tomoni.core.actor import Actor
from tomoni.core.errors import Conflict, Invalid

LONGEST = timedelta(days=3 * 366)


@action("challenges.start_round", right=EDIT)
def start_round(*, actor: Actor, challenge: int, starts_on: date, ends_on: date) -> Round:
    """Start the first round. Later rounds open with the decision before them; a second call returns the first."""
    row = locked(actor, challenge)
    if row.kind == Challenge.Kind.STOP:
        raise Invalid(_("「やめる」取組は、やめる日のあとに時間を確かめます。"))
    if row.kind == Challenge.Kind.BUILD and not row.app_code:
        raise Invalid(_("先に、使うキットかアプリを決めてください。"))
    first = row.rounds.first()
    if first is not None:
        return first
    _check_days(starts_on, ends_on)
    made = Round.objects.create(challenge=row, number=1, starts_on=starts_on, ends_on=ends_on)
    row.stage, row.next_on, row.updated_at = Challenge.Stage.RUN, ends_on, clock.now()
    row.save(update_fields=["stage", "next_on", "updated_at"])
    story.note(row, "round", actor, number=1, until=ends_on.isoformat())
    audit.record(
        actor=actor, verb="challenge.start_round", target=f"challenge:{row.pk}", fields={"number": 1}
    )
    outbox.emit("challenge.round_started", {"challenge": row.pk, "task_id": row.task_id, "number": 1})
    return made


@action("challenges.decide_round", right=DECIDE)
def decide_round(
    *,
    actor: Actor,
    challenge: int,
    number: int,
    decision: str,
    reason: str,
    learned: str = "",
    next_ends_on: date | None = None,
    declared: Mapping[str, Decimal] | None = None,
    declared_source: str = "",
) -> Round:
    """End a round. The figures and the guideline are kept as they stand; 続ける and 直す open the next round.

    `declared` are values people measured by themselves, for figures the app cannot give, with their source.
    Raises `Invalid`, or `Conflict` when the round was already decided otherwise; the same decision is harmless.
    """
    row = locked(actor, challenge, right=DECIDE)
    this = row.rounds.select_for_update().filter(number=number).first()
    if this is None:
        raise Invalid(_("この回はありません。画面を開き直してください。"))
    if this.decision:
        if this.decision == decision:
            return this
        raise Conflict(
            _("この回はすでに「%(decision)s」と決まっています。") % {"decision": this.get_decision_display()}
        )
    today = clock.today()
    if this.starts_on > today:
        raise Invalid(_("まだ始まっていない回は決められません。"))
    reason, learned = _checked(decision, reason, learned)
    source = text("declared_source", declared_source, longest=200, required=bool(declared))
    until = min(this.ends_on, today) + timedelta(days=1)
    measured = measuring.measure(row, this.starts_on, until)
    guide = measuring.guideline(row, measured, declared or {})
    this.decision, this.reason, this.learned = decision, reason, learned
    this.figures = measured.to_json() | {"declared": {k: str(v) for k, v in (declared or {}).items()}}
    this.figures["declared_source"] = source
    this.guideline = measuring.guideline_json(guide)
    this.decided_by, this.decided_at = actor.id, clock.now()
    if this.ends_on > today:
        this.ends_on = today
    this.save()
    _go_on(row, this, decision, next_ends_on)
    story.note(row, "decided", actor, number=number, decision=decision)
    audit.record(
        actor=actor,
        verb="challenge.decide_round",
        target=f"challenge:{row.pk}",
        fields={"number": number, "decision": decision},
    )
    outbox.emit(
        "challenge.decided",
        {"challenge": row.pk, "task_id": row.task_id, "number": number, "decision": decision},
    )
    neighbours.mark_round(actor=actor, challenge=row, measured=measured)
    return this


def _checked(decision: str, reason: str, learned: str) -> tuple[str, str]:
    """The texts, cleaned; what was learned is required where it ends."""
    errors: dict[str, list[str]] = {}
    if decision not in Round.Decision.values:
        errors["decision"] = [_("続ける、直す、やめる から選んでください。")]
    cleaned = {}
    for name, value, required in (
        ("reason", reason, True),
        ("learned", learned, decision == Round.Decision.STOP),
    ):
        try:
            cleaned[name] = text(name, value, required=required)
        except Invalid as error:
            errors.update(error.errors)
    if errors:
        raise Invalid(errors)
    return cleaned["reason"], cleaned["learned"]


def _go_on(row: Challenge, this: Round, decision: str, next_ends_on: date | None) -> None:
    """The next round with its dates, or the end."""
    row.updated_at = clock.now()
    if decision == Round.Decision.STOP:
        row.stage, row.next_on = Challenge.Stage.ENDED, None
    else:
        starts_on = max(this.ends_on, clock.today()) + timedelta(days=1)
        if next_ends_on is None:
            raise Invalid({"next_ends_on": [_("次の計測を終える日を決めてください。")]})
        _check_days(starts_on, next_ends_on, name="next_ends_on")
        Round.objects.create(challenge=row, number=this.number + 1, starts_on=starts_on, ends_on=next_ends_on)
        row.stage = Challenge.Stage.FIX if decision == Round.Decision.FIX else Challenge.Stage.RUN
        row.next_on = next_ends_on
    row.save(update_fields=["stage", "next_on", "updated_at"])


def _check_days(starts_on: date, ends_on: date, *, name: str = "ends_on") -> None:
    if ends_on <= starts_on:
        raise Invalid({name: [_("終える日は、始める日よりあとにしてください。")]})
    if ends_on - starts_on > LONGEST or abs(starts_on - clock.today()) > LONGEST:
        raise Invalid({name: [_("3年以内の日にしてください。")]})
