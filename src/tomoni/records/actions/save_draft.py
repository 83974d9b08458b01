"""Drafts of a definition (下書き): saved as often as one likes, seen by those who manage the app, deployed in one go."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tomoni.core import audit, clock
from tomoni.core.actions import action
from tomoni.core.actor import Actor
from tomoni.core.errors import Conflict, NotFound
from tomoni.records.actions import _publish
from tomoni.records.models import AppDraft
from tomoni.records.schema import snapshot
from tomoni.records.schema.spec import AppSpec


@action("records.save_draft")
def save_draft(*, actor: Actor, app: str, spec: AppSpec, revision: int | None = None) -> int:
    """Keep `spec` as the app's draft; returns its new revision. Needs `manage`.

    `revision`: the one that was edited (0: there was none). `Conflict` when somebody else saved since; None overwrites.
    A draft may be incomplete: it is checked when it is deployed.
    """
    row, schema = _publish.locked(actor, app)
    found = AppDraft.objects.filter(app=row).first()
    current = found.revision if found else 0
    if revision is not None and revision != current:
        raise Conflict(_("ほかの人が下書きを変えました。画面を開き直してください。"), revision=current)
    AppDraft.objects.update_or_create(
        app=row,
        defaults={
            "spec": snapshot.spec_to_json(spec),
            "base_version": found.base_version if found else schema.version,
            "revision": current + 1,
            "user_id": actor.id,
            "updated_at": clock.now(),
        },
    )
    audit.record(actor=actor, verb="app.draft", target=f"app:{row.pk}", fields={"revision": current + 1})
    return current + 1


@action("records.discard_draft")
def discard_draft(*, actor: Actor, app: str) -> None:
    """Throw the draft away. Needs `manage`; raises `NotFound` when there is none."""
    row, _schema = _publish.locked(actor, app)
    if not AppDraft.objects.filter(app=row).delete()[0]:
        raise NotFound(app=app)
    audit.record(actor=actor, verb="app.discard_draft", target=f"app:{row.pk}")
