"""Copy an app (アプリの複製): the definition without records."""

from __future__ import annotations

from dataclasses import replace

from tomoni.core.actions import action
from tomoni.core.actor import Actor
from tomoni.records import rights
from tomoni.records.actions.create_app import create_app
from tomoni.records.schema import cache
from tomoni.records.schema.snapshot import AppSchema
from tomoni.records.schema.spec import AppSpec


def spec_of(schema: AppSchema) -> AppSpec:
    """The definition of an app as a specification, without column numbers."""
    return AppSpec(
        code=schema.code,
        name=schema.name,
        description=schema.description,
        fields=tuple(replace(f, id=None) for f in schema.fields),
        states=schema.states,
        actions=schema.actions,
        views=schema.views,
        rights=schema.rights,
        record_rule=schema.record_rule,
        title_field=schema.title_field,
        task_id=schema.task_id,
        kit=schema.kit,
        kit_version=schema.kit_version,
        department_code=schema.department_code,
    )


@action("records.copy_app", right="apps.create")
def copy_app(*, actor: Actor, app: str, code: str, name: str) -> AppSchema:
    """Make a new app with the same fields, process, views and rights. Needs `manage` on the app that is copied."""
    schema = cache.snapshot(app)
    rights.require(actor, schema, "manage")
    return create_app(actor=actor, spec=replace(spec_of(schema), code=code, name=name, task_id=""))
