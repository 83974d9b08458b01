"""保存年限: until when records stay, counted from 1 April after the fiscal year of their completion."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from tomoni.core import calendar, clock
from tomoni.records.ddl import names
from tomoni.records.ddl.tables import tables
from tomoni.records.keeping.holds import held
from tomoni.records.models import StateLog
from tomoni.records.schema.snapshot import AppSchema

SYSTEM = {"created_at": "created_at", "updated_at": "updated_at"}
ENDS = ("done", "stop")
BATCH = 2000


@dataclass(frozen=True, slots=True)
class Due:
    """What may be disposed of today: by fiscal year of completion, with what is held back."""

    years: tuple[tuple[int, int], ...]
    records: tuple[int, ...]
    held: tuple[int, ...]
    cutoff: date


def stays_until(completed: date, years: int) -> date:
    """The first day on which a record may go: `years` after 1 April that follows the fiscal year of completion."""
    return date(calendar.fiscal_year(completed) + 1 + years, 4, 1)


def cutoff(years: int, today: date | None = None) -> date:
    """Records completed before this day may go today."""
    return date(calendar.fiscal_year(today or clock.today()) - years, 4, 1)


def end_states(schema: AppSchema) -> list[str]:
    """The states in which a record counts as completed."""
    return [s.name for s in schema.states if s.kind in ENDS]


def countable(schema: AppSchema) -> bool:
    """Whether it is known when a record of this app is completed."""
    return bool(schema.retention.completed or end_states(schema))


def completed(schema: AppSchema, records: Iterable[int] | None = None) -> Iterator[tuple[int, date]]:
    """(record, day of completion) of the records that are completed, those in the trash too."""
    rows: Any = tables(schema).record._default_manager.order_by("pk")
    if records is not None:
        rows = rows.filter(pk__in=list(records))
    if schema.retention.completed:
        field = schema.field(schema.retention.completed)
        column = SYSTEM.get(field.type) or names.column(field.id or 0)
        for pk, value in rows.filter(**{f"{column}__isnull": False}).values_list("pk", column).iterator():
            yield pk, _day(value)
        return
    states = end_states(schema)
    numbers = rows.filter(status__in=states).values_list("pk", flat=True)
    batch: list[int] = []
    for pk in numbers.iterator():
        batch.append(pk)
        if len(batch) == BATCH:
            yield from _entered(schema, states, batch)
            batch = []
    yield from _entered(schema, states, batch)


def _entered(schema: AppSchema, states: Sequence[str], batch: Sequence[int]) -> Iterator[tuple[int, date]]:
    """When records came to an end in which they stayed: a restored record does not begin anew."""
    if not batch:
        return
    since: dict[int, datetime | None] = dict.fromkeys(batch)
    log = StateLog.objects.filter(app_id=schema.id, record__in=batch).order_by("entered_at", "pk")
    for record, state, at in log.values_list("record", "state", "entered_at"):
        since[record] = (since[record] or at) if state in states else None
    yield from ((record, _day(at)) for record, at in since.items() if at is not None)


def _day(value: Any) -> date:
    return value.astimezone(clock.TOKYO).date() if isinstance(value, datetime) else value


def due(schema: AppSchema, records: Iterable[int] | None = None) -> Due:
    """What may be disposed of today, all or among the given records."""
    years = schema.retention.years
    if years is None or not countable(schema):
        return Due((), (), (), clock.today())
    limit, held_back = cutoff(years), held(schema.id)
    counted: Counter[int] = Counter()
    free: list[int] = []
    kept: list[int] = []
    for record, day in completed(schema, records):
        if day >= limit:
            continue
        if record in held_back:
            kept.append(record)
            continue
        free.append(record)
        counted[calendar.fiscal_year(day)] += 1
    return Due(tuple(sorted(counted.items())), tuple(free), tuple(kept), limit)


def of_year(schema: AppSchema, year: int) -> list[int]:
    """The records due today that were completed in one fiscal year."""
    free = set(due(schema).records)
    return [r for r, day in completed(schema, free) if calendar.fiscal_year(day) == year] if free else []
