"""A person overrules the ranking of candidates: first, left out, or back to the calculated place."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tomoni.core import audit, clock
from tomoni.core.actions import action
from tomoni.core.actor import Actor
from tomoni.core.errors import Invalid
from tomoni.workload.models import CandidateChoice, SurveyRow


@action("workload.choose_candidate", right="workload.rank")
def choose_candidate(
    *, actor: Actor, task_id: str, step: str, choice: str, reason: str = ""
) -> CandidateChoice | None:
    """`choice`: first, leave, or "" to go back. A reason is needed for the first two."""
    reason = " ".join(reason.split())
    if choice and choice not in CandidateChoice.Choice.values:
        raise Invalid({"choice": [_("「先に見直す」か「候補から外す」を選んでください。")]})
    if choice and not reason:
        raise Invalid({"reason": [_("理由を書いてください。あとで見た人がわかります。")]})
    if len(reason) > 300:
        raise Invalid({"reason": [_("理由は 300 文字までにしてください。")]})
    if not SurveyRow.objects.filter(task_id=task_id, step=step).exists():
        raise Invalid(_("この作業は、業務量調査にありません。"))
    target = f"task:{task_id}"
    if not choice:
        CandidateChoice.objects.filter(task_id=task_id, step=step).delete()
        audit.record(actor=actor, verb="workload.choose_back", target=target, fields={"step": step})
        return None
    row, _made = CandidateChoice.objects.update_or_create(
        task_id=task_id,
        step=step,
        defaults={"choice": choice, "reason": reason, "chosen_at": clock.now(), "chosen_by": actor.id},
    )
    audit.record(
        actor=actor,
        verb="workload.choose",
        target=target,
        fields={"step": step, "choice": choice, "reason": reason},
    )
    return row
