"""Keep files that a resident attaches to a draft, and drop the ones taken away."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.files.storage import default_storage
from django.utils.translation import gettext as _

from tomoni.core import files
from tomoni.core.actions import action
from tomoni.core.actor import Actor
from tomoni.core.errors import Invalid
from tomoni.core.models import StoredFile
from tomoni.procedures import access
from tomoni.procedures.actions.save_answer import save_answer
from tomoni.procedures.models import Draft
from tomoni.records.schema.spec import FieldSpec


@action("procedures.attach_files")
def attach_files(
    *, actor: Actor, draft: Draft, field: FieldSpec, keep: Sequence[int], uploads: Sequence[Any]
) -> Draft:
    """Store the uploads (photos and PDF, up to 10 MB each unless the field says otherwise) behind those kept."""
    ids = [
        *keep,
        *store_uploads(actor=access.applicant(draft.form), field=field, uploads=uploads, already=len(keep)),
    ]
    before = Draft.objects.values_list("answers", flat=True).get(pk=draft.pk).get(field.code) or []
    saved = save_answer(actor=actor, draft=draft, code=field.code, answer=ids)
    forget_files([pk for pk in before if pk not in ids])
    return saved


def store_uploads(*, actor: Actor, field: FieldSpec, uploads: Sequence[Any], already: int = 0) -> list[int]:
    """Store uploads for a field within its limits; returns their ids. Raises `Invalid` under the field's code."""
    most = int(field.options.get("max_count", 5))
    if already + len(uploads) > most:
        raise Invalid({field.code: [_("ファイルは%(count)s個までです。") % {"count": most}]})
    kinds = [k for k in field.options.get("kinds") or access.FILE_KINDS if k != "any"] or None
    try:
        return [
            files.store(
                u, name=u.name or "file", actor=actor, kinds=kinds, max_bytes=access.MAX_FILE_BYTES
            ).pk
            for u in uploads
        ]
    except Invalid as error:
        raise Invalid({field.code: [m for ms in error.errors.values() for m in ms]}) from None


def forget_files(ids: Sequence[int]) -> None:
    """Delete stored files that only a draft held; the content goes when nobody else has the same."""
    for stored in StoredFile.objects.filter(pk__in=ids):
        path, sha256 = stored.path, stored.sha256
        stored.delete()
        if not StoredFile.objects.filter(sha256=sha256).exists():
            default_storage.delete(path)
