"""Edits of a draft as steps that can be taken back: a new step, undo, redo, and the end of them."""

from __future__ import annotations

import json
from typing import Any

from django.utils.translation import gettext as _

from tomoni.core.actions import action
from tomoni.core.actor import Actor
from tomoni.core.errors import Invalid
from tomoni.records.actions import _publish
from tomoni.records.actions.save_draft import discard_draft, save_draft
from tomoni.records.builder.models import DraftStep
from tomoni.records.models import App, AppDraft
from tomoni.records.schema import snapshot
from tomoni.records.schema.spec import AppSpec

MOST_STEPS = 60


@action("record_builder.edit_draft")
def edit_draft(*, actor: Actor, app: str, spec: AppSpec, says: str, revision: int) -> int:
    """Keep an edit as the draft and as a step; returns the draft's revision. Needs `manage`; `Conflict` as `save_draft`."""
    row, schema = _publish.locked(actor, app)
    found = AppDraft.objects.filter(app=row).first()
    before = found.spec if found else snapshot.spec_to_json(snapshot.spec_of(schema))
    made = save_draft(actor=actor, app=app, spec=spec, revision=revision)
    steps = _steps(row, before)
    DraftStep.objects.filter(app=row, undone=True).delete()
    last = max(s.place for s in steps if not s.undone)
    DraftStep.objects.create(app=row, place=last + 1, spec=snapshot.spec_to_json(spec), says=says[:200])
    old = DraftStep.objects.filter(app=row).order_by("-place").values_list("pk", flat=True)[MOST_STEPS:]
    DraftStep.objects.filter(pk__in=list(old)).delete()
    return made


@action("record_builder.step_draft")
def step_draft(*, actor: Actor, app: str, back: bool, revision: int) -> int:
    """Undo (`back`) or redo one step; returns the draft's revision. Raises `Invalid` when there is none."""
    row, _schema = _publish.locked(actor, app)
    found = AppDraft.objects.filter(app=row).first()
    steps = _steps(row, found.spec) if found else []
    done, undone = [s for s in steps if not s.undone], [s for s in steps if s.undone]
    if back and len(done) > 1:
        done[-1].undone = True
        done[-1].save(update_fields=["undone"])
        spec = done[-2].spec
    elif not back and undone:
        undone[0].undone = False
        undone[0].save(update_fields=["undone"])
        spec = undone[0].spec
    else:
        raise Invalid(_("これより前の変更はありません。") if back else _("やり直す変更はありません。"))
    return save_draft(actor=actor, app=app, spec=snapshot.spec_from_json(spec), revision=revision)


@action("record_builder.drop_draft")
def drop_draft(*, actor: Actor, app: str) -> None:
    """Throw the draft and its steps away."""
    row, _schema = _publish.locked(actor, app)
    DraftStep.objects.filter(app=row).delete()
    if AppDraft.objects.filter(app=row).exists():
        discard_draft(actor=actor, app=app)


@action("record_builder.forget_steps")
def forget_steps(*, actor: Actor, app: str) -> None:
    """The steps of a draft that was deployed."""
    row, _schema = _publish.locked(actor, app)
    DraftStep.objects.filter(app=row).delete()


def _steps(row: App, present: dict[str, Any]) -> list[DraftStep]:
    """The steps that end in the present draft; begun anew when somebody changed it by another way."""
    steps = list(DraftStep.objects.filter(app=row))
    done = [s for s in steps if not s.undone]
    if not done or _plain(done[-1].spec) != _plain(present):
        DraftStep.objects.filter(app=row).delete()
        steps = [DraftStep.objects.create(app=row, place=0, spec=present)]
    return steps


def _plain(spec: dict[str, Any]) -> str:
    return json.dumps(spec, sort_keys=True, default=str)
