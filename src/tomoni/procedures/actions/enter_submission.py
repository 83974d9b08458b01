"""Enter what came by telephone, over the counter or through an agent (代理) in the same form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from tomoni.core.actions import action
from tomoni.core.actor import Actor
from tomoni.core.errors import Forbidden, Invalid
from tomoni.core.privacy import find_individual_number
from tomoni.procedures import secrets
from tomoni.procedures.actions.make_submission import absent, make_submission
from tomoni.procedures.models import Form, Submission
from tomoni.procedures.questions import asked_now

CHANNELS = (Submission.Channel.PHONE, Submission.Channel.COUNTER, Submission.Channel.PROXY)
AGENT_LIMITS = {"name": 100, "relation": 100, "reason": 300}


@action("procedures.enter_submission")
def enter_submission(
    *,
    actor: Actor,
    form: Form,
    answers: Mapping[str, Any],
    channel: str,
    once: str,
    agent: Mapping[str, str] | None = None,
) -> Submission:
    """Write one submission by a member of staff, who needs the app's right to add. `once` makes a double press harmless.

    Unlike residents, staff may still enter after the period has ended (what arrived in time on paper).
    """
    if not actor.is_staff:
        raise Forbidden("submissions.enter")
    key = secrets.digest("once", f"{actor.ref}|{form.pk}|{once}")
    known = Submission.objects.filter(once=key).select_related("form").first()
    if known is not None:
        return known
    if form.state == Form.State.DRAFT:
        raise Invalid(_("この公開フォームはまだ準備中です。"))
    errors: dict[str, list[Any]] = {}
    if channel not in CHANNELS:
        errors["channel"] = [_("受けた方法を選んでください。")]
    checked = _agent(agent or {}, channel, errors)
    asked = asked_now(form, answers)
    errors |= absent(asked, answers)
    if errors:
        raise Invalid(errors)
    submission, _number = make_submission(
        actor=actor,
        form=form,
        asked=asked,
        answers=answers,
        channel=channel,
        source="staff",
        once=key,
        agent=checked,
    )
    return submission


def _agent(agent: Mapping[str, str], channel: str, errors: dict[str, list[Any]]) -> dict[str, str]:
    """The agent's name, relation and reason: all required for an agent, none kept otherwise."""
    if channel != Submission.Channel.PROXY:
        return {}
    labels = {"name": _("代理の人の氏名"), "relation": _("本人との関係"), "reason": _("代理の理由")}
    kept = {}
    for part, label in labels.items():
        text = agent.get(part, "").strip()
        if not text:
            errors[f"agent_{part}"] = [_("%(label)sを入力してください。") % {"label": label}]
        elif find_individual_number(text):
            errors[f"agent_{part}"] = [
                _("個人番号（マイナンバー）は入力できません。12桁の番号を消してください。")
            ]
        elif len(text) > AGENT_LIMITS[part]:
            errors[f"agent_{part}"] = [
                _("%(label)sは%(limit)s文字までにしてください。")
                % {"label": label, "limit": AGENT_LIMITS[part]}
            ]
        kept[part] = text
    return kept
