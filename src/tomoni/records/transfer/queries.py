"""Reads of imports: past ones, the preview of a file, its bad lines, what the undo left."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from tomoni.core.actor import Actor
from tomoni.core.files import open_stored
from tomoni.core.models import Job
from tomoni.records import rights
from tomoni.records.schema import cache
from tomoni.records.schema.snapshot import AppSchema
from tomoni.records.transfer import reading
from tomoni.records.transfer.access import own
from tomoni.records.transfer.models import BadLine, Import, Imported
from tomoni.records.transfer.records import kind_of

SHOWN = 5
MOST = 50


@dataclass(frozen=True, slots=True)
class Preview:
    """A file before it is taken in: its first lines, and how it is written."""

    kind: str
    lines: list[tuple[int, list[str]]]


def past(actor: Actor, app: str) -> list[Import]:
    """The imports of an app that the actor may see, newest first."""
    schema = cache.snapshot(app)
    held = rights.require(actor, schema, "import")
    rows = Import.objects.filter(app_id=schema.id).exclude(state=Import.State.UPLOADED)
    if "manage" not in held.verbs:
        rows = rows.filter(user_id=actor.id or 0)
    return list(rows.select_related("user").order_by("-pk")[:MOST])


def one(actor: Actor, app: str, number: int) -> tuple[AppSchema, Import]:
    """An import; `NotFound` for somebody else's."""
    return own(actor, app, number)


def preview(row: Import) -> Preview:
    """The first lines of a file."""
    kind = kind_of(row)
    if row.file is None:
        return Preview(kind.name, [])
    with open_stored(row.file) as file, reading.opened(file, kind) as lines:
        next(lines, None)
        return Preview(kind.name, list(islice(lines, SHOWN)))


def job_state(row: Import) -> str:
    """The state of the import's job."""
    return str(Job.objects.filter(pk=row.job).values_list("state", flat=True).first() or "")


def bad_lines(row: Import, limit: int | None = None) -> Iterator[BadLine]:
    """The lines that were not taken in, in the order of the file."""
    rows = BadLine.objects.filter(of=row).order_by("line", "pk")
    return rows.iterator(chunk_size=500) if limit is None else iter(rows[:limit])


def kept(row: Import, limit: int = 200) -> list[Imported]:
    """The records that an undo left as they are."""
    return list(Imported.objects.filter(of=row, undo=Imported.Undo.KEPT).order_by("record")[:limit])


def named(schema: AppSchema, row: Import, code: str) -> tuple[str, Any]:
    """The label of a field, and the header of the column that went into it."""
    spec = schema.by_code.get(code)
    header = row.headers[row.mapping.index(code)] if code in row.mapping else ""
    return (spec.label if spec else ""), header
