"""Keep the files that staff attach when they enter a submission."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tomoni.core.actions import action
from tomoni.core.actor import Actor
from tomoni.core.errors import Forbidden
from tomoni.procedures.actions.attach_files import store_uploads
from tomoni.records.schema.spec import FieldSpec


@action("procedures.store_for_entry")
def store_for_entry(*, actor: Actor, field: FieldSpec, uploads: Sequence[Any]) -> list[int]:
    """Store uploads of one field; returns their ids."""
    if not actor.is_staff:
        raise Forbidden("submissions.enter")
    return store_uploads(actor=actor, field=field, uploads=uploads)
