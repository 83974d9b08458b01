"""Run-time models of an app's tables, in a private registry, built from an immutable snapshot."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as part
from functools import lru_cache
from threading import Lock
from typing import Any

from django.apps.registry import Apps
from django.db import models

from tomoni.records import fieldtypes
from tomoni.records.ddl import names
from tomoni.records.schema.snapshot import AppSchema
from tomoni.records.schema.spec import FieldSpec

ASSIGNEES = 0  # the "field id" of assignees in the link table


@dataclass(frozen=True)
class Child:
    """The models of a table field (テーブル): its rows and their multi-values."""

    row: type[models.Model]
    link: type[models.Model]


@dataclass(frozen=True)
class Tables:
    """The models of one app: `record` is its table, `link` its multi-values, `children` its table fields by number."""

    record: type[models.Model]
    link: type[models.Model]
    children: Mapping[int, Child] = part(default_factory=dict)


_built: OrderedDict[tuple[Any, ...], Tables] = OrderedDict()
_lock = Lock()
KEPT = 500


def _model(name: str, table: str, columns: dict[str, Any], registry: Apps) -> type[models.Model]:
    meta = type("Meta", (), {"app_label": "records_run", "db_table": table, "apps": registry})
    return type(name, (models.Model,), {"__module__": __name__, "Meta": meta, **columns})


def system_columns() -> dict[str, models.Field[Any, Any]]:
    """The columns that every record has. `id` is the record number, given by the writer."""
    return {
        "id": models.BigIntegerField(primary_key=True),
        "revision": models.IntegerField(),
        "status": models.CharField(max_length=100, db_collation="C"),
        "source": models.CharField(max_length=10),
        "created_at": models.DateTimeField(),
        "created_by": models.BigIntegerField(null=True),
        "updated_at": models.DateTimeField(),
        "updated_by": models.BigIntegerField(null=True),
        "deleted_at": models.DateTimeField(null=True),
        "deleted_by": models.BigIntegerField(null=True),
    }


def link_columns() -> dict[str, models.Field[Any, Any]]:
    """The columns of the link table: a number (person, department, file) or a text (choice)."""
    return {
        "id": models.BigAutoField(primary_key=True),
        "record": models.BigIntegerField(),
        "field": models.BigIntegerField(),
        "position": models.IntegerField(),
        "number": models.BigIntegerField(null=True),
        "text": models.TextField(null=True, db_collation="C"),
    }


def row_columns() -> dict[str, models.Field[Any, Any]]:
    """The columns that every row of a table field has. `id` is given by the writer, once and for ever."""
    return {
        "id": models.BigIntegerField(primary_key=True),
        "record": models.BigIntegerField(),
        "position": models.IntegerField(),
    }


def row_link_columns() -> dict[str, models.Field[Any, Any]]:
    """The columns of the multi-values in rows: as of a record's, with the row."""
    made = link_columns()
    return {"id": made.pop("id"), "record": made.pop("record"), "row": models.BigIntegerField(), **made}


def field_columns(field: FieldSpec) -> dict[str, models.Field[Any, Any]]:
    """The columns of one field by name; none for multi-values and system fields."""
    assert field.id is not None
    made = fieldtypes.get(field.type).columns(field)
    return {names.column(field.id, part): column for part, column in made.items()}


@lru_cache(maxsize=20_000)
def _names(field_id: int, kind: str) -> tuple[str, ...]:
    spec = FieldSpec(code="", type=kind, label="", id=field_id)
    return tuple(field_columns(spec))


def column_names(field: FieldSpec) -> tuple[str, ...]:
    """The names of a field's columns; they depend on its number and type only."""
    return _names(field.id or 0, field.type)


def columns_inside(schema: AppSchema, table: FieldSpec) -> list[FieldSpec]:
    """The columns of a table field, trashed ones too, by number."""
    trashed = (c for c in schema.trash_columns if c.table_id == table.id)
    return sorted((*table.fields, *trashed), key=lambda f: f.id or 0)


def _key(fields: Sequence[FieldSpec]) -> tuple[Any, ...]:
    return tuple((f.id, f.type, f.options.get("scale")) for f in fields)


def _child(app_id: int, table_id: int, fields: Sequence[FieldSpec], registry: Apps) -> Child:
    columns: dict[str, Any] = dict(row_columns())
    for field in fields:
        columns.update(field_columns(field))
    return Child(
        row=_model(f"Row{app_id}_{table_id}", names.rows(app_id, table_id), columns, registry),
        link=_model(
            f"RowLink{app_id}_{table_id}",
            names.row_links(app_id, table_id),
            dict(row_link_columns()),
            registry,
        ),
    )


def tables(schema: AppSchema) -> Tables:
    """The models of an app as published; trashed fields keep their columns and are in the model too."""
    every = sorted((*schema.fields, *schema.trash), key=lambda f: f.id or 0)
    inside = {f.id or 0: columns_inside(schema, f) for f in every if fieldtypes.get(f.type).storage == "rows"}
    key = (schema.id, _key(every), tuple((pk, _key(columns)) for pk, columns in inside.items()))
    with _lock:
        if (found := _built.get(key)) is not None:
            _built.move_to_end(key)
            return found
    registry = Apps()
    columns: dict[str, Any] = dict(system_columns())
    for field in every:
        columns.update(field_columns(field))
    made = Tables(
        record=_model(f"Record{schema.id}", names.table(schema.id), columns, registry),
        link=_model(f"Link{schema.id}", names.links(schema.id), dict(link_columns()), registry),
        children={pk: _child(schema.id, pk, fields, registry) for pk, fields in inside.items()},
    )
    with _lock:
        _built[key] = made
        while len(_built) > KEPT:
            _built.popitem(last=False)
    return made
