"""Counts, sums and the like by up to three keys, in SQL with the reader's rights (集計).

The reader's records are an inner SELECT; around it stand the multi-values that are grouped by, and GROUP BY. What comes
back are parts that add up (count, sum, least, greatest), so months become fiscal years and small groups 「その他」 in
Python, exactly.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from datetime import time as time_of_day
from decimal import Decimal
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Case, DateTimeField, F, When
from django.db.models.functions import TruncDay, TruncMonth
from django.utils.translation import gettext as _

from tomoni.core.actor import Actor
from tomoni.core.clock import TOKYO
from tomoni.core.errors import Invalid
from tomoni.records import fieldtypes, rights
from tomoni.records.ddl import names
from tomoni.records.ddl.tables import ASSIGNEES, tables
from tomoni.records.query import sight
from tomoni.records.query.compile import compile_query
from tomoni.records.query.reader import reader
from tomoni.records.schema.snapshot import AppSchema
from tomoni.records.schema.spec import FieldSpec

MOST_GROUPS = 3
MOST_MEASURES = 5
MOST_ROWS = 20_000
PERIODS = ("year", "fiscal", "quarter", "month", "week", "day")
FUNCTIONS = ("count", "sum", "avg", "min", "max")
HALF = 10**9  # sums are taken in two halves, so that no database overflows
UNGROUPED = frozenset(
    {"multiline", "richtext", "file", "location", "table", "reference", "revision", "consent"}
)


@dataclass(frozen=True, slots=True)
class Group:
    """A key to group by; `per` for dates and moments: year, fiscal, quarter, month, week, day."""

    field: FieldSpec
    per: str = ""


@dataclass(frozen=True, slots=True)
class Measure:
    """What is worked out for each group: how many records, or sum, average, least, greatest of a field."""

    fn: str = "count"
    field: FieldSpec | None = None


class Other:
    """The key of 「その他」."""

    def __repr__(self) -> str:
        return "OTHER"


OTHER = Other()


@dataclass(slots=True)
class Part:
    """What is known of one field in one group; parts add up."""

    n: int = 0
    total: int = 0
    least: Any = None
    most: Any = None

    def add(self, other: Part) -> None:
        """Take another group's part in."""
        self.n += other.n
        self.total += other.total
        for name, pick in (("least", min), ("most", max)):
            both = [v for v in (getattr(self, name), getattr(other, name)) if v is not None]
            setattr(self, name, pick(both) if both else None)


@dataclass(slots=True)
class Cell:
    """One group: how many records, and a part for each measure."""

    records: int = 0
    parts: list[Part] = field(default_factory=list)

    def add(self, other: Cell) -> None:
        """Take another group in."""
        self.records += other.records
        for mine, theirs in zip(self.parts, other.parts, strict=True):
            mine.add(theirs)

    def values(self, measures: Sequence[Measure]) -> tuple[Any, ...]:
        """The value of each measure; None where there is nothing to work it out from."""
        return tuple(_value(self, part, m) for part, m in zip(self.parts, measures, strict=True))


Cells = dict[tuple[Any, ...], Cell]


def groupable(spec: FieldSpec) -> bool:
    """Whether records can be grouped by the field."""
    return not spec.table and spec.type not in UNGROUPED


def periods(spec: FieldSpec) -> tuple[str, ...]:
    """The periods a key of this field can be grouped per; none when it is no date."""
    return (
        PERIODS if fieldtypes.get(spec.type).kind in ("date", "datetime") and spec.type not in TIMES else ()
    )


TIMES = frozenset({"time", "calc_time"})


def measurable(spec: FieldSpec, fn: str) -> bool:
    """Whether the function works on the field."""
    kind = fieldtypes.get(spec.type)
    return not spec.table and fn in kind.aggregates and kind.storage == "columns"


def aggregate(
    actor: Actor, schema: AppSchema, query: str, groups: Sequence[Group], measures: Sequence[Measure]
) -> Cells:
    """The groups by their keys (None: empty), over the records the actor may see. One query.

    A record with several values of a multi-value counts in the group of each. Raises `Invalid` for what cannot be
    grouped or worked out, and when there are too many groups.
    """
    _check(groups, measures)
    held = rights.require(actor, schema, "view")
    schema = sight.seen(actor, schema)
    asks = [*(g.field for g in groups), *(m.field for m in measures if m.field is not None)]
    if any(spec.code not in schema.by_code for spec in asks):
        raise Invalid(_("この項目はありません。"))
    asked = compile_query(query, schema, actor)
    rows = tables(schema).record._default_manager.filter(
        reader(actor, schema, held), asked.where, deleted_at__isnull=True
    )
    keys = [_key(schema, n, g) for n, g in enumerate(groups)]
    found: Cells = {}
    for row in _run(schema, rows, keys, measures):
        key = tuple(k.read(v) for k, v in zip(keys, row, strict=False))
        cell = _cell(row[len(keys) :], measures)
        if key in found:
            found[key].add(cell)
        else:
            found[key] = cell
    if not groups and not found:
        found[()] = Cell(0, [Part() for _m in measures])
    return found


