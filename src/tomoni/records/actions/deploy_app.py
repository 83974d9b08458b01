"""Deploy (反映) a whole definition: the fields, layout, process, views and rights become those of a specification."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from tomoni.core.actions import action
from tomoni.core.actor import Actor
from tomoni.core.errors import Conflict, Invalid
from tomoni.records import uses
from tomoni.records.actions import _fields, _publish
from tomoni.records.actions.set_process import settle
from tomoni.records.models import AppDraft
from tomoni.records.schema import check
from tomoni.records.schema.diff import changes
from tomoni.records.schema.snapshot import AppSchema
from tomoni.records.schema.spec import AppSpec, FieldSpec


@action("records.deploy_app")
def deploy_app(
    *,
    actor: Actor,
    app: str,
    spec: AppSpec,
    renames: Mapping[str, str] | None = None,
    version: int | None = None,
) -> AppSchema:
    """Make the app be what `spec` says, in one transaction. Needs `manage`.

    Fields are matched by `id`, then by code and type; those that are missing go to the trash. `renames` maps states
    that disappear to others. `version`: what the change was based on; `Conflict` when the app has moved on. Code,
    owner, department, task and kit stay. Raises `Invalid` by part or field code. The draft, if any, is done with.
    """
    row, schema = _publish.locked(actor, app)
    if version is not None and version != schema.version:
        raise Conflict(version=schema.version, changes=changes(schema, spec))
    fields = check.definition(spec)
    _unused(app, schema, fields)
    _fields.apply(row, schema.fields, fields)
    settle(schema, spec.states, renames or {})
    _publish.store(row, replace(spec, name=check.name(spec.name)))
    AppDraft.objects.filter(app=row).delete()
    return _publish.publish(row, actor, "app.deploy")


def _unused(app: str, schema: AppSchema, fields: Sequence[FieldSpec]) -> None:
    """No field goes to the trash that an open form or an automation still needs."""
    gone = [f.code for f in _fields.plan(schema.fields, fields).gone]
    if found := {code: said for code in gone if (said := uses.of_field(app, code))}:
        raise Invalid(found)
