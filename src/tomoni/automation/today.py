"""Failed runs wait for those who manage the app."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from tomoni.automation import queries
from tomoni.automation.models import Run
from tomoni.core.actor import Actor
from tomoni.core.registry import Waiting


def waiting(actor: Actor) -> Iterator[Waiting]:
    """One line for each app with failures that nobody has seen. One query when there are none."""
    if not actor.is_staff:
        return
    if not Run.objects.filter(outcome=Run.Outcome.FAILED, seen_at=None).exists():
        return
    apps = {app.code: app.name for app in queries.managed_apps(actor)}
    for code, count in queries.unseen_failures(list(apps)).items():
        yield Waiting(
            title=_("自動処理の失敗を確かめる"),
            url=reverse("automation:log", args=[code]) + "?outcome=failed",
            note=_("%(app)s・%(n)s件") % {"app": apps[code], "n": count},
            state="late",
            state_label=_("失敗"),
            verb=_("確かめる"),
        )
