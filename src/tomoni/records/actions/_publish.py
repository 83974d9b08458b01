"""From the definition's rows to a published snapshot. Every change of a definition ends here, in its transaction."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tomoni.core import audit, clock
from tomoni.core.actor import Actor, system
from tomoni.core.errors import Invalid, NotFound
from tomoni.records import rights
from tomoni.records.compute import publishing
from tomoni.records.models import App, AppVersion, Field
from tomoni.records.query.compile import compile_query, condition
from tomoni.records.query.errors import BadQuery
from tomoni.records.schema import cache, check, parts
from tomoni.records.schema.snapshot import AppSchema
from tomoni.records.schema.spec import AppSpec, FieldSpec


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
        visible_if=spec.visible_if,
        position=position,
        created_at=clock.now(),
    )


def field_spec(row: Field, columns: Sequence[Field] = ()) -> FieldSpec:
    """A field's row as a specification with its column number; a table's with its columns."""
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
        visible_if=row.visible_if,
        fields=tuple(field_spec(column) for column in columns),
    )


LISTS = ("states", "actions", "views", "rights", "layout", "record_rights", "field_rights", "notices")
PARTS = (
    "code", "name", "description", "states", "actions", "views", "rights", "record_rule", "title_field", "task_id",
    "kit", "kit_version", "department_code", "layout", "record_rights", "field_rights", "notices", "retention",
    "settings", "owner_id", "deputy_id", "version",
)  # fmt: skip


def store(app: App, spec: AppSpec) -> None:
    """Put the parts of a checked specification that are not fields into the app's row (not saved)."""
    for name in LISTS:
        setattr(app, name, [asdict(item) for item in getattr(spec, name)])
    app.retention = asdict(spec.retention)
    app.settings = dict(spec.settings)
    app.name, app.description, app.title_field = spec.name, spec.description, spec.title_field
    app.record_rule = spec.record_rule.strip()


def schema_of(app: App) -> AppSchema:
    """The snapshot that the rows describe now."""
    rows = list(Field.objects.filter(app=app).order_by("position", "id"))
    by_id = {row.pk: row for row in rows}
    inside: dict[int, list[Field]] = {}
    trashed: list[FieldSpec] = []
    for row in rows:
        if row.parent_id is None:
            continue
        parent = by_id[row.parent_id]
        # A table goes to the trash together with its columns; one that went before it stays there by itself.
        if row.deleted_at is None or row.deleted_at == parent.deleted_at:
            inside.setdefault(parent.pk, []).append(row)
        else:
            trashed.append(replace(field_spec(row), table=parent.code, table_id=parent.pk))
    specs = [field_spec(row, inside.get(row.pk, ())) for row in rows if row.parent_id is None]
    return AppSchema.from_json(
        {"id": app.pk, "fields": (), "trash": (), **{name: getattr(app, name) for name in PARTS}}
    ).with_fields([s for s in specs if not s.deleted], [s for s in specs if s.deleted], trashed)


def check_queries(schema: AppSchema) -> None:
    """Every query inside the definition reads: views, rules, conditions of the process, notices, visibility."""
    asker = system("schema")
    for view in schema.views:
        _readable(
            "views", _("一覧「%(name)s」") % {"name": view.name}, compile_query, view.query, schema, asker
        )
    for key, label, text in conditions(schema):
        _readable(key, label, condition, text, schema, asker)


def conditions(schema: AppSchema) -> Iterator[tuple[str, str, str]]:
    """Every condition of a definition: where it stands, in words, and its text."""
    yield "record_rule", _("レコードの条件"), schema.record_rule
    for step in schema.actions:
        yield "actions", _("処理「%(name)s」の条件") % {"name": step.name}, step.condition
    for number, rule in enumerate(schema.record_rights, start=1):
        yield "record_rights", _("レコードの権限 %(n)s番目") % {"n": number}, rule.query
    for notice in schema.notices:
        yield "notices", _("通知「%(name)s」の条件") % {"name": notice.title}, notice.query
    for field in schema.fields:
        yield field.code, _("項目「%(name)s」を表示する条件") % {"name": field.label}, field.visible_if


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
    before = cache.load(app.pk, app.version, app.stamp) if app.version else None
    app.version += 1
    app.stamp = uuid.uuid4().hex
    app.updated_at = clock.now()
    schema = schema_of(app)
    check.distinct(schema.fields)
    check.fits(schema)
    parts.fits(schema)
    check_queries(schema)
    publishing.check(before, schema, actor)
    app.save()
    AppVersion.objects.create(
        app=app, version=app.version, spec=schema.to_json(), at=app.updated_at, actor_ref=actor.ref
    )
    audit.record(
        actor=actor, verb=verb, target=f"app:{app.pk}", fields={"version": app.version, **(fields or {})}
    )
    cache.forget()
    transaction.on_commit(cache.forget)
    publishing.follow(before, schema, actor)
    return schema
