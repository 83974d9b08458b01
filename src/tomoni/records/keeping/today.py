"""What waits on the page 今日: apps without anybody, and disposals to decide."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from tomoni.core.actor import Actor
from tomoni.core.registry import Waiting
from tomoni.people import facade as people
from tomoni.records.keeping import access, links, owners
from tomoni.records.keeping.models import Disposal, Keeping

MOST = 5


def waiting(actor: Actor) -> Iterator[Waiting]:
    """For heads, managers and the DX office only; two queries when nothing waits, none for everybody else."""
    if not actor.is_staff or not (actor.heads or actor.may(owners.ALL) or actor.may(access.APPROVE)):
        return
    yield from _ownerless(actor)
    rows = Disposal.objects.filter(state=Disposal.State.PROPOSED).select_related("app").order_by("pk")[:50]
    for found in [d for d in rows if access.may_decide(actor, d)][:MOST]:
        yield Waiting(
            title=_("記録の廃棄を承認するか決める"),
            url=links.disposal(found.pk),
            note=_("%(app)s・%(n)s件") % {"app": found.app_name, "n": f"{len(found.records):,}"},
            state="wait",
            state_label=_("承認待ち"),
            verb=_("見る"),
        )


def _ownerless(actor: Actor) -> Iterator[Waiting]:
    rows = Keeping.objects.filter(ownerless_since__isnull=False, app__deleted_at__isnull=True)
    found = list(rows.values_list("app__name", "app__department_code").order_by("ownerless_since", "pk")[:50])
    if not found:
        return
    if not actor.may(owners.ALL):
        tree = people.ancestors()
        places = {v.department.code: tree[v.department_id] for v in people.departments()}
        found = [f for f in found if actor.heads & places.get(f[1], frozenset())]
    for name, _code in found[:MOST]:
        yield Waiting(
            title=_("「%(app)s」を引き継ぐ人を決める") % {"app": name},
            url=links.home(),
            note=_("異動や退職で、担当者がいません"),
            state="late",
            state_label=_("担当者なし"),
            verb=_("決める"),
        )
