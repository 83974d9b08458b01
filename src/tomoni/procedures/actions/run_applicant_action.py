"""What the applicant may still do: the process actions that the app opens to its form (取り消す・変更を頼む)."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tomoni.core import audit
from tomoni.core.actions import action
from tomoni.core.actor import Actor, system
from tomoni.core.errors import Conflict, Invalid
from tomoni.procedures.applicant import applicant_actions
from tomoni.procedures.models import Submission
from tomoni.records import facade as records

MAX_COMMENT = 1000


@action("procedures.run_applicant_action")
def run_applicant_action(*, actor: Actor, submission: Submission, name: str, comment: str = "") -> None:
    """Run one of the offered actions on the record. `Conflict` when the office has moved it on meanwhile."""
    if len(comment) > MAX_COMMENT:
        raise Invalid({"comment": [_("%(limit)s文字までにしてください。") % {"limit": MAX_COMMENT}]})
    # The form's manager opened this action to applicants; the app's own rights know no applicant.
    applicant = system("applicant")
    record = records.get(actor=applicant, app=submission.app_code, record=submission.record_id)
    schema = records.schema(code=submission.app_code)
    if name not in [a.name for a in applicant_actions(submission.form, schema, record.status)]:
        raise Conflict(
            _("手続が先に進んだため、この画面からはできなくなりました。お手数ですが、お電話ください。")
        )
    records.run_action(
        actor=applicant,
        app=submission.app_code,
        record=submission.record_id,
        action=name,
        revision=record.revision,
        comment=comment.strip(),
    )
    audit.record(
        actor=actor,
        verb="procedures.applicant_action",
        target=f"submission:{submission.pk}",
        fields={"action": name},
    )