def capped(cells: Cells, axis: int, most: int, measures: Sequence[Measure]) -> tuple[Cells, bool]:
    """At most `most` keys on an axis: the smaller ones (by the first measure's weight) become 「その他」."""
    weight: dict[Any, Any] = {}
    for key, cell in cells.items():
        weight[key[axis]] = weight.get(key[axis], 0) + _weight(cell, measures[0])
    if len(weight) <= most:
        return cells, False
    kept = set(sorted(weight, key=lambda k: (-weight[k], str(k)))[: most - 1])
    made: Cells = {}
    for key, cell in cells.items():
        short = key if key[axis] in kept else (*key[:axis], OTHER, *key[axis + 1 :])
        made.setdefault(short, Cell(0, [Part() for _m in measures])).add(cell)
    return made, True


def folded(cells: Cells, axes: Sequence[int], measures: Sequence[Measure]) -> Cells:
    """The cells by some of the keys only. Right only where no key is a multi-value."""
    made: Cells = {}
    for key, cell in cells.items():
        short = tuple(key[a] for a in axes)
        made.setdefault(short, Cell(0, [Part() for _m in measures])).add(cell)
    return made


def linked(spec: FieldSpec) -> bool:
    """Whether a record can lie in several groups of the field."""
    return spec.type == "assignee" or fieldtypes.get(spec.type).storage == "links"


def _check(groups: Sequence[Group], measures: Sequence[Measure]) -> None:
    if len(groups) > MOST_GROUPS or not 0 < len(measures) <= MOST_MEASURES:
        raise Invalid(_("集計は、分け方が3つまで、数えるものが5つまでです。"))
    for group in groups:
        if not groupable(group.field):
            raise Invalid(_("「%(field)s」では分けられません。") % {"field": group.field.label})
        if bool(periods(group.field)) != bool(group.per) or (group.per and group.per not in PERIODS):
            raise Invalid(_("「%(field)s」の区切りを選んでください。") % {"field": group.field.label})
    for measure in measures:
        if measure.fn == "count" and measure.field is None:
            continue
        if measure.field is None or not measurable(measure.field, measure.fn):
            label = measure.field.label if measure.field else ""
            raise Invalid(_("「%(field)s」はこの方法では集計できません。") % {"field": label})


@dataclass(slots=True)
class _Key:
    """A key in SQL: an expression of the inner SELECT, or a join of the link table; and how it is read."""

    inner: Any
    outer: str
    join: str
    read: Callable[[Any], Any]


def _key(schema: AppSchema, n: int, group: Group) -> _Key:
    spec, kind = group.field, fieldtypes.get(group.field.type)
    if linked(spec):
        number = ASSIGNEES if spec.type == "assignee" else spec.id or 0
        column = "text" if kind.kind == "set" else "number"
        shown = getattr(schema, "partial", {}).get(spec.code)
        inner = Case(When(shown, then=F("id"))) if shown is not None else F("id")
        join = (
            f' LEFT JOIN "{names.links(schema.id)}" l{n}'
            f' ON l{n}."record" = b."k{n}" AND l{n}."field" = {int(number)}'
        )
        return _Key(inner, f'l{n}."{column}"', join, lambda v: v)
    inner = _seen(schema, spec, F(_column(spec)))
    read: Callable[[Any], Any] = _plain
    if spec.type in TIMES:
        read = _time
    elif kind.storage == "columns" and kind.kind == "number":
        scale = spec.options.get("scale", 4)
        read = lambda v: None if v is None else Decimal(v).scaleb(-scale).normalize()  # noqa: E731
    elif group.per:
        inner, read = _dated(inner, kind.kind == "datetime", group.per)
    return _Key(inner, f'b."k{n}"', "", read)


def _dated(inner: Any, moment: bool, per: str) -> tuple[Any, Callable[[Any], Any]]:
    fine = per in ("week", "day")
    if moment:
        cut = TruncDay if fine else TruncMonth
        inner = cut(inner, tzinfo=TOKYO, output_field=DateTimeField())
    elif not fine:
        inner = TruncMonth(inner)
    return inner, lambda v: start_of(day, per) if (day := _day(v)) else None


def start_of(day: date, per: str) -> date:
    """The first day of the period that holds the day. Weeks begin on Sunday, fiscal years in April."""
    if per == "week":
        return day - timedelta(days=(day.weekday() + 1) % 7)
    if per == "month":
        return day.replace(day=1)
    if per == "quarter":
        return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
    if per == "year":
        return date(day.year, 1, 1)
    if per == "fiscal":
        return date(day.year - (day.month < 4), 4, 1)
    return day


