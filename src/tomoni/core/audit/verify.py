"""Verification: walks the chain and names the first broken entry."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from tomoni.core import clock
from tomoni.core.audit import chain, checkpoint
from tomoni.core.audit.seal import content
from tomoni.core.models import AuditEntry, AuditHead, AuditVerification

CHUNK = 2000
REASONS: dict[str, Any] = {
    "": "",
    "changed": _("記録の内容が書き換えられています。"),
    "removed": _("記録が抜けています。"),
    "truncated": _("最後の記録が切り取られています。"),
    "added": _("末尾の後に記録が足されています。"),
    "head": _("末尾の印が書き換えられているか、鍵（TOMONI_SECRET_KEY）が違います。"),
    "checkpoint": _("データフォルダーの控えと合いません。"),
    "checkpoint_file": _("データフォルダーの控えが書き換えられているか、鍵（TOMONI_SECRET_KEY）が違います。"),
}


@dataclass(frozen=True, slots=True)
class VerifyResult:
    """What a verification found. `first_broken` is the place in the chain (`seq`) of the first broken entry."""

    ok: bool
    entries: int
    sealed: int
    unsealed: int
    first_broken: int | None = None
    reason: str = ""

    @property
    def message(self) -> str:
        """The reason in words."""
        return str(REASONS.get(self.reason, self.reason))


def verify(*, keep: bool = True, on_progress: Callable[[int, int], object] | None = None) -> VerifyResult:
    """Walk the whole chain; `keep` notes the result for the staff page, `on_progress(done, total)` is told how far.

    Takes no lock: what was sealed before it began never changes, what is sealed meanwhile is only counted.
    """
    result = _check(on_progress or (lambda done, total: None))
    if keep:
        AuditVerification.objects.create(
            at=clock.now(),
            ok=result.ok,
            entries=result.entries,
            unsealed=result.unsealed,
            first_broken=result.first_broken,
            reason=result.reason,
        )
    return result


def _check(on_progress: Callable[[int, int], object]) -> VerifyResult:
    points, clean = checkpoint.read()
    head = AuditHead.objects.filter(pk=1).first() or AuditHead(count=0)
    unsealed = AuditEntry.objects.filter(seq__isnull=True).count()
    wanted = {p.count: p.digest for p in points if p.chain == head.chain}
    sealed, last, reason = _walk(head.count, wanted, on_progress)
    broken = sealed + 1 if reason else None
    if not reason and head.count:
        if not chain.signed(head.signature, head.chain, head.count, head.digest):
            broken, reason = head.count, "head"
        elif head.digest != last:
            broken, reason = head.count, "changed"
    if not reason:
        broken, reason = _beyond(head.count)
    if not reason:
        broken, reason = _against_checkpoints(points, clean, head)
    total = AuditEntry.objects.filter(seq__isnull=False, seq__lte=head.count).count()
    return VerifyResult(not reason, total + unsealed, total, unsealed, broken, reason)


def _walk(
    count: int, wanted: dict[int, str], on_progress: Callable[[int, int], object]
) -> tuple[int, str, str]:
    """(entries found good, digest of the last of them, reason): recompute every digest up to `count`, in order."""
    previous, good = chain.GENESIS, 0
    while good < count:
        on_progress(good, count)
        entries = list(AuditEntry.objects.filter(seq__gt=good, seq__lte=count).order_by("seq")[:CHUNK])
        if not entries:
            return good, previous, "truncated"
        for entry in entries:
            if entry.seq != good + 1:
                return good, previous, "removed"
            digest = chain.entry_digest(previous, content(entry))
            if entry.digest != digest:
                return good, previous, "changed"
            if wanted.get(entry.seq, digest) != digest:
                return good, previous, "checkpoint"
            previous, good = digest, good + 1
    return good, previous, ""


def _beyond(count: int) -> tuple[int | None, str]:
    """Entries that claim a place after the head. The head is read last: sealing moves both together."""
    highest = AuditEntry.objects.aggregate(highest=Max("seq"))["highest"] or 0
    sealed = AuditHead.objects.filter(pk=1).values_list("count", flat=True).first() or 0
    return (sealed + 1, "added") if highest > max(sealed, count) else (None, "")


def _against_checkpoints(
    points: list[checkpoint.Checkpoint], clean: bool, head: AuditHead
) -> tuple[int | None, str]:
    for point in points:
        if point.chain != head.chain:
            return 1, "checkpoint"
        if point.count > head.count:
            return head.count + 1, "truncated"
    return (None, "") if clean else (None, "checkpoint_file")
