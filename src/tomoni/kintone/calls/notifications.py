"""Notices of an app: app/notifications/general.json, perRecord.json, reminder.json."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from tomoni.kintone.call import Ask, both, call, truth, whole
from tomoni.kintone.definition import Definition, answered, opened, save, to_change, with_extras
from tomoni.kintone.entities import Codes, from_entity, to_entity
from tomoni.kintone.errors import wrong
from tomoni.records.schema.spec import NoticeSpec

EVENTS = {
    "recordAdded": "created",
    "recordEdited": "updated",
    "commentAdded": "comment",
    "statusChanged": "status",
    "fileImported": "import",
}
TIMEZONE = "Asia/Tokyo"
MOST = 200


def _of(found: Definition, kind: str) -> list[NoticeSpec]:
    return [n for n in found.spec.notices if n.kind == kind]


def _replaced(
    ask: Ask, kind: str, made: list[NoticeSpec], found: Definition, **extras: Any
) -> dict[str, Any]:
    others = [n for n in found.spec.notices if n.kind != kind]
    spec = replace(found.spec, notices=(*others, *made))
    return answered(save(found, with_extras(spec, **extras) if extras else spec))


def _given(ask: Ask) -> list[tuple[str, Mapping[str, Any]]]:
    items = ask.params.get("notifications")
    if not isinstance(items, list) or len(items) > MOST:
        raise wrong("notifications", _("配列で指定してください。"))
    found = []
    for number, item in enumerate(items):
        if not isinstance(item, Mapping):
            raise wrong(f"notifications[{number}]", _("オブジェクトで指定してください。"))
        found.append((f"notifications[{number}]", item))
    return found


def _who(item: Mapping[str, Any], place: str) -> tuple[str, ...]:
    targets = item.get("targets")
    if not isinstance(targets, list) or not targets:
        raise wrong(f"{place}.targets", _("必須です。"))
    return tuple(from_entity(t, f"{place}.targets[{n}]") for n, t in enumerate(targets))


def _targets(notice: NoticeSpec, codes: Codes) -> list[dict[str, Any]]:
    made = [to_entity(who, codes) for who in notice.who]
    return [{"entity": entity, "includeSubs": subs} for entity, subs in made]


@call("GET", *both("app/notifications/general"))
def get_general(ask: Ask) -> dict[str, Any]:
    """Who is told of which kind of event."""
    found, codes = opened(ask), Codes()
    listed = []
    for notice in _of(found, "general"):
        for target in _targets(notice, codes):
            listed.append(target | {theirs: ours in notice.events for theirs, ours in EVENTS.items()})
    commenter = bool(found.extras.get("notify_commenter", True))
    return {"notifications": listed, "notifyToCommenter": commenter, "revision": str(found.revision)}


@call("PUT", "preview/app/notifications/general")
def update_general(ask: Ask) -> dict[str, Any]:
    """Replace them."""
    found = to_change(ask)
    made = []
    for place, item in _given(ask):
        events = tuple(
            ours for theirs, ours in EVENTS.items() if truth(item.get(theirs, False), f"{place}.{theirs}")
        )
        made.append(NoticeSpec("general", (from_entity(item, place),), events=events))
    commenter = ask.flag("notifyToCommenter", True)
    return _replaced(ask, "general", made, found, notify_commenter=None if commenter else False)


@call("GET", *both("app/notifications/perRecord"))
def get_per_record(ask: Ask) -> dict[str, Any]:
    """Who is told when a record fulfils a condition."""
    found, codes = opened(ask), Codes()
    listed = [
        {"filterCond": n.query, "title": n.title, "targets": _targets(n, codes)} for n in _of(found, "record")
    ]
    return {"notifications": listed, "revision": str(found.revision)}


@call("PUT", "preview/app/notifications/perRecord")
def update_per_record(ask: Ask) -> dict[str, Any]:
    """Replace them."""
    found = to_change(ask)
    made = [
        NoticeSpec(
            "record",
            _who(item, place),
            title=str(item.get("title") or ""),
            query=str(item.get("filterCond") or ""),
        )
        for place, item in _given(ask)
    ]
    return _replaced(ask, "record", made, found)


@call("GET", *both("app/notifications/reminder"))
def get_reminder(ask: Ask) -> dict[str, Any]:
    """Who is reminded when, relative to a date of the record."""
    found, codes = opened(ask), Codes()
    listed = []
    for notice in _of(found, "reminder"):
        timing = {"code": notice.field, "daysLater": str(notice.days)}
        timing |= {"time": notice.time} if notice.hours is None else {"hoursLater": str(notice.hours)}
        listed.append(
            {
                "timing": timing,
                "filterCond": notice.query,
                "title": notice.title,
                "targets": _targets(notice, codes),
            }
        )
    return {"notifications": listed, "timezone": TIMEZONE, "revision": str(found.revision)}


@call("PUT", "preview/app/notifications/reminder")
def update_reminder(ask: Ask) -> dict[str, Any]:
    """Replace them. The time zone is always Asia/Tokyo."""
    found = to_change(ask)
    if ask.text("timezone", TIMEZONE) not in (TIMEZONE, "Japan", "Etc/GMT-9"):
        raise wrong("timezone", _("Asia/Tokyo だけが使えます。"))
    made = []
    for place, item in _given(ask):
        timing = item.get("timing")
        if not isinstance(timing, Mapping) or not isinstance(timing.get("code"), str):
            raise wrong(f"{place}.timing.code", _("必須です。"))
        hours = timing.get("hoursLater")
        made.append(
            NoticeSpec(
                "reminder",
                _who(item, place),
                title=str(item.get("title") or ""),
                query=str(item.get("filterCond") or ""),
                field=timing["code"],
                days=whole(timing.get("daysLater", 0), f"{place}.timing.daysLater", -3650, 3650),
                hours=None
                if hours in (None, "")
                else whole(hours, f"{place}.timing.hoursLater", -10_000, 10_000),
                time=str(timing.get("time") or "09:00"),
            )
        )
    return _replaced(ask, "reminder", made, found)
