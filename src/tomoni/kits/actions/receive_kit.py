"""Take in a kit file from another town, or take it away again. Nothing in it is executed."""

from __future__ import annotations

import hashlib

from django.utils.translation import gettext as _

from tomoni.core import audit, clock
from tomoni.core.actions import action
from tomoni.core.actor import Actor
from tomoni.core.errors import Conflict, NotFound
from tomoni.kits import library
from tomoni.kits.format.codec import load
from tomoni.kits.models import UploadedKit


@action("kits.receive", right="kits.install")
def receive_kit(*, actor: Actor, source: bytes) -> UploadedKit:
    """Check a file and keep it. Raises `KitInvalid` with the faults, `Conflict` when this version exists with other content."""
    kit = load(source)
    text = source.decode("utf-8-sig")
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    held = UploadedKit.objects.filter(code=kit.code, version=kit.version, removed_at=None).first()
    if held is not None and held.sha256 == sha256:
        return held
    known = {(e.kit.code, e.kit.version) for e in library.entries()}
    if held is not None or (kit.code, kit.version) in known:
        raise Conflict(
            _(
                "「%(name)s」%(version)s版はもうあります。中身がちがうときは、版の番号を変えてもらってください。"
            )
            % {"name": kit.name, "version": kit.version}
        )
    row = UploadedKit.objects.create(
        code=kit.code, version=kit.version, text=text, sha256=sha256, at=clock.now(), by_id=actor.id
    )
    audit.record(
        actor=actor,
        verb="kits.receive",
        target=f"kit:{kit.code}",
        fields={"version": kit.version, "sha256": sha256},
    )
    return row


@action("kits.remove", right="kits.install")
def remove_kit(*, actor: Actor, uploaded: int) -> None:
    """Take a received kit out of the gallery; apps made from it stay."""
    row = UploadedKit.objects.select_for_update().filter(pk=uploaded, removed_at=None).first()
    if row is None:
        raise NotFound
    row.removed_at = clock.now()
    row.save(update_fields=["removed_at"])
    audit.record(actor=actor, verb="kits.remove", target=f"kit:{row.code}", fields={"version": row.version})
