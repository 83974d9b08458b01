"""What the room tells the shell: search results and things that wait."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _

from tomoni.core.actor import Actor
from tomoni.core.registry import Waiting
from tomoni.workload import inventory
from tomoni.workload.models import Intake
from tomoni.workload.queries.tasks import tasks


def found(actor: Actor, words: str) -> Iterable[tuple[str, str, str]]:
    """Tasks and procedures for the search box."""
    if not actor.may("workload.view") or not words.strip():
        return
    for task in tasks(words, limit=5):
        yield (
            task.name,
            reverse("workload:task", args=[task.task_id]),
            _("業務・%(section)s") % {"section": task.section},
        )
    for procedure in inventory.find(inventory.Filters(words=words))[:5]:
        yield (
            procedure.name,
            reverse("workload:procedure", args=[procedure.id]),
            _("手続・%(law)s") % {"law": procedure.law},
        )


def waiting(actor: Actor) -> Iterable[Waiting]:
    """Files that wait to be confirmed."""
    if not actor.may("workload.import"):
        return
    for intake in Intake.objects.filter(state=Intake.State.WAITING, created_by=actor.id).only("pk", "title")[
        :5
    ]:
        yield Waiting(
            title=_("「%(title)s」の取込を決める") % {"title": intake.title},
            url=reverse("workload:intake", args=[intake.pk]),
            note=_("読み取った内容を確かめてください。"),
            state="wait",
            state_label=_("確かめてください"),
            verb=_("確かめる"),
        )
