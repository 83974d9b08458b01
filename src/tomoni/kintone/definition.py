"""The settings of an app: those in use, and the draft that clients call preview. All calls about settings end here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from tomoni.core.actor import Actor
from tomoni.kintone.call import Ask, whole
from tomoni.kintone.errors import KintoneError, wrong
from tomoni.records import facade
from tomoni.records.facade import AppSchema
from tomoni.records.schema.snapshot import spec_of
from tomoni.records.schema.spec import AppSpec, FieldSpec

KEY = "kintone"


@dataclass(frozen=True, slots=True)
class Definition:
    """An app's settings as a call works on them. `saves` counts the saves of the draft, 0 for settings in use."""

    actor: Actor
    schema: AppSchema
    spec: AppSpec
    saves: int
    preview: bool

    @property
    def revision(self) -> int:
        """The revision that clients see: it grows with each save and each deployment."""
        return int(self.extras.get("offset", 0)) + self.schema.version + self.saves

    @property
    def extras(self) -> dict[str, Any]:
        """What clients said that our definition has no place for."""
        return dict(self.spec.settings.get(KEY, {}))

    @property
    def fields(self) -> dict[str, FieldSpec]:
        """The fields by code, those of tables too."""
        return {f.code: f for top in self.spec.fields for f in (top, *top.fields)}


def opened(ask: Ask, given: Any = None) -> Definition:
    """The settings that a call is about: preview needs the right to manage the app."""
    actor, schema = ask.app("manage" if ask.preview else "", given=given)
    if not ask.preview:
        return Definition(actor, schema, spec_of(schema), 0, preview=False)
    found = facade.draft(actor=actor, app=schema.code)
    return Definition(actor, schema, found.spec, found.revision, preview=True)


def to_change(ask: Ask) -> Definition:
    """The settings that a call changes; GAIA_CO02 when its `revision` is not the newest."""
    found = opened(ask)
    if not ask.preview:
        ask.app("manage")
        schema = facade.schema(code=found.schema.code)
        found = replace(found, schema=schema, spec=spec_of(schema))
    revision = ask.revision()
    if revision is not None and revision != found.revision:
        raise KintoneError("GAIA_CO02", 409)
    return found


def save(found: Definition, spec: AppSpec) -> int:
    """Keep changed settings: into the draft, or at once where a call is made without preview. The new revision."""
    if found.preview:
        saves = facade.save_draft(
            actor=found.actor, app=found.schema.code, spec=spec, revision=found.saves or None
        )
        return replace(found, spec=spec, saves=saves).revision
    schema = facade.deploy_app(
        actor=found.actor, app=found.schema.code, spec=spec, version=found.schema.version
    )
    return replace(found, schema=schema, spec=spec).revision


def with_extras(spec: AppSpec, **parts: Any) -> AppSpec:
    """The settings with parts of what clients said; None takes a part away."""
    extras = {**spec.settings.get(KEY, {}), **parts}
    extras = {name: part for name, part in extras.items() if part is not None}
    return replace(spec, settings={**spec.settings, KEY: extras})


def deployed(found: Definition) -> AppSpec:
    """The draft as it goes into use: clients see the same revision before and after."""
    offset = int(found.extras.get("offset", 0)) + max(found.saves - 1, 0)
    return with_extras(found.spec, offset=offset or None, prelive=None, renames=None)


def answered(revision: int, **more: Any) -> dict[str, Any]:
    """The answer of a change."""
    return {"revision": str(revision), **more}


def ordered(items: Mapping[str, Any], place: str) -> list[tuple[str, dict[str, Any]]]:
    """Named settings (views, states, reports …) in the order of their `index`."""
    found = []
    for number, (name, item) in enumerate(items.items()):
        if not isinstance(item, Mapping):
            raise wrong(f"{place}[{name}]", _("オブジェクトで指定してください。"))
        index = item.get("index")
        at = whole(index, f"{place}[{name}].index") if index not in (None, "") else number
        found.append((at, number, name, dict(item)))
    return [(name, item) for _at, _number, name, item in sorted(found, key=lambda f: f[:2])]
