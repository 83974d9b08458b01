"""Take the records of a file in (取り込みの実行): checked, written, noted for the undo."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.utils.translation import gettext as _

from tomoni.core import audit, clock
from tomoni.core.actions import action
from tomoni.core.actor import Actor
from tomoni.core.errors import Conflict, Invalid, NotFound
from tomoni.records.actions.create_records import check_rows, create_records
from tomoni.records.schema import cache
from tomoni.records.schema.snapshot import AppSchema
from tomoni.records.transfer.actions import _update
from tomoni.records.transfer.models import BadLine, Import, Imported
from tomoni.records.transfer.records import Entry, batches

Step = Callable[[], None]
MOST_BAD = 20_000  # lines kept with their cells; what comes after is only counted


def locked(number: int) -> Import:
    """The import, held for this transaction; `NotFound` if it is gone, `Conflict` if it does not run any more."""
    row = Import.objects.select_for_update(of=("self",)).select_related("file").filter(pk=number).first()
    if row is None:
        raise NotFound(_("この取り込みはもうありません。"))
    if row.state != Import.State.RUNNING:
        raise Conflict(_("この取り込みは、もう終わっています。"))
    return row


@action("transfer.take_batch")
def take_batch(*, actor: Actor, app: str, number: int, batch: Sequence[Entry], last: int) -> None:
    """The good records of one batch, the bad ones named; commits with `done_line`, so that no line is taken twice."""
    schema, row = cache.snapshot(app), locked(number)
    if last <= row.done_line:
        return
    _write(actor, schema, row, batch)
    _keep_bad(row, batch)
    row.done_line = last
    row.save()


@action("transfer.take_all")
def take_all(*, actor: Actor, app: str, number: int, still: Step) -> None:
    """Everything or nothing, in one transaction. Raises `Spoiled` if a line that was good when checked is bad now.

    `still` is called between batches and may raise to leave everything as it was.
    """
    schema, row = cache.snapshot(app), locked(number)
    for batch in batches(row, schema, actor):
        _write(actor, schema, row, batch)
        if any(entry.errors for entry in batch):
            raise Spoiled(batch)
        still()
    _end(actor, schema, row, Import.State.DONE)


class Spoiled(Exception):
    """A line turned out bad only when it was written (the same unique value twice): everything is taken back."""

    def __init__(self, batch: Sequence[Entry]) -> None:
        super().__init__()
        self.batch = batch


def check(actor: Actor, schema: AppSchema, row: Import, batch: Sequence[Entry]) -> None:
    """Find what is wrong with a batch without writing; errors stand in the entries."""
    new = [e for e in batch if e.target is None and not e.errors]
    _good, wrong = check_rows(schema, actor, [e.values for e in new])
    for index, errors in wrong.items():
        new[index].errors = errors
    for entry in batch:
        if entry.target is not None and not entry.errors:
            entry.errors = _update.check(actor, schema, entry.target, entry.values)


def _write(actor: Actor, schema: AppSchema, row: Import, batch: Sequence[Entry]) -> None:
    made: list[Imported] = []
    new = [e for e in batch if e.target is None and not e.errors]
    if new:
        result = create_records(
            actor=actor, app=schema.code, rows=[e.values for e in new], source="import", skip_bad=True
        )
        for index, errors in result.errors.items():
            new[index].errors = errors
        made += [Imported(of=row, record=pk, after=1) for pk in result.created]
        row.created += len(result.created)
    for entry in batch:
        if entry.target is None or entry.errors:
            continue
        try:
            changed = _update.change(actor, schema, entry.target, entry.values)
        except Invalid as error:
            entry.errors = error.errors
            continue
        if changed is None:
            row.same += 1
        else:
            made.append(Imported(of=row, record=entry.target, before=changed[0], after=changed[1]))
            row.updated += 1
    Imported.objects.bulk_create(made, batch_size=500)


def _keep_bad(row: Import, batch: Sequence[Entry]) -> None:
    bad = [entry for entry in batch if entry.errors]
    room = max(0, MOST_BAD - row.failed)
    BadLine.objects.bulk_create(
        BadLine(of=row, line=e.line, errors=_listed(e), cells=e.cells) for e in bad[:room]
    )
    row.failed += len(bad)


def _listed(entry: Entry) -> list[list[Any]]:
    """(line, field code, sentence) of each error: those in rows of tables with the line of the row."""
    found: list[list[Any]] = []
    for code, texts in entry.errors.items():
        for text in texts:
            place, column = getattr(text, "row", None), getattr(text, "column", None)
            lines = entry.rows.get(code, [])
            line = lines[place] if isinstance(place, int) and 0 <= place < len(lines) else entry.line
            found.append([line, column or code, str(text)])
    return found


@action("transfer.note_bad")
def note_bad(*, actor: Actor, number: int, batch: Sequence[Entry]) -> None:
    """Keep the bad lines that a check found."""
    row = locked(number)
    _keep_bad(row, batch)
    row.save(update_fields=["failed"])


@action("transfer.begin")
def begin(*, actor: Actor, number: int, total: int) -> Import:
    """Note how many records the file has; what an earlier, broken check found is found again."""
    row = locked(number)
    row.total = total
    if row.done_line == 0:
        row.bad.all().delete()
        row.failed = 0
    row.save()
    return row


@action("transfer.finish")
def finish(*, actor: Actor, app: str, number: int, state: str) -> Import:
    """Note the end of an import: done, refused or cancelled."""
    row = locked(number)
    _end(actor, cache.snapshot(app), row, state)
    return row


def _end(actor: Actor, schema: AppSchema, row: Import, state: str) -> None:
    row.state, row.finished_at = state, clock.now()
    row.save()
    audit.record(
        actor=actor, verb="record.import_end", target=f"app:{schema.id}",
        fields={"import": row.pk, "state": str(state), "created": row.created, "updated": row.updated},
    )  # fmt: skip
