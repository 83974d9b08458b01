"""Long work of the room: a change of type over many records."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tomoni.core import clock
from tomoni.core.actor import Actor
from tomoni.core.errors import NotFound
from tomoni.core.jobs import attempt, job, periodic, progress
from tomoni.people.facade import actor_for
from tomoni.people.models import User
from tomoni.records import search
from tomoni.records.actions import _convert
from tomoni.records.actions.change_field_type import change_field_type
from tomoni.records.actions.purge_field import purge_field
from tomoni.records.ddl.tables import tables
from tomoni.records.models import App, Field
from tomoni.records.schema import cache
from tomoni.records.schema.snapshot import AppSchema
from tomoni.records.schema.spec import FieldSpec

LATELY = timedelta(days=1)  # no worker's successor comes later


@job(retries=0, label=gettext_lazy("項目の種類の変更"))
def change_type(
    *, actor_id: int, app_id: int, field_id: int, type: str, options: dict[str, Any]
) -> dict[str, Any]:
    """Change the type of a field with progress; stopping it leaves the field as it was.

    When its worker died, the next one finds the change done, and says so, or clears away what was begun and does it.
    """
    code = App.objects.filter(pk=app_id, deleted_at__isnull=True).values_list("code", flat=True).first()
    schema = cache.snapshot(code or "")
    actor = actor_for(User.objects.get(pk=actor_id))
    field = next((f for f in schema.fields if f.id == field_id), None)
    if attempt() > 1:
        if field is None and (counts := _done_before(schema, field_id, type)):
            return _changed(schema, *counts)
        if field is not None:
            schema = _cleared(schema, actor, field, type)
    if field is None:
        raise NotFound(_("この項目はもうありません。"))
    total = tables(schema).record._default_manager.count()
    done = change_field_type(
        actor=actor,
        app=schema.code,
        field=field.code,
        type=type,
        options=options,
        progress=lambda n: progress(n, total, _("値を移しています")),
    )
    return _changed(schema, field.label, done.report.converted, done.report.failed)


def _changed(schema: AppSchema, label: str, converted: int, failed: int) -> dict[str, Any]:
    message = _("項目「%(label)s」の種類を変えました。%(n)s件を移し、%(failed)s件は空にしました。") % {
        "label": label[:60],
        "n": f"{converted:,}",
        "failed": f"{failed:,}",
    }
    return {"url": reverse("records:form", args=[schema.code]), "message": message}


def _done_before(schema: AppSchema, field_id: int, kind: str) -> tuple[str, int, int] | None:
    """Label and counts of a change that an earlier attempt finished before it could say so."""
    old = next((f for f in schema.trash if f.id == field_id), None)
    new = next((f for f in schema.fields if old is not None and f.code == old.code and f.type == kind), None)
    if old is None or new is None:
        return None
    filled = _convert.counted(schema, new)[1]
    return new.label, filled, max(0, _convert.counted(schema, old)[1] - filled)


def _cleared(schema: AppSchema, actor: Actor, field: FieldSpec, kind: str) -> AppSchema:
    """The definition without the column that an attempt began and did not finish."""
    begun = Field.objects.filter(
        app=schema.id,
        code=field.code,
        type=kind,
        pk__gt=field.id or 0,
        deleted_at__isnull=False,
        created_at__gte=clock.now() - LATELY,
    )
    for pk in begun.values_list("pk", flat=True):
        schema = purge_field(actor=actor, app=schema.code, field_id=pk)
    return schema


@periodic(seconds=600)
@job(label=gettext_lazy("取り込んだレコードの検索の準備"))
def index_waiting() -> dict[str, Any]:
    """Bring the search index up to imported records. Bulk writing starts it; the period is for one that was lost."""
    apps = dict(App.objects.filter(pk__in=search.waiting()).values_list("pk", "code"))
    for code in apps.values():
        while search.catch_up(cache.snapshot(code)):
            continue
    return {"apps": len(apps)}
