"""Copy an app (アプリの複製): the definition without records."""

from __future__ import annotations

from dataclasses import replace

from tomoni.core.actions import action
from tomoni.core.actor import Actor
from tomoni.records import rights
from tomoni.records.actions.create_app import create_app
from tomoni.records.schema import cache, snapshot
from tomoni.records.schema.snapshot import AppSchema
from tomoni.records.schema.spec import AppSpec, FieldSpec


def without_ids(fields: tuple[FieldSpec, ...]) -> tuple[FieldSpec, ...]:
    """Fields as they are before they have columns."""
    return tuple(replace(f, id=None, fields=without_ids(f.fields)) for f in fields)


def spec_of(schema: AppSchema) -> AppSpec:
    """The definition of an app as a specification, without column numbers."""
    found = snapshot.spec_of(schema)
    return replace(found, fields=without_ids(found.fields))


@action("records.copy_app", right="apps.create")
def copy_app(*, actor: Actor, app: str, code: str, name: str) -> AppSchema:
    """Make a new app with the same fields, process, views and rights. Needs `manage` on the app that is copied."""
    schema = cache.snapshot(app)
    rights.require(actor, schema, "manage")
    return create_app(actor=actor, spec=replace(spec_of(schema), code=code, name=name, task_id=""))
