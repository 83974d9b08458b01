"""Look whether somebody still answers for every app; tell the section head and the DX office when not."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tomoni.core import audit, clock, notices
from tomoni.core.actions import action
from tomoni.core.actor import Actor
from tomoni.core.errors import Forbidden
from tomoni.people import facade as people
from tomoni.records.keeping import links, owners
from tomoni.records.keeping.models import Keeping


@action("keeping.check_owners")
def check_owners(*, actor: Actor) -> int:
    """Note apps that nobody answers for since today, and tell once; returns how many are new."""
    if actor.kind != "system":
        raise Forbidden("keeping.check_owners")
    found = {k.app_id: k for k in owners.ownerless()}
    known = set(Keeping.objects.filter(ownerless_since__isnull=False).values_list("app_id", flat=True))
    Keeping.objects.filter(app_id__in=known - found.keys()).update(ownerless_since=None)
    new = [k for pk, k in found.items() if pk not in known]
    for kept in new:
        Keeping.objects.update_or_create(app_id=kept.app_id, defaults={"ownerless_since": clock.today()})
        audit.record(actor=actor, verb="keeping.ownerless", target=f"app:{kept.app_id}")
        _tell(kept)
    return len(new)


def _tell(kept: owners.Kept) -> None:
    office = people.people_with_role("dx").values_list("pk", flat=True)
    text = _("「%(app)s」に担当者がいなくなりました。引き継ぐ人を決めてください。") % {"app": kept.name}
    notices.notify_many(
        user_ids={*owners.heads_of(kept.department_code), *office}, text=text, url=links.home()
    )
