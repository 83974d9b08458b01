"""Take in a file for a file field, before the record itself is saved (添付の受け取り)."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from tomoni.core import files
from tomoni.core.actions import action
from tomoni.core.actor import Actor
from tomoni.core.errors import Forbidden, Invalid
from tomoni.core.models import StoredFile
from tomoni.records import rights
from tomoni.records.schema import cache

# What field settings may say besides the kinds of the core.
_WIDER = {"office": {"sheet", "document", "slides"}, "csv": {"text"}, "xlsx": {"sheet"}, "zip": {"archive"}}


@action("records.store_upload")
def store_upload(*, actor: Actor, app: str, field: str, upload: Any, name: str) -> StoredFile:
    """Store an upload for a field of an app. Needs `add` or `edit`; raises `Invalid` or `TooLarge` in words."""
    schema = cache.snapshot(app)
    held = rights.granted(actor, schema)
    if not (held.may("add") or held.may("edit")):
        raise Forbidden("app.add")
    spec = schema.field(field)
    if spec.type != "file":
        raise Invalid({field: [_("この項目にファイルは付けられません。")]})
    named = set(spec.options.get("kinds") or ())
    kinds = None if not named or "any" in named else named.union(*(_WIDER.get(k, set()) for k in named))
    return files.store(upload, name=name, actor=actor, kinds=kinds)
