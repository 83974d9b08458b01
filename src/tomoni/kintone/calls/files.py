"""Attachments: file.json."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponseBase
from django.utils.translation import gettext as _

from tomoni.core import files
from tomoni.core.errors import Forbidden, Invalid, NotFound, TooLarge
from tomoni.core.models import StoredFile
from tomoni.kintone import actions, filekeys
from tomoni.kintone.call import Ask, call
from tomoni.kintone.errors import KintoneError, wrong
from tomoni.kintone.filekeys import FileKey
from tomoni.records import facade


@call("POST", "file", atomic=False)
def upload(ask: Ask) -> dict[str, Any]:
    """Keep a file; its key goes into a record's field."""
    if ask.upload is None:
        raise wrong("file", _("必須です。"))
    if ask.caller.by_token and not any(
        {"token:add", "token:edit", "token:manage"} & actor.roles for actor in ask.caller.actors
    ):
        raise KintoneError("GAIA_NO01", 403)
    try:
        stored = actions.keep_upload(
            actor=ask.caller.first, upload=ask.upload, name=ask.upload.name or "file"
        )
    except TooLarge as error:
        raise KintoneError("CB_IL02", 413, message=str(error)) from error
    except Invalid as error:
        raise wrong("file", str(error)) from error
    return {"fileKey": FileKey(stored.pk).written()}


@call("GET", "file", atomic=False)
def download(ask: Ask) -> HttpResponseBase:
    """A file of a record that the caller may see, of an app's settings, or one's own upload."""
    key = filekeys.read(ask.text("fileKey", most=2_000))
    stored = StoredFile.objects.filter(pk=key.file).first()
    if stored is None or not _may(ask, key, stored):
        raise KintoneError("GAIA_BL01", 404)
    return files.download_response(stored)


def _may(ask: Ask, key: FileKey, stored: StoredFile) -> bool:
    if key.kind == "up":
        return stored.created_by in {actor.ref for actor in ask.caller.actors}
    try:
        actor, held = ask.caller.verbs(key.app)
        if key.kind == "set":
            return bool(held)
        record = facade.get(actor=actor, app=key.app, record=key.record)
    except (NotFound, Forbidden):
        return False
    return "view" in held and key.file in _files(record.values.get(key.field))


def _files(value: Any) -> set[int]:
    """The files in a field, in every row if it is a table."""
    found: set[int] = set()
    for item in value or ():
        if isinstance(item, int):
            found.add(item)
        elif isinstance(item, dict):
            for cell in item["values"].values():
                found.update(n for n in cell if isinstance(n, int)) if isinstance(cell, list) else None
    return found
