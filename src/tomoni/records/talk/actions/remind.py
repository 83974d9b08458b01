"""Reminders relative to a date field (リマインド)."""

from __future__ import annotations

import hashlib
from datetime import datetime, time, timedelta

from django.db import connection
from django.utils.translation import gettext as _

from tomoni.core import clock
from tomoni.core.actions import action
from tomoni.core.actor import Actor
from tomoni.core.errors import Forbidden
from tomoni.records.models import App
from tomoni.records.query import read
from tomoni.records.query.errors import BadQuery
from tomoni.records.query.find import ids
from tomoni.records.schema import cache
from tomoni.records.schema.snapshot import AppSchema
from tomoni.records.schema.spec import NoticeSpec
from tomoni.records.talk import recipients
from tomoni.records.talk.models import Reminded
from tomoni.records.talk.tell import name_of, tell

CATCH_UP = timedelta(hours=24)  # what fell due while nothing ran is made up for this long
KEEP = timedelta(days=90)
MOST = 1_000  # records a rule and turn


@action("talk.remind")
def remind(*, actor: Actor) -> int:
    """Tell of every record whose reminder fell due; each once. Returns how many records. Only the system."""
    if actor.kind != "system":
        raise Forbidden("talk.remind")
    now, sent = clock.local_now(), 0
    rows = App.objects.filter(deleted_at__isnull=True).exclude(notices=[])
    for code in rows.values_list("code", flat=True):
        schema = cache.snapshot(code)
        for notice in schema.notices:
            if notice.kind == "reminder":
                sent += _remind(actor, schema, notice, now)
    Reminded.objects.filter(at__lt=clock.now() - KEEP).delete()
    return sent


def due(notice: NoticeSpec, schema: AppSchema, now: datetime) -> tuple[str, str]:
    """The condition for the records due now, and the name of the moment for the memory of what was sent."""
    field = schema.field(notice.field)
    if notice.hours is not None and field.type != "date":
        until = now - timedelta(hours=notice.hours)
        since = until - CATCH_UP
        # The value itself tells one moment from the next: a date that moved is reminded of again.
        return f'{field.code} > "{_iso(since)}" and {field.code} <= "{_iso(until)}"', ""
    at = time.fromisoformat(notice.time or "09:00")
    day = now.date() if now.time() >= at else now.date() - timedelta(days=1)
    target = day - timedelta(days=notice.days)
    return f'{field.code} = "{target.isoformat()}"', target.isoformat()


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")


def _remind(actor: Actor, schema: AppSchema, notice: NoticeSpec, now: datetime) -> int:
    try:
        where, moment = due(notice, schema, now)
        query = f"({where})" + (f" and ({notice.query})" if notice.query else "")
        found = ids(actor, schema, query)[:MOST]
    except (BadQuery, KeyError, ValueError):
        return 0
    rule = f"{notice.field}|{notice.days}|{notice.hours}|{notice.time}|{notice.query}|{'|'.join(notice.who)}"
    sent = 0
    for number in found:
        record = read.one(schema, number)
        key = hashlib.sha256(f"{rule}|{moment or record.values.get(notice.field)}".encode()).hexdigest()
        if not _first(schema.id, number, key):
            continue
        words = notice.title[:100] or schema.field(notice.field).label
        text = _("%(record)s: %(words)s") % {"record": name_of(schema, record), "words": words}
        tell(recipients.find(schema, notice.who, record), schema, number, text)
        sent += 1
    return sent


def _first(app_id: int, record: int, key: str) -> bool:
    """Whether this reminder was not sent before; notes that it is now."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO record_talk_reminded (app_id, record, key, at) VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING",
            [app_id, record, key, connection.ops.adapt_datetimefield_value(clock.now())],
        )
        return bool(cursor.rowcount)