def end_of(start: date, per: str) -> date:
    """The last day of the period that begins on a day."""
    if per == "week":
        return start + timedelta(days=6)
    months = {"month": 1, "quarter": 3, "year": 12, "fiscal": 12}.get(per, 0)
    if not months:
        return start
    index = start.year * 12 + start.month - 1 + months
    return date(index // 12, index % 12 + 1, 1) - timedelta(days=1)


def _column(spec: FieldSpec) -> str:
    kind = fieldtypes.get(spec.type)
    return kind.column if kind.storage == "system" else names.column(spec.id or 0)


def _seen(schema: AppSchema, spec: FieldSpec, expression: Any) -> Any:
    """Only where the reader sees the field on the record (rights on fields that depend on the record)."""
    shown = getattr(schema, "partial", {}).get(spec.code)
    return expression if shown is None else Case(When(shown, then=expression))


def _run(schema: AppSchema, rows: Any, keys: Sequence[_Key], measures: Sequence[Measure]) -> list[Any]:
    inner = {f"k{n}": key.inner for n, key in enumerate(keys)}
    outer = ["COUNT(*)"]
    for n, measure in enumerate(measures):
        if measure.field is None:
            continue
        inner[f"m{n}"] = _seen(schema, measure.field, F(_column(measure.field)))
        outer += _measured(f'b."m{n}"', measure)
    if not inner:
        inner["k"] = F("id")
    try:
        text, values = rows.order_by().annotate(**inner).values_list(*inner).query.sql_with_params()
    except EmptyResultSet:
        return []
    by = ", ".join(key.outer for key in keys)
    joins = "".join(key.join for key in keys)
    sql = f"SELECT {', '.join([*(k.outer for k in keys), *outer])} FROM ({text}) b{joins}"  # noqa: S608 - own names only
    sql += f" GROUP BY {by} LIMIT {MOST_ROWS + 1}" if by else ""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        found = cursor.fetchall()
    if len(found) > MOST_ROWS:
        raise Invalid(_("分け方が細かすぎて集計できません。絞り込むか、粗い分け方にしてください。"))
    return list(found)


def _measured(column: str, measure: Measure) -> list[str]:
    found = [f"COUNT({column})"]
    if measure.fn in ("sum", "avg"):
        found += [f"SUM({column} / {HALF})", f"SUM({column} %% {HALF})"]
    if measure.fn in ("min", "max"):
        found.append(f"{measure.fn.upper()}({column})")
    return found


def _cell(row: Sequence[Any], measures: Sequence[Measure]) -> Cell:
    cell, at = Cell(int(row[0]), []), 1
    for measure in measures:
        part = Part()
        if measure.field is not None:
            part.n, at = int(row[at]), at + 1
            if measure.fn in ("sum", "avg"):
                part.total, at = int(row[at] or 0) * HALF + int(row[at + 1] or 0), at + 2
            elif measure.fn in ("min", "max"):
                part.least = part.most = _typed(row[at], measure.field)
                at += 1
        cell.parts.append(part)
    return cell


def _typed(value: Any, spec: FieldSpec) -> Any:
    kind = fieldtypes.get(spec.type)
    if value is None or (kind.kind == "number" and spec.type not in TIMES):
        return value
    if spec.type in TIMES:
        return _time(value)
    return _moment(value) if kind.kind == "datetime" else _day(value)


def _value(cell: Cell, part: Part, measure: Measure) -> Any:
    if measure.field is None:
        return cell.records
    if measure.fn == "count":
        return part.n
    if not part.n:
        return None
    scale = measure.field.options.get("scale", 4)
    if measure.fn == "sum":
        return Decimal(part.total).scaleb(-scale)
    if measure.fn == "avg":
        return (Decimal(part.total) / part.n).scaleb(-scale)
    value = part.least if measure.fn == "min" else part.most
    if isinstance(value, int):
        return Decimal(value).scaleb(-scale)
    return value


def _weight(cell: Cell, measure: Measure) -> Any:
    value = _value(cell, cell.parts[0], measure)
    return abs(value) if isinstance(value, int | Decimal) else cell.records


def _plain(value: Any) -> Any:
    return None if value == "" else value


def _day(value: Any) -> date | None:
    """A day out of what the database gives: a date, a moment, or text. Cut moments are in Asia/Tokyo already."""
    if value is None:
        return None
    if isinstance(value, datetime):
        return (value.astimezone(TOKYO) if value.tzinfo else value).date()
    return value if isinstance(value, date) else date.fromisoformat(str(value)[:10])


def _moment(value: Any) -> datetime:
    made = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    return made if made.tzinfo else made.replace(tzinfo=UTC)


def _time(value: Any) -> time_of_day | None:
    return None if value is None else time_of_day(int(value) // 60, int(value) % 60)
