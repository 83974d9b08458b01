"""Erasing records for good: row, links, rows of tables, search index, revisions, attached files. Inside an action."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.core.files.storage import default_storage
from django.db import transaction

from tomoni.core.models import StoredFile
from tomoni.records import search
from tomoni.records.actions import _change, _files, _tables
from tomoni.records.ddl.tables import tables
from tomoni.records.models import App, RequestKey, Revision
from tomoni.records.record import Record
from tomoni.records.schema import cache
from tomoni.records.schema.snapshot import AppSchema


def erase(schema: AppSchema, record: Record) -> int:
    """Erase one record; returns how many of its files went with it. Stays in states hold no personal data and remain."""
    made = tables(schema)
    attached = files_of(schema, record)
    search.change(schema.id, record.id, search.index_text(_change.all_texts(schema, record.id)), set())
    _tables.purge_record(schema, record.id)
    made.link._default_manager.filter(record=record.id).delete()
    made.record._default_manager.filter(pk=record.id).delete()
    Revision.objects.filter(app_id=schema.id, record=record.id).delete()
    RequestKey.objects.filter(app_id=schema.id, record=record.id).delete()
    return forget_files(attached)


def files_of(schema: AppSchema, record: Record) -> set[int]:
    """The files that the record has and those that it once had."""
    found = set(_files.own(schema, record, {}))
    keys = {str(f.id) for f in _files.file_fields(schema)} | {
        str(f.id) for f in schema.trash if f.type == "file"
    }
    columns = {str(c.id) for _table, c in _files.columns(schema)}
    tabled = {str(t.id) for t, _column in _files.columns(schema)}
    if not keys and not columns:
        return found
    rows = Revision.objects.filter(app_id=schema.id, record=record.id).values_list("changes", flat=True)
    for changes in rows:
        found.update(n for key in keys for ids in changes.get(key, ()) for n in ids or ())
        for side in (s for key in tabled for s in changes.get(key, ()) if s):
            found.update(n for row in side["rows"].values() for key in columns for n in row.get(key) or ())
    return found


def forget_files(ids: Iterable[int]) -> int:
    """Delete files that no record has any more; their content goes when this is committed. Returns how many."""
    wanted = set(ids)
    gone = sorted(wanted - _still_linked(wanted)) if wanted else []
    rows = list(StoredFile.objects.filter(pk__in=gone))
    StoredFile.objects.filter(pk__in=[r.pk for r in rows]).delete()
    if rows:
        paths = {row.sha256: row.path for row in rows}
        transaction.on_commit(lambda: _drop(paths), robust=True)
    return len(rows)


def _still_linked(ids: set[int]) -> set[int]:
    """Those of the files that a record of some app has now (a copied value shares its file)."""
    found: set[int] = set()
    for pk, version, stamp in App.objects.filter(version__gt=0).values_list("pk", "version", "stamp"):
        schema = cache.load(pk, version, stamp)
        fields = [f.id for f in (*schema.fields, *schema.trash) if f.type == "file"]
        if fields:
            rows = tables(schema).link._default_manager.filter(field__in=fields, number__in=ids)
            found.update(rows.values_list("number", flat=True))
        found |= _in_tables(schema, ids)
    return found


def _in_tables(schema: AppSchema, ids: set[int]) -> set[int]:
    found: set[int] = set()
    for table, column in _files.columns(schema):
        rows = tables(schema).children[table.id or 0].link._default_manager.filter(field=column.id)
        found.update(rows.filter(number__in=ids).values_list("number", flat=True))
    return found


def _drop(paths: dict[str, str]) -> None:
    """Remove content that no row names."""
    shared = set(StoredFile.objects.filter(sha256__in=paths).values_list("sha256", flat=True))
    for digest, path in paths.items():
        if digest not in shared and default_storage.exists(path):
            default_storage.delete(path)


def numbers_in_words(numbers: Sequence[int]) -> str:
    """「1〜15、18、20〜22」."""
    parts: list[str] = []
    ordered = sorted(numbers)
    start = 0
    for at in range(1, len(ordered) + 1):
        if at == len(ordered) or ordered[at] != ordered[at - 1] + 1:
            first, last = ordered[start], ordered[at - 1]
            parts.append(str(first) if first == last else f"{first}〜{last}")
            start = at
    return "、".join(parts)
