"""A mark in a person's chain: a page opened, input seen, a page left."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Literal

from django.db.models import F

from tomoni.core import clock
from tomoni.core.actions import action
from tomoni.core.actor import Actor
from tomoni.engines.effect import Event, advance
from tomoni.engines.effect import Presence as Chain
from tomoni.records.worktime.access import Place, editable_place
from tomoni.records.worktime.models import Hand, Presence, Worked
from tomoni.records.worktime.pseudonym import pseudonym

QUIET_SECONDS = 5.0
"""Beats nearer than this to the last mark are answered but change nothing."""


@action("worktime.note_mark")
def note_mark(
    *,
    actor: Actor,
    kind: Literal["start", "beat", "stop", "leave"],
    app: str = "",
    record: int = 0,
    idle: float = 0.0,
) -> int:
    """Take a mark and credit the time since the last one to the record of the last one; returns those seconds.

    The server's clock alone counts. `idle` (seconds since the last input, from the browser) can only shorten.
    Raises `NotFound`/`Forbidden` for a record that the actor may not edit.
    """
    now = clock.now()
    key = pseudonym(actor, clock.today())
    row = Presence.objects.select_for_update(of=("self",)).filter(pseudonym=key).select_related("app").first()
    chain = _chain(row)
    if kind in ("beat", "stop") and _is_known(row, app, record):
        place: Place | None = Place(row.app_id, app, record, row.state)  # type: ignore[union-attr, arg-type]
        if (
            kind == "beat"
            and row is not None
            and (now - row.last_at).total_seconds() < QUIET_SECONDS
            and row.live
        ):
            return 0
    elif kind == "leave":
        place = None
    else:
        place = editable_place(actor=actor, app=app, record=record)
    step = advance(chain, Event(kind, now.timestamp(), place.key if place else None, idle))
    if step.record is not None and row is not None:
        _credit(row, key, round(step.seconds), now)
    _store(key, step.presence, row, place)
    return round(step.seconds)


def _chain(row: Presence | None) -> Chain:
    """The stored standing in the engine's words."""
    if row is None:
        return Chain()
    key = f"{row.app_id}/{row.record}" if row.app_id is not None else None
    return Chain(row.last_at.timestamp(), key, row.live)


def _is_known(row: Presence | None, app: str, record: int) -> bool:
    """Whether this very record is open: its rights were checked when it was opened."""
    return row is not None and row.app is not None and row.app.code == app and row.record == record


def _credit(row: Presence, key: str, seconds: int, now: datetime) -> None:
    """Add seconds to the record's sum of the day."""
    if seconds <= 0 or row.app_id is None or row.record is None:
        return
    day = now.astimezone(clock.TOKYO).date()
    add_seconds("screen", seconds, app_id=row.app_id, record=row.record, state=row.state, day=day)
    Hand.objects.bulk_create(
        [Hand(app_id=row.app_id, state=row.state, day=day, pseudonym=key)], ignore_conflicts=True
    )


def add_seconds(kind: str, seconds: int, **place: Any) -> None:
    """Add seconds to a record's sum of the day; one statement once the day has begun."""
    found = Worked.objects.filter(**place)
    if not found.update(**{kind: F(kind) + seconds}):
        Worked.objects.bulk_create([Worked(**place)], ignore_conflicts=True)
        found.update(**{kind: F(kind) + seconds})


def _store(key: str, chain: Chain, row: Presence | None, place: Place | None) -> None:
    """Write the standing down."""
    if chain.last is None:
        return
    values: dict[str, object] = {"last_at": datetime.fromtimestamp(chain.last, UTC), "live": chain.live}
    if chain.record is None:
        values |= {"app_id": None, "record": None, "state": ""}
    elif place is not None and chain.record == place.key:
        values |= {"app_id": place.app_id, "record": place.record, "state": place.state}
    if row is None:
        Presence.objects.update_or_create(pseudonym=key, defaults=values)
    else:
        Presence.objects.filter(pseudonym=key).update(**values)
