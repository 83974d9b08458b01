"""From the definition's rows to a published snapshot. Every change of a definition ends here, in its transaction."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tomoni.core import audit, clock
from tomoni.core.actor import Actor, system
from tomoni.core.errors import Invalid, NotFound
from tomoni.records import rights
from tomoni.records.models import App, AppVersion, Field
from tomoni.records.query.compile import compile_query, condition
from tomoni.records.query.errors import BadQuery
from tomoni.records.schema import cache, check
from tomoni.records.schema.snapshot import AppSchema
from tomoni.records.schema.spec import FieldSpec


def locked(actor: Actor, code: str) -> tuple[App, AppSchema]:
    """The app's row, locked for a change of its definition, with what is published now. Needs `manage`."""
    # Not a key lock: records that are being written refer to this row, and wait for nothing here.
    app = App.objects.select_for_update(no_key=True).filter(code=code, deleted_at__isnull=True).first()
    if app is None:
        raise NotFound(app=code)
    schema = cache.load(app.pk, app.version, app.stamp)
    rights.require(actor, schema, "manage")
    return app, schema


def field_row(app: App, spec: FieldSpec, position: int) -> Field:
    """A new row for a checked field."""
    return Field(
        app=app,
        code=spec.code,
        type=spec.type,
        label=spec.label,
        required=spec.required,
        unique=spec.unique,
        default=spec.default,
        help=spec.help,
        options=dict(spec.options),
        personal=spec.personal,
        purpose=spec.purpose,
        retention_years=spec.retention_years,
        position=position,
        created_at=clock.now(),
    )


def field_spec(row: Field) -> FieldSpec:
    """A field's row as a specification with its column number."""
    return FieldSpec(
        code=row.code,
        type=row.type,
        label=row.label,
        required=row.required,
        unique=row.unique,
        default=row.default,
        help=row.help,
        options=row.options,
        personal=row.personal,  # type: ignore[arg-type]
        purpose=row.purpose,
        retention_years=row.retention_years,
        id=row.pk,
        deleted=row.deleted_at is not None,
    )


def schema_of(app: App) -> AppSchema:
    """The snapshot that the rows describe now."""
    specs = [field_spec(row) for row in Field.objects.filter(app=app).order_by("position", "id")]
    return AppSchema.from_json(
        {
            "id": app.pk,
            "version": app.version,
            "code": app.code,
            "name": app.name,
            "description": app.description,
            "fields": (),
            "trash": (),
            "states": app.states,
            "actions": app.actions,
            "views": app.views,
            "rights": app.rights,
            "record_rule": app.record_rule,
            "title_field": app.title_field,
            "task_id": app.task_id,
            "kit": app.kit,
            "kit_version": app.kit_version,
            "department_code": app.department_code,
            "owner_id": app.owner_id,
            "deputy_id": app.deputy_id,
        }
    ).with_fields([s for s in specs if not s.deleted], [s for s in specs if s.deleted])


def check_queries(schema: AppSchema) -> None:
    """Every query inside the definition reads: views, record rule, conditions of the process."""
    asker = system("schema")
    for view in schema.views:
        _readable(
            "views", _("一覧「%(name)s」") % {"name": view.name}, compile_query, view.query, schema, asker
        )
    _readable("record_rule", _("レコードの条件"), condition, schema.record_rule, schema, asker)
    for step in schema.actions:
        label = _("処理「%(name)s」の条件") % {"name": step.name}
        _readable("actions", label, condition, step.condition, schema, asker)


def _readable(key: str, label: str, read: Any, text: str, schema: AppSchema, asker: Actor) -> None:
    if not text.strip():
        return
    try:
        read(text, schema, asker)
    except BadQuery as error:
        raise Invalid(
            {key: [f"{label}: {error}"]}, line=error.details["line"], column=error.details["column"]
        ) from None


def publish(app: App, actor: Actor, verb: str, fields: dict[str, Any] | None = None) -> AppSchema:
    """Publish the definition as it stands: next version, snapshot, audit entry."""
    app.version += 1
    app.stamp = uuid.uuid4().hex
    app.updated_at = clock.now()
    schema = schema_of(app)
    check.distinct(schema.fields)
    check.fits(schema)
    check_queries(schema)
    app.save()
    AppVersion.objects.create(
        app=app, version=app.version, spec=schema.to_json(), at=app.updated_at, actor_ref=actor.ref
    )
    audit.record(
        actor=actor, verb=verb, target=f"app:{app.pk}", fields={"version": app.version, **(fields or {})}
    )
    cache.forget()
    transaction.on_commit(cache.forget)
    return schema
