"""Writing records: what single calls, calls for many and bulkRequest share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from tomoni.core import clock
from tomoni.core.actor import Actor
from tomoni.core.clock import TOKYO
from tomoni.core.errors import NotFound
from tomoni.kintone.call import Ask, whole
from tomoni.kintone.errors import KintoneError, within, wrong
from tomoni.kintone.types import extras_of, kintone_type
from tomoni.kintone.values import raw_values
from tomoni.records import facade
from tomoni.records.facade import AppSchema, Record

KEYS = frozenset({"SINGLE_LINE_TEXT", "NUMBER", "LINK", "DATE", "DATETIME"})


@dataclass(frozen=True, slots=True)
class Target:
    """A record that a write names: by number, or by the value of a unique field. `record` None: it is not there."""

    record: int | None
    given: str
    key: dict[str, Any]


def filled(app: AppSchema, actor: Actor, values: dict[str, Any]) -> dict[str, Any]:
    """New values with the defaults that are the moment or the person itself (defaultNowValue, LOGINUSER())."""
    extras = extras_of(app.settings)
    now = clock.now()
    for spec in app.fields:
        said = extras.get(spec.code)
        if not said or spec.code in values:
            continue
        if said.get("defaultNowValue") in (True, "true"):
            local = now.astimezone(TOKYO)
            kind = kintone_type(spec, said)
            forms = {"DATE": local.date().isoformat(), "TIME": local.strftime("%H:%M")}
            values[spec.code] = forms.get(kind, now.replace(second=0, microsecond=0).isoformat())
        elif any(
            isinstance(d, Mapping) and d.get("type") == "FUNCTION" for d in said.get("defaultValue") or ()
        ):
            own = actor.id if spec.type == "user" else actor.home_department
            if own is not None:
                values[spec.code] = [own]
    return values


def create(
    actor: Actor, app: AppSchema, record: Any, place: str, key: dict[str, Any] | None = None
) -> Record:
    """One new record."""
    values = {**filled(app, actor, raw_values(app, record, place, new=True)), **(key or {})}
    with within(place):
        return facade.create_record(actor=actor, app=app.code, values=values, source="api")


def update(
    actor: Actor, app: AppSchema, number: int, record: Any, revision: int | None, place: str
) -> Record:
    """One change."""
    values = raw_values(app, record, place, new=False)
    with within(place, number):
        return facade.update_record(
            actor=actor, app=app.code, record=number, values=values, revision=revision
        )


def target(ask: Ask, actor: Actor, app: AppSchema, item: Mapping[str, Any], place: str = "") -> Target:
    """The record that `id` or `updateKey` names."""
    dot = f"{place}." if place else ""
    given, key = item.get("id"), item.get("updateKey")
    if given not in (None, ""):
        return Target(_there(actor, app, whole(given, f"{dot}id", 1)), str(given), {})
    if key is None:
        raise wrong(f"{dot}id", _("id か updateKey を指定してください。"))
    if not isinstance(key, Mapping) or not isinstance(key.get("field"), str):
        raise wrong(f"{dot}updateKey.field", _("必須です。"))
    value = key.get("value")
    if value is None or isinstance(value, bool) or not isinstance(value, str | int | float) or value == "":
        raise wrong(f"{dot}updateKey.value", _("必須です。"))
    code = str(key["field"])
    spec = app.by_code.get(code)
    if spec is None or spec.table:
        raise KintoneError("GAIA_FC01", 400, id=code)
    kind = kintone_type(spec)
    if kind == "RECORD_NUMBER":
        digits = str(value).rpartition("-")[2]
        return Target(_there(actor, app, whole(digits, f"{dot}updateKey.value", 1)), str(value), {})
    if kind not in KEYS or not spec.unique:
        raise wrong(
            f"{dot}updateKey.field", _("「値の重複を禁止する」を選んだフィールドを指定してください。")
        )
    found = facade.find(
        actor=actor, app=app.code, query=f"{code} = {quoted(str(value))}", limit=1, fields=[], count=False
    )
    number = found.records[0].id if found.records else None
    return Target(number, str(value), {code: value})


def quoted(text: str) -> str:
    """A text as a query writes it."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _there(actor: Actor, app: AppSchema, number: int) -> int | None:
    """The number if the caller may see a record with it."""
    try:
        return facade.get(actor=actor, app=app.code, record=number).id
    except NotFound:
        return None


def missing(found: Target) -> KintoneError:
    """The error for a record that is not there."""
    return KintoneError("GAIA_RE20" if found.key else "GAIA_RE01", 404, id=found.given)
