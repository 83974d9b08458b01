"""Verification: walks the chain and names the first broken entry."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tomoni.core import clock
from tomoni.core.audit import chain, checkpoint
from tomoni.core.audit.seal import content
from tomoni.core.models import AuditEntry, AuditHead, AuditVerification

REASONS: dict[str, Any] = {
    "": "",
    "changed": _("記録の内容が書き換えられています。"),
    "removed": _("記録が抜けています。"),
    "truncated": _("最後の記録が切り取られています。"),
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


def verify(*, keep: bool = True) -> VerifyResult:
    """Walk the whole chain; `keep` notes the result for the staff page. Reads one consistent state."""
    with transaction.atomic():
        result = _check()
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


def _check() -> VerifyResult:
    head = AuditHead.objects.select_for_update().filter(pk=1).first()
    unsealed = AuditEntry.objects.filter(seq__isnull=True).count()
    points, clean = checkpoint.read()
    wanted = {p.count: p for p in points if head and p.chain == head.chain}
    sealed, last, broken, reason = _walk(wanted)
    count = head.count if head else 0
    if not reason and sealed < count:
        broken, reason = sealed + 1, "truncated"
    elif not reason and sealed > count:
        broken, reason = count + 1, "head"
    if not reason and head and head.count:
        if not chain.signed(head.signature, head.chain, head.count, head.digest):
            broken, reason = head.count, "head"
        elif head.digest != last:
            broken, reason = head.count, "changed"
    if not reason:
        broken, reason = _against_checkpoints(points, clean, head, sealed)
    return VerifyResult(not reason, sealed + unsealed, sealed, unsealed, broken, reason)


def _walk(wanted: dict[int, checkpoint.Checkpoint]) -> tuple[int, str, int | None, str]:
    """(entries seen, last digest, first broken, reason): recompute every digest in order."""
    previous, sealed = chain.GENESIS, 0
    broken, reason = None, ""
    for entry in AuditEntry.objects.filter(seq__isnull=False).order_by("seq").iterator(chunk_size=2000):
        sealed += 1
        if reason:
            continue
        if entry.seq != sealed:
            broken, reason = sealed, "removed"
            continue
        previous = chain.entry_digest(previous, content(entry))
        if entry.digest != previous:
            broken, reason = sealed, "changed"
        elif sealed in wanted and wanted[sealed].digest != previous:
            broken, reason = sealed, "checkpoint"
    return sealed, previous, broken, reason


def _against_checkpoints(
    points: list[checkpoint.Checkpoint], clean: bool, head: AuditHead | None, sealed: int
) -> tuple[int | None, str]:
    for point in points:
        if head is None or point.chain != head.chain:
            return 1, "checkpoint"
        if point.count > sealed:
            return sealed + 1, "truncated"
    return (None, "") if clean else (None, "checkpoint_file")
