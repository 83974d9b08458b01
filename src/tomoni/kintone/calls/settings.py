"""General settings of an app: app/settings.json."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from tomoni.kintone import filekeys
from tomoni.kintone.call import Ask, both, call
from tomoni.kintone.definition import answered, opened, save, to_change, with_extras
from tomoni.kintone.errors import KintoneError, invalid
from tomoni.kintone.filekeys import FileKey

# Kept as they were said; Tomoni shows apps in its own way.
WORDS: dict[str, Any] = {
    "icon": {"type": "PRESET", "key": "APP72"},
    "theme": "WHITE",
    "enableThumbnails": True,
    "enableDuplicateRecord": True,
    "enableInlineRecordEditing": True,
    "numberPrecision": {"digits": "16", "decimalPlaces": "4", "roundingMode": "HALF_EVEN"},
    "firstMonthOfFiscalYear": "4",
}
OURS = {"enableComments": "comments", "enableBulkDeletion": "bulk"}
DEFAULTS = {"comments": True, "bulk": False}


@call("GET", *both("app/settings"))
def get_settings(ask: Ask) -> dict[str, Any]:
    """Name, description, title field and switches."""
    found = opened(ask)
    spec, said = found.spec, dict(found.extras.get("settings", {}))
    title = {"selectionMode": "MANUAL" if spec.title_field else "AUTO", "code": spec.title_field}
    switches = {t: bool(spec.settings.get(o, DEFAULTS[o])) for t, o in OURS.items()}
    icon = said.pop("icon", WORDS["icon"])
    return {
        "name": spec.name,
        "description": spec.description,
        **{k: v for k, v in WORDS.items() if k != "icon"},
        **said,
        "icon": file_json(icon, found.schema.code),
        "titleField": title,
        **switches,
        "revision": str(found.revision),
    }


def file_json(kept: Mapping[str, Any], app: str) -> dict[str, Any]:
    """A file of the settings as it is kept, with its key."""
    if kept.get("type") != "FILE":
        return dict(kept)
    stored = kept["file"]
    return {
        "type": "FILE",
        "file": {
            "contentType": stored["contentType"],
            "fileKey": FileKey(stored["id"], "set", app).written(),
            "name": stored["name"],
            "size": stored["size"],
        },
    }


def file_kept(ask: Ask, item: Mapping[str, Any], place: str) -> dict[str, Any]:
    """An uploaded file as settings keep it; only one's own, or one that these settings have."""
    from tomoni.core.models import StoredFile

    if item.get("type") != "FILE":
        return dict(item)
    given = item.get("file")
    key = filekeys.read(given.get("fileKey") if isinstance(given, Mapping) else None)
    stored = StoredFile.objects.filter(pk=key.file).first()
    own = stored is not None and stored.created_by in {actor.ref for actor in ask.caller.actors}
    if stored is None or not (own or key.kind == "set"):
        raise KintoneError("GAIA_BL01", 404)
    kept = {
        "id": stored.pk,
        "contentType": stored.content_type,
        "name": stored.name,
        "size": str(stored.size),
    }
    return {"type": "FILE", "file": kept}


@call("PUT", "preview/app/settings")
def update_settings(ask: Ask) -> dict[str, Any]:
    """Change what is given."""
    found = to_change(ask)
    spec, said = found.spec, dict(found.extras.get("settings", {}))
    if "name" in ask.params:
        spec = replace(spec, name=ask.text("name", most=64))
    if "description" in ask.params:
        spec = replace(spec, description=ask.text("description", "", most=10_000))
    title = ask.mapping("titleField", required=False)
    if title:
        manual = title.get("selectionMode") == "MANUAL"
        if manual and not title.get("code"):
            raise invalid(**{"titleField.code": _("必須です。")})
        spec = replace(spec, title_field=str(title["code"]) if manual else "")
    for theirs, ours in OURS.items():
        if theirs in ask.params:
            spec = replace(spec, settings={**spec.settings, ours: ask.flag(theirs)})
    for name in WORDS:
        if ask.params.get(name) is not None:
            value = ask.params[name]
            said[name] = (
                file_kept(ask, value, "icon") if name == "icon" and isinstance(value, Mapping) else value
            )
    return answered(save(found, with_extras(spec, settings=said or None)))
