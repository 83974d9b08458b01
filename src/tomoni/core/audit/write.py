"""Writing entries, inside the writer's own transaction and without touching the head of the chain."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction

from tomoni.core import clock
from tomoni.core.actor import Actor
from tomoni.core.audit import chain
from tomoni.core.context import request_id
from tomoni.core.models import AuditEntry
from tomoni.core.outbox.signal import BELL


def record(*, actor: Actor, verb: str, target: str, fields: Mapping[str, Any] | None = None) -> None:
    """Note who did what to which thing; values become keyed digests.

    Raises RuntimeError outside a transaction: an entry must stand or fall with the write it describes.
    """
    _write(actor, verb, target, fields=chain.digests(target, fields or {}))


def record_bulk(
    *, actor: Actor, verb: str, target: str, items: Iterable[tuple[str, Mapping[str, Any]]]
) -> str:
    """Note a bulk write as one entry with the Merkle root over `(item target, fields)`; returns the root."""
    leaves = [chain.leaf(item, fields) for item, fields in items]
    root = chain.merkle_root(leaves)
    _write(actor, verb, target, count=len(leaves), merkle_root=root)
    return root


def _write(actor: Actor, verb: str, target: str, **rest: Any) -> None:
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("audit.record: call it inside an action's transaction")
    given = request_id.get()
    AuditEntry.objects.create(
        at=clock.now(),
        actor=actor.ref[:100],
        verb=verb[:100],
        target=target[:200],
        request_id="" if given == "-" else given,
        **rest,
    )
    transaction.on_commit(BELL.ring, robust=True)
