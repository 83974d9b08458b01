"""The sealer: gives unsealed entries their place and digest. One at a time, by a lock on the head row."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import connection, transaction

from tomoni.core import clock
from tomoni.core.audit import chain, checkpoint
from tomoni.core.models import AuditEntry, AuditHead

BATCH = 1000


def content(entry: AuditEntry) -> dict[str, Any]:
    """What the digest of an entry covers: everything but the digest itself."""
    return {
        "seq": entry.seq,
        "id": entry.pk,
        "at": entry.at,
        "actor": entry.actor,
        "verb": entry.verb,
        "target": entry.target,
        "fields": entry.fields,
        "count": entry.count,
        "merkle_root": entry.merkle_root,
        "request_id": entry.request_id,
    }


def seal() -> int:
    """Chain every entry that was committed; returns how many were sealed. Cheap when there is nothing to do."""
    sealed = 0
    while AuditEntry.objects.filter(seq__isnull=True).exists():
        done = _seal_batch()
        sealed += done
        if done < BATCH:
            break
    return sealed


@transaction.atomic
def _seal_batch() -> int:
    head = locked_head()
    entries = list(AuditEntry.objects.filter(seq__isnull=True).order_by("pk")[:BATCH])
    previous = head.digest or chain.GENESIS
    rows = []
    for entry in entries:
        head.count += 1
        entry.seq = head.count
        previous = chain.entry_digest(previous, content(entry))
        rows.append((entry.seq, previous, entry.pk))
    if not rows:
        return 0
    with connection.cursor() as cursor:
        cursor.executemany("UPDATE core_auditentry SET seq = %s, digest = %s WHERE id = %s", rows)
    head.digest = previous
    head.signature = chain.signature(head.chain, head.count, head.digest)
    head.sealed_at = clock.now()
    head.save()
    point = checkpoint.Checkpoint(head.chain, head.count, head.digest, head.sealed_at.isoformat())
    transaction.on_commit(lambda: checkpoint.write_if_due(point), robust=True)
    return len(rows)


def locked_head() -> AuditHead:
    """The head row under a lock (SQLite: the transaction itself is the lock)."""
    AuditHead.objects.bulk_create([AuditHead(pk=1, chain=uuid.uuid4().hex)], ignore_conflicts=True)
    return AuditHead.objects.select_for_update().get(pk=1)
