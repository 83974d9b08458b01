"""Name a deputy (代理を決める) and end it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from django.utils.translation import gettext as _

from tomoni.core import audit, clock, notices
from tomoni.core.actions import action
from tomoni.core.actor import Actor
from tomoni.core.errors import Forbidden, Invalid, NotFound
from tomoni.people.models import Membership, User
from tomoni.people.queries import valid
from tomoni.records.duty.models import Delegation
from tomoni.records.models import App

MANAGE = "duty.manage"
MOST_DAYS = 400


def may_decide(actor: Actor, user: int) -> bool:
    """Whether the actor may name deputies for a person: for themselves, as their head, or by right."""
    if actor.kind == "system" or actor.may(MANAGE) or (actor.kind == "user" and actor.id == user):
        return True
    rows = Membership.objects.filter(valid(clock.today()), user=user, department_id__in=actor.heads)
    return bool(actor.heads) and rows.exists()


@action("record_duty.delegate")
def delegate(
    *,
    actor: Actor,
    user: int,
    deputy: int,
    starts: date,
    until: date | None = None,
    apps: Sequence[str] = (),
    reason: str = "",
) -> Delegation:
    """Let `deputy` act for `user` from `starts` to `until` (that day included; None: until ended), in `apps` or all.

    For oneself, for people of a department one heads, or with the right `duty.manage`. Raises `Invalid`.
    """
    if not may_decide(actor, user):
        raise Forbidden(MANAGE)
    errors: dict[str, list[str]] = {}
    staff = User.objects.filter(is_active=True, kind=User.Kind.STAFF)
    if not staff.filter(pk=user).exists():
        errors["user"] = [_("一覧から選んでください。")]
    if deputy == user or not staff.filter(pk=deputy).exists():
        errors["deputy"] = [_("本人のほかの職員を選んでください。")]
    if until is not None and not starts <= until <= starts + timedelta(days=MOST_DAYS):
        errors["until"] = [_("終わりの日は、始めの日から400日のあいだにしてください。")]
    if until is not None and until < clock.today():
        errors["until"] = [_("終わりの日が過ぎています。")]
    known = set(App.objects.filter(code__in=apps, deleted_at__isnull=True).values_list("code", flat=True))
    if set(apps) - known:
        errors["apps"] = [_("このアプリはありません。")]
    if errors:
        raise Invalid(errors)
    made = Delegation.objects.create(
        user_id=user, deputy_id=deputy, apps=sorted(known), starts=starts,
        ends=until + timedelta(days=1) if until else None, reason=reason.strip()[:200],
        created_by=actor.id, created_at=clock.now(),
    )  # fmt: skip
    fields = {"user": user, "deputy": deputy, "starts": starts.isoformat(), "apps": sorted(known)}
    audit.record(actor=actor, verb="duty.delegate", target=f"delegation:{made.pk}", fields=fields)
    _tell(actor, made)
    return made


def _tell(actor: Actor, made: Delegation) -> None:
    names = {"user": made.user.display_name, "deputy": made.deputy.display_name}
    notices.notify(user_id=made.deputy_id, text=_("%(user)sの代理になりました。") % names, url="/build/duty/")
    if actor.id != made.user_id:
        text = _("%(deputy)sがあなたの代理に決まりました。") % names
        notices.notify(user_id=made.user_id, text=text, url="/build/duty/")


@action("record_duty.end_delegation")
def end_delegation(*, actor: Actor, delegation: int) -> None:
    """End a delegation now; what the deputy did stays."""
    found = Delegation.objects.filter(pk=delegation, ended_at__isnull=True).first()
    if found is None:
        raise NotFound(delegation=delegation)
    if not may_decide(actor, found.user_id) and actor.id != found.deputy_id:
        raise Forbidden(MANAGE)
    found.ended_at = clock.now()
    found.save(update_fields=["ended_at"])
    audit.record(actor=actor, verb="duty.end_delegation", target=f"delegation:{found.pk}", fields={})
