"""What stands behind the audit targets `app:<id>` and `record:<app id>/<record>`: pages, and the items' own labels."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse

from tomoni.core.actor import Actor
from tomoni.core.registry import Audited, audited, numbers
from tomoni.records import facade
from tomoni.records.models import App, Field


def _known(actor: Actor, ids: Iterable[str]) -> dict[int, tuple[str, dict[str, str]]]:
    """App id → (code, item code → label) of the apps that the actor may see."""
    wanted = numbers(ids)
    labels: dict[int, dict[str, str]] = {}
    for app, code, label in Field.objects.filter(app_id__in=wanted).values_list("app_id", "code", "label"):
        labels.setdefault(app, {})[code] = label
    open_ = {info.code for info in facade.apps(actor=actor)} if wanted else set()
    apps = App.objects.filter(pk__in=wanted, code__in=open_).values_list("pk", "code")
    return {pk: (code, labels.get(pk, {})) for pk, code in apps}


def apps(actor: Actor, rests: Iterable[str]) -> dict[str, Audited]:
    """Apps by their key."""
    return {
        str(pk): Audited(reverse("records:list", args=[code]), fields=labels)
        for pk, (code, labels) in _known(actor, rests).items()
    }


def records(actor: Actor, rests: Iterable[str]) -> dict[str, Audited]:
    """Records by app and key; the record's page answers for those that are gone."""
    pairs = {rest: rest.partition("/")[::2] for rest in rests}
    known = _known(actor, (app for app, _record in pairs.values()))
    found = {}
    for rest, (app, record) in pairs.items():
        if numbers([app]) and numbers([record]) and int(app) in known:
            code, labels = known[int(app)]
            found[rest] = Audited(reverse("records:record", args=[code, int(record)]), fields=labels)
    return found


def declare() -> None:
    """Announce them."""
    audited("app", apps)
    audited("record", records)
