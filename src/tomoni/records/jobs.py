"""Long work of the room: a change of type over many records."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tomoni.core.errors import NotFound
from tomoni.core.jobs import job, periodic, progress
from tomoni.people.facade import actor_for
from tomoni.people.models import User
from tomoni.records import search
from tomoni.records.actions.change_field_type import change_field_type
from tomoni.records.ddl.tables import tables
from tomoni.records.models import App
from tomoni.records.schema import cache


@job(retries=0, label=gettext_lazy("項目の種類の変更"))
def change_type(
    *, actor_id: int, app_id: int, field_id: int, type: str, options: dict[str, Any]
) -> dict[str, Any]:
    """Change the type of a field with progress; stopping it leaves the field as it was."""
    code = App.objects.filter(pk=app_id, deleted_at__isnull=True).values_list("code", flat=True).first()
    schema = cache.snapshot(code or "")
    field = next((f for f in schema.fields if f.id == field_id), None)
    if field is None:
        raise NotFound(_("この項目はもうありません。"))
    total = tables(schema).record._default_manager.count()
    done = change_field_type(
        actor=actor_for(User.objects.get(pk=actor_id)),
        app=schema.code,
        field=field.code,
        type=type,
        options=options,
        progress=lambda n: progress(n, total, _("値を移しています")),
    )
    message = _("項目「%(label)s」の種類を変えました。%(n)s件を移し、%(failed)s件は空にしました。") % {
        "label": field.label[:60],
        "n": f"{done.report.converted:,}",
        "failed": f"{done.report.failed:,}",
    }
    return {"url": reverse("records:form", args=[schema.code]), "message": message}


@periodic(seconds=600)
@job(label=gettext_lazy("取り込んだレコードの検索の準備"))
def index_waiting() -> dict[str, Any]:
    """Bring the search index up to imported records. Bulk writing starts it; the period is for one that was lost."""
    apps = dict(App.objects.filter(pk__in=search.waiting()).values_list("pk", "code"))
    for code in apps.values():
        while search.catch_up(cache.snapshot(code)):
            continue
    return {"apps": len(apps)}
