"""Settings that clients keep with an app and that Tomoni does not act on: actions, customisation, notes, plug-ins."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from tomoni.kintone.call import Ask, both, call, whole
from tomoni.kintone.calls.settings import file_json, file_kept
from tomoni.kintone.definition import answered, opened, ordered, save, to_change, with_extras
from tomoni.kintone.errors import KintoneError, wrong
from tomoni.records import facade

DEVICES = ("desktop", "mobile")
EMPTY_CUSTOMIZE: dict[str, Any] = {
    "scope": "ALL", "desktop": {"js": [], "css": []}, "mobile": {"js": [], "css": []},
}  # fmt: skip


@call("GET", *both("app/actions"))
def get_actions(ask: Ask) -> dict[str, Any]:
    """Actions that copy a record into another app, by name."""
    found = opened(ask)
    return {"actions": found.extras.get("actions") or {}, "revision": str(found.revision)}


@call("PUT", "preview/app/actions")
def update_actions(ask: Ask) -> dict[str, Any]:
    """Replace them; they are kept and shown to clients, and run by nobody."""
    found = to_change(ask)
    former = found.extras.get("actions") or {}
    following = max([int(a["id"]) for a in former.values()] or [0])
    made: dict[str, Any] = {}
    ids: dict[str, Any] = {}
    for index, (name, item) in enumerate(ordered(ask.mapping("actions"), "actions")):
        new, old = str(item.get("name") or name), former.get(name, {})
        number = int(old.get("id") or 0)
        if not number:
            following += 1
            number = following
        made[new] = {
            "name": new,
            "id": str(number),
            "index": str(index),
            "destApp": _destination(ask, item, old, f"actions[{name}].destApp"),
            "mappings": item.get("mappings", old.get("mappings", [])),
            "entities": item.get("entities", old.get("entities", [{"type": "GROUP", "code": "everyone"}])),
            "filterCond": str(item.get("filterCond", old.get("filterCond", "")) or ""),
        }
        ids[new] = {"id": str(number)}
    return answered(save(found, with_extras(found.spec, actions=made or None)), actions=ids)


def _destination(ask: Ask, item: Mapping[str, Any], old: Mapping[str, Any], place: str) -> dict[str, str]:
    given = item.get("destApp")
    if given is None and old:
        return dict(old["destApp"])
    if not isinstance(given, Mapping):
        raise wrong(place, _("必須です。"))
    if given.get("app") in (None, ""):
        return {"app": "", "code": str(given.get("code") or "")}
    number = whole(given["app"], f"{place}.app", 1)
    code = facade.code_of(app_id=number)
    return {"app": str(number), "code": str(facade.schema(code=code).settings.get("number_prefix") or "")}


@call("GET", *both("app/customize"))
def get_customize(ask: Ask) -> dict[str, Any]:
    """JavaScript and CSS that clients have put with the app."""
    found = opened(ask)
    kept = found.extras.get("customize") or EMPTY_CUSTOMIZE
    shown = {
        d: {k: [file_json(f, found.schema.code) for f in kept[d][k]] for k in ("js", "css")} for d in DEVICES
    }
    return {"scope": kept["scope"], **shown, "revision": str(found.revision)}


@call("PUT", "preview/app/customize")
def update_customize(ask: Ask) -> dict[str, Any]:
    """Keep them. They are never run: pages of Tomoni run no foreign script."""
    found = to_change(ask)
    former = found.extras.get("customize") or EMPTY_CUSTOMIZE
    made: dict[str, Any] = {"scope": ask.text("scope", former["scope"])}
    for device in DEVICES:
        given = ask.mapping(device, required=False)
        made[device] = {
            kind: [
                file_kept(ask, item, f"{device}.{kind}[{n}]")
                for n, item in enumerate(given[kind] or ())
                if isinstance(item, Mapping)
            ]
            if kind in given
            else former[device][kind]
            for kind in ("js", "css")
        }
    return answered(save(found, with_extras(found.spec, customize=made)))


@call("GET", *both("app/adminNotes"))
def get_notes(ask: Ask) -> dict[str, Any]:
    """The notes of those who manage the app."""
    ask.app("manage")
    found = opened(ask)
    kept = found.extras.get("notes") or {}
    return {
        "content": kept.get("content", ""),
        "includeInTemplateAndDuplicates": kept.get("includeInTemplateAndDuplicates", False),
        "revision": str(found.revision),
    }


@call("PUT", "preview/app/adminNotes")
def update_notes(ask: Ask) -> dict[str, Any]:
    """Change them."""
    found = to_change(ask)
    kept = dict(found.extras.get("notes") or {})
    if "content" in ask.params:
        kept["content"] = ask.text("content", "", most=10_000)
    if "includeInTemplateAndDuplicates" in ask.params:
        kept["includeInTemplateAndDuplicates"] = ask.flag("includeInTemplateAndDuplicates")
    return answered(save(found, with_extras(found.spec, notes=kept)))


@call("GET", *both("app/plugins"))
def get_plugins(ask: Ask) -> dict[str, Any]:
    """No app has plug-ins."""
    found = opened(ask)
    return {"plugins": [], "revision": str(found.revision)}


@call("POST", "preview/app/plugins")
def add_plugins(ask: Ask) -> dict[str, Any]:
    """Plug-ins are foreign script: there are none."""
    to_change(ask)
    raise KintoneError("GAIA_NS01", 400)
