"""Writing records: what single calls, calls for many and bulkRequest share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from tomoni.core import clock
from tomoni.core.actor import Actor
from tomoni.core.clock import TOKYO
from tomoni.core.search import fold
from tomoni.kintone.call import Ask, whole
from tomoni.kintone.errors import KintoneError, within, wrong
from tomoni.kintone.types import extras_of, kintone_type
from tomoni.kintone.values import raw_values
from tomoni.records import facade
from tomoni.records.facade import AppSchema, Record

MOST_TEXTS, MOST_LETTERS = 400, 8_000
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


class Finder:
    """Finds the records that writes name by number or by a unique field. Texts are looked up for many at once."""

    def __init__(self, ask: Ask, actor: Actor, app: AppSchema) -> None:
        self.ask, self.actor, self.app = ask, actor, app
        self.known: dict[tuple[str, str], int | None] = {}

    def learn(self, items: list[Any]) -> None:
        """Look up the texts that these writes name, in few queries."""
        wanted: dict[str, dict[str, str]] = {}
        for item in items:
            key = item.get("updateKey") if isinstance(item, Mapping) and not item.get("id") else None
            if not isinstance(key, Mapping) or not isinstance(key.get("value"), str) or not key["value"]:
                continue
            spec = self.app.by_code.get(str(key.get("field")))
            if spec is not None and spec.type == "text" and spec.unique and not spec.table:
                wanted.setdefault(spec.code, {})[fold(key["value"])] = key["value"]
        for code, texts in wanted.items():
            for part in _parts(list(texts.values())):
                self._learn(code, part)

    def _learn(self, code: str, texts: list[str]) -> None:
        query = f"{code} in ({', '.join(map(quoted, texts))})"
        page = facade.find(
            actor=self.actor, app=self.app.code, query=query, limit=MOST_TEXTS, fields=[code], count=False
        )
        self.known.update({(code, fold(text)): None for text in texts})
        self.known.update({(code, fold(r.values[code])): r.id for r in page.records})

    def made(self, found: Target, record: int) -> None:
        """A record was added under the key that named it."""
        for code, value in found.key.items():
            self.known[(code, fold(str(value)))] = record

    def target(self, item: Mapping[str, Any], place: str = "") -> Target:
        """The record that `id` or `updateKey` names. A number is taken as it is: the write says if it is not there."""
        dot = f"{place}." if place else ""
        given, key = item.get("id"), item.get("updateKey")
        if given not in (None, ""):
            return Target(whole(given, f"{dot}id", 1), str(given), {})
        if key is None:
            raise wrong(f"{dot}id", _("id か updateKey を指定してください。"))
        if not isinstance(key, Mapping) or not isinstance(key.get("field"), str):
            raise wrong(f"{dot}updateKey.field", _("必須です。"))
        value = key.get("value")
        if isinstance(value, bool) or not isinstance(value, str | int | float) or value == "":
            raise wrong(f"{dot}updateKey.value", _("必須です。"))
        return self._by_key(str(key["field"]), value, dot)

    def _by_key(self, code: str, value: Any, dot: str) -> Target:
        spec = self.app.by_code.get(code)
        if spec is None or spec.table:
            raise KintoneError("GAIA_FC01", 400, id=code)
        kind = kintone_type(spec)
        if kind == "RECORD_NUMBER":
            prefix = str(self.app.settings.get("number_prefix") or "")
            digits = str(value).removeprefix(f"{prefix}-") if prefix else str(value)
            return Target(whole(digits, f"{dot}updateKey.value", 1), str(value), {})
        if kind not in KEYS or not spec.unique:
            raise wrong(
                f"{dot}updateKey.field", _("「値の重複を禁止する」を選んだフィールドを指定してください。")
            )
        place = (code, fold(str(value)))
        if place not in self.known:
            page = facade.find(
                actor=self.actor,
                app=self.app.code,
                query=f"{code} = {quoted(str(value))}",
                limit=1,
                fields=[],
                count=False,
            )
            self.known[place] = page.records[0].id if page.records else None
        return Target(self.known[place], str(value), {code: value})


def _parts(texts: list[str]) -> list[list[str]]:
    """Texts in lots that a query takes: by number and by length."""
    found: list[list[str]] = [[]]
    length = 0
    for text in texts:
        if found[-1] and (len(found[-1]) >= MOST_TEXTS or length + len(text) > MOST_LETTERS):
            found.append([])
            length = 0
        found[-1].append(text)
        length += 2 * len(text) + 4
    return [part for part in found if part]


def quoted(text: str) -> str:
    """A text as a query writes it."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def missing(found: Target) -> KintoneError:
    """The error for a record that is not there."""
    return KintoneError("GAIA_RE20" if found.key else "GAIA_RE01", 404, id=found.given)
