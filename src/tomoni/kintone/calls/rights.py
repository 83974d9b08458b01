"""Rights on apps, records and fields: app/acl.json, record/acl.json, field/acl.json.

Unlike other settings, these may be changed without preview: then they are in use at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from tomoni.kintone.call import Ask, both, call, truth
from tomoni.kintone.definition import Definition, answered, opened, save, to_change
from tomoni.kintone.entities import CREATOR, Codes, from_entity, to_entity
from tomoni.kintone.errors import wrong
from tomoni.records import facade
from tomoni.records.schema.spec import AppSpec, FieldGrant, FieldRightSpec, RecordRightSpec, RightSpec

APP_VERBS = {
    "appEditable": "manage",
    "recordViewable": "view",
    "recordAddable": "add",
    "recordEditable": "edit",
    "recordDeletable": "delete",
    "recordImportable": "import",
    "recordExportable": "export",
}
RECORD_VERBS = {"viewable": "view", "editable": "edit", "deletable": "delete"}
ACCESS = {"READ": "view", "WRITE": "edit", "NONE": "none"}
MOST = 1_000


def _managed(ask: Ask) -> Definition:
    ask.app("manage")
    return opened(ask)


def _kept(ask: Ask, found: Definition, spec: AppSpec, part: str) -> dict[str, Any]:
    """Save; where settings in use changed at once, a draft that waits takes the change over."""
    waiting = None if ask.preview else facade.draft(actor=found.actor, app=found.schema.code)
    revision = save(found, spec)
    if waiting is not None and waiting.revision:
        changed = replace(waiting.spec, **{part: getattr(spec, part)})
        facade.save_draft(actor=found.actor, app=found.schema.code, spec=changed)
    return answered(revision)


def _rows(value: Any, place: str) -> list[Mapping[str, Any]]:
    if not isinstance(value, list) or len(value) > MOST:
        raise wrong(place, _("配列で指定してください。"))
    for number, item in enumerate(value):
        if not isinstance(item, Mapping):
            raise wrong(f"{place}[{number}]", _("オブジェクトで指定してください。"))
    return value


def _verbs(item: Mapping[str, Any], names: Mapping[str, str], place: str) -> tuple[Any, ...]:
    return tuple(
        ours for theirs, ours in names.items() if truth(item.get(theirs, False), f"{place}.{theirs}")
    )


@call("GET", *both("app/acl"))
def get_app_acl(ask: Ask) -> dict[str, Any]:
    """Who may do what in the app."""
    found, codes = _managed(ask), Codes()
    rights = []
    for right in found.spec.rights:
        entity, subs = to_entity(right.who, codes)
        if entity == {"type": "FIELD_ENTITY", "code": CREATOR}:
            entity = {"type": "CREATOR", "code": None}
        held = {theirs: ours in right.verbs for theirs, ours in APP_VERBS.items()}
        rights.append({"entity": entity, "includeSubs": subs, **held})
    return {"rights": rights, "revision": str(found.revision)}


@call("PUT", *both("app/acl"))
def update_app_acl(ask: Ask) -> dict[str, Any]:
    """Replace the rights on the app."""
    found = to_change(ask)
    rights = tuple(
        RightSpec(from_entity(item, f"rights[{n}]"), _verbs(item, APP_VERBS, f"rights[{n}]"))
        for n, item in enumerate(_rows(ask.params.get("rights"), "rights"))
    )
    return _kept(ask, found, replace(found.spec, rights=rights), "rights")


@call("GET", *both("record/acl"))
def get_record_acl(ask: Ask) -> dict[str, Any]:
    """The rules on records, in the order in which they are tried."""
    found, codes = _managed(ask), Codes()
    rights = []
    for rule in found.spec.record_rights:
        entities = []
        for grant in rule.grants:
            entity, subs = to_entity(grant.who, codes)
            held = {theirs: ours in grant.verbs for theirs, ours in RECORD_VERBS.items()}
            entities.append({"entity": entity, **held, "includeSubs": subs})
        rights.append({"filterCond": rule.query, "entities": entities})
    return {"rights": rights, "revision": str(found.revision)}


@call("PUT", *both("record/acl"))
def update_record_acl(ask: Ask) -> dict[str, Any]:
    """Replace the rules on records."""
    found = to_change(ask)
    rules = []
    for number, item in enumerate(_rows(ask.params.get("rights"), "rights")):
        place = f"rights[{number}].entities"
        grants = tuple(
            RightSpec(from_entity(e, f"{place}[{n}]"), _verbs(e, RECORD_VERBS, f"{place}[{n}]"))
            for n, e in enumerate(_rows(item.get("entities") or [], place))
        )
        rules.append(RecordRightSpec(str(item.get("filterCond") or ""), grants))
    return _kept(ask, found, replace(found.spec, record_rights=tuple(rules)), "record_rights")


@call("GET", *both("field/acl"))
def get_field_acl(ask: Ask) -> dict[str, Any]:
    """The rules on fields."""
    found, codes = _managed(ask), Codes()
    words = {ours: theirs for theirs, ours in ACCESS.items()}
    rights = []
    for rule in found.spec.field_rights:
        entities = []
        for grant in rule.grants:
            entity, subs = to_entity(grant.who, codes)
            entities.append({"accessibility": words[grant.access], "entity": entity, "includeSubs": subs})
        rights.append({"code": rule.code, "entities": entities})
    return {"rights": rights, "revision": str(found.revision)}


@call("PUT", *both("field/acl"))
def update_field_acl(ask: Ask) -> dict[str, Any]:
    """Replace the rules on fields."""
    found = to_change(ask)
    rules = []
    for number, item in enumerate(_rows(ask.params.get("rights"), "rights")):
        place = f"rights[{number}]"
        code = item.get("code")
        if not isinstance(code, str) or not code:
            raise wrong(f"{place}.code", _("必須です。"))
        grants = []
        for n, entity in enumerate(_rows(item.get("entities") or [], f"{place}.entities")):
            access: Any = ACCESS.get(str(entity.get("accessibility")))
            if access is None:
                raise wrong(
                    f"{place}.entities[{n}].accessibility",
                    _("READ、WRITE、NONE のどれかを指定してください。"),
                )
            grants.append(FieldGrant(from_entity(entity, f"{place}.entities[{n}]"), access))
        rules.append(FieldRightSpec(code, tuple(grants)))
    return _kept(ask, found, replace(found.spec, field_rights=tuple(rules)), "field_rights")
