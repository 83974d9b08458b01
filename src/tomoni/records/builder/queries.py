"""What the builder's pages read: the draft, its changes, whether there is something to take back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tomoni.core.actor import Actor
from tomoni.people import facade as people
from tomoni.records import facade
from tomoni.records.builder.models import DraftStep
from tomoni.records.models import AppVersion
from tomoni.records.schema import edit, snapshot
from tomoni.records.schema.diff import Change, changes
from tomoni.records.schema.snapshot import AppSchema
from tomoni.records.schema.spec import AppSpec


@dataclass(frozen=True, slots=True)
class Desk:
    """A draft on the desk: `spec` with a whole layout, what it changes, the words of the steps to undo and redo."""

    spec: AppSpec
    revision: int
    base_version: int
    version: int
    changes: tuple[Change, ...]
    undo: str = ""
    redo: str = ""
    may_undo: bool = False
    may_redo: bool = False
    by: str = ""
    by_me: bool = True
    at: datetime | None = None

    @property
    def behind(self) -> bool:
        """Whether the published app moved on since the draft began."""
        return self.version != self.base_version


def desk(actor: Actor, app: AppSchema) -> Desk:
    """The draft of an app, or what is published. Needs `manage`."""
    found = facade.draft(actor=actor, app=app.code)
    steps = list(DraftStep.objects.filter(app_id=app.id)) if found.revision else []
    done, undone = [s for s in steps if not s.undone], [s for s in steps if s.undone]
    names = people.display_names([found.user_id]) if found.user_id else {}
    return Desk(
        spec=edit.arranged(found.spec),
        revision=found.revision,
        base_version=found.base_version,
        version=found.version,
        changes=tuple(
            changes(
                edit.settled(snapshot.spec_of(base_of(app, found.base_version))), edit.settled(found.spec)
            )
        ),
        undo=done[-1].says if len(done) > 1 else "",
        redo=undone[0].says if undone else "",
        may_undo=len(done) > 1,
        may_redo=bool(undone),
        by=names.get(found.user_id or 0, ""),
        by_me=found.user_id in (None, actor.id),
        at=found.updated_at,
    )


def base_of(app: AppSchema, version: int) -> AppSchema:
    """The published definition of this version; the present one when it is not kept."""
    if version == app.version:
        return app
    found = AppVersion.objects.filter(app_id=app.id, version=version).values_list("spec", flat=True).first()
    return AppSchema.from_json(found) if found else app
