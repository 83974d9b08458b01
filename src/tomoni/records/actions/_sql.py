"""INSERTs and UPDATEs of run-time tables, many rows in one call. Called inside a transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import IntegrityError, connection, models
from django.utils.translation import gettext as _

from tomoni.core.errors import Invalid
from tomoni.records import fieldtypes
from tomoni.records.ddl import names
from tomoni.records.schema.snapshot import AppSchema

COPIED = 50  # rows from which PostgreSQL takes them by COPY


def is_dated(field: Any) -> bool:
    """Whether a column holds dates or moments, which each database writes in its own way."""
    return isinstance(field, models.DateField)


def adapt(field: Any, value: Any) -> Any:
    """A value as the database driver takes it."""
    return field.get_db_prep_value(value, connection) if value is not None and is_dated(field) else value


def insert_many(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]], schema: AppSchema) -> None:
    """Insert rows into a run-time table, many by COPY. A value that breaks a unique index is an error of its field."""
    named = f'"{table}" ({", ".join(chr(34) + c + chr(34) for c in columns)})'
    found = list(rows)
    try:
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql" and len(found) >= COPIED:
                with connection.wrap_database_errors, cursor.copy(f"COPY {named} FROM STDIN") as copy:
                    for row in found:
                        copy.write_row(row)
            else:
                cursor.executemany(
                    f"INSERT INTO {named} VALUES ({', '.join(['%s'] * len(columns))})",  # noqa: S608
                    found,
                )
    except IntegrityError as error:
        raise taken(schema, error) from None


def taken(schema: AppSchema, error: IntegrityError) -> Invalid:
    """Which unique field an integrity error is about, in words."""
    text = str(error)
    for field in schema.fields:
        if not field.unique or field.id is None:
            continue
        column = names.column(field.id, fieldtypes.get(field.type).key_part)
        # PostgreSQL names the index, SQLite the column: "UNIQUE constraint failed: r_1.c_2_fold".
        if f'"{names.index(schema.id, field.id, "u")}"' in text or text.endswith(f".{column}"):
            return Invalid({field.code: [_("同じ値がすでに登録されています。")]})
    return Invalid(_("同じ値がすでに登録されています。"))


def update_many(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Set columns of rows by `id`: each row holds the columns' values and then its id."""
    sets = ", ".join(f'"{c}" = %s' for c in columns)
    with connection.cursor() as cursor:
        cursor.executemany(f'UPDATE "{table}" SET {sets} WHERE "id" = %s', list(rows))  # noqa: S608
