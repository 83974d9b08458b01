"""One condition of a query as a `Q`, by the kind of its field.

Empty counts as different from everything: `!=`, `not in` and `not like` are true for an empty field, comparisons
are false. `= ""` means `is empty`.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any

from django.db import connection
from django.db.models import Exists, F, OuterRef, Q, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import StrIndex
from django.db.models.lookups import GreaterThan

from tomoni.core import clock
from tomoni.core.actor import Actor
from tomoni.core.clock import TOKYO
from tomoni.core.models import StoredFile
from tomoni.engines.query import Call, Condition, Instant, QueryError, Span, Text, resolve
from tomoni.people.models import Department, User
from tomoni.records import search
from tomoni.records._core import fold
from tomoni.records.ddl.tables import ASSIGNEES, tables
from tomoni.records.fieldtypes import FieldType, Unclean
from tomoni.records.fieldtypes.user import ids_of
from tomoni.records.schema.snapshot import AppSchema
from tomoni.records.schema.spec import FieldSpec

BIGGEST = 2**63 - 1
ALWAYS = ~Q(pk__in=())
NEVER = Q(pk__in=())
MANY = 4


@dataclass(frozen=True, slots=True)
class Asked:
    """A condition with what it is asked of, and by whom."""

    node: Condition
    schema: AppSchema
    field: FieldSpec
    kind: FieldType
    actor: Actor
    column: str
    link: Any = (
        None  # of a column of a table (テーブル): the multi-values of its rows; None: the record's own
    )

    @property
    def operator(self) -> str:
        """The operator."""
        return self.node.operator

    def problem(self, reason: Any = "") -> QueryError:
        """The error that a value cannot be compared."""
        return QueryError("value", self.node.line, self.node.column, field=self.node.field, reason=reason)

    def text(self, operand: Any) -> str:
        """An operand that must be a text or a number."""
        if isinstance(operand, Call):
            raise self.problem()
        return operand.value if isinstance(operand, Text) else operand.text

    def literal(self, operand: Any) -> Any:
        """The operand as the field's type compares it. A record's number may be given as it is shown (`ABC-12`)."""
        text = self.text(operand)
        if self.field.type == "record_number" and (prefix := self.schema.settings.get("number_prefix")):
            text = text.strip().removeprefix(f"{prefix}-")
        try:
            return self.kind.literal(text, self.field)
        except Unclean as error:
            raise self.problem(error.messages[0]) from None


def build(asked: Asked) -> Q:
    """The condition in SQL terms."""
    return BUILDERS[asked.kind.kind](asked)


def _null(asked: Asked) -> Q:
    return Q(**{f"{asked.column}__isnull": True})


def _is_blank(operand: Any) -> bool:
    return isinstance(operand, Text) and operand.value == ""


def _equality(asked: Asked, literal: Callable[[Any], Any], empty: Q) -> Q:
    """`=`, `!=`, `in`, `not in`, `is empty` on a column of single values."""
    if asked.operator in ("is empty", "is not empty"):
        return empty if asked.operator == "is empty" else ~empty
    values = [literal(o) for o in asked.node.values if not _is_blank(o)]
    found = Q(**{f"{asked.column}__in": values}) if values else NEVER
    if any(_is_blank(o) for o in asked.node.values):
        found |= empty
    return found if asked.operator in ("=", "in") else ~found


def _text(asked: Asked) -> Q:
    if asked.operator not in ("like", "not like"):
        return _equality(asked, asked.literal, _null(asked))
    needle = fold(asked.text(asked.node.values[0]))
    if not needle:
        raise asked.problem()
    found: Any = Q(GreaterThan(StrIndex(F(asked.column), Value(needle)), 0))
    if asked.link is None and (narrowed := candidates(asked, needle)) is not None:
        found &= narrowed
    if asked.operator == "like":
        return found
    return _null(asked) | ~Q(GreaterThan(StrIndex(F(asked.column), Value(needle)), 0))


def candidates(asked: Asked, needle: str) -> Q | None:
    """The records that may hold a folded needle, by the bigram index; None when it is too short for it."""
    narrowed = search.candidates(asked.schema.id, needle)
    return None if narrowed is None else Q(pk__in=RawSQL(*narrowed))  # noqa: S611 - numbers and a parameter


def _choice(asked: Asked) -> Q:
    empty = Q(**{asked.column: ""}) if asked.kind.storage == "system" else _null(asked)
    return _equality(asked, asked.literal, empty)


def _number(asked: Asked) -> Q:
    empty = _null(asked)
    if asked.operator in ("is empty", "is not empty"):
        return empty if asked.operator == "is empty" else ~empty
    if asked.operator in ("=", "!=", "in", "not in"):
        values = [Decimal(asked.literal(o)) for o in asked.node.values if not _is_blank(o)]
        whole = [int(v) for v in values if abs(v) <= BIGGEST and v == v.to_integral_value()]
        found = Q(**{f"{asked.column}__in": whole}) if whole else NEVER
        if any(_is_blank(o) for o in asked.node.values):
            found |= empty
        return found if asked.operator in ("=", "in") else ~found
    value = Decimal(asked.literal(asked.node.values[0]))
    if abs(value) > BIGGEST:
        return ~empty if (value > 0) == (asked.operator in ("<", "<=")) else NEVER
    towards = ROUND_CEILING if asked.operator in ("<", ">=") else ROUND_FLOOR
    lookup = {"<": "lt", "<=": "lte", ">": "gt", ">=": "gte"}[asked.operator]
    return Q(**{f"{asked.column}__{lookup}": int(value.to_integral_value(towards))})


def _bounds(asked: Asked, low: Any, high: Any) -> Q:
    """Compare a column with the half-open span `[low, high)`."""
    column = asked.column
    inside = Q(**{f"{column}__gte": low, f"{column}__lt": high})
    made = {
        "=": inside,
        "!=": ~inside | _null(asked),
        "<": Q(**{f"{column}__lt": low}),
        "<=": Q(**{f"{column}__lt": high}),
        ">": Q(**{f"{column}__gte": high}),
        ">=": Q(**{f"{column}__gte": low}),
    }
    return made[asked.operator]


def _empty_or_blank(asked: Asked) -> Q | None:
    if asked.operator in ("is empty", "is not empty"):
        return _null(asked) if asked.operator == "is empty" else ~_null(asked)
    if _is_blank(asked.node.values[0]):
        if asked.operator not in ("=", "!="):
            raise asked.problem()
        return _null(asked) if asked.operator == "=" else ~_null(asked)
    return None


def _resolved(asked: Asked, call: Call) -> Span | Instant:
    if call.name in ("LOGINUSER", "PRIMARY_ORGANIZATION"):
        raise asked.problem()
    try:
        return resolve(call, clock.local_now())
    except QueryError:
        raise QueryError("argument", asked.node.line, asked.node.column, found=call.name) from None


def _date(asked: Asked) -> Q:
    if (simple := _empty_or_blank(asked)) is not None:
        return simple
    operand = asked.node.values[0]
    if isinstance(operand, Call):
        span = _resolved(asked, operand)
        day = span.at.date() if isinstance(span, Instant) else span.start
        end = day + timedelta(days=1) if isinstance(span, Instant) else span.end
    else:
        day = asked.literal(operand)
        if day == date.max:
            raise asked.problem()
        end = day + timedelta(days=1)
    return _bounds(asked, day, end)


def midnight(day: date) -> datetime:
    """The beginning of a day in Asia/Tokyo, in UTC."""
    return datetime.combine(day, time(), TOKYO).astimezone(UTC)


def only_day(text: str) -> bool:
    """Whether a written moment names a day without a time."""
    return ":" not in text and "：" not in text and "時" not in text and "T" not in text


def _datetime(asked: Asked) -> Q:
    if (simple := _empty_or_blank(asked)) is not None:
        return simple
    operand = asked.node.values[0]
    try:
        if isinstance(operand, Call):
            span = _resolved(asked, operand)
            if isinstance(span, Instant):
                return _instant(asked, span.at)
            return _bounds(asked, midnight(span.start), midnight(span.end))
        moment = asked.literal(operand)
        if only_day(asked.text(operand)):
            day = moment.astimezone(TOKYO).date()
            return _bounds(asked, midnight(day), midnight(day + timedelta(days=1)))
    except OverflowError:
        raise asked.problem() from None
    return _instant(asked, moment)


def _instant(asked: Asked, moment: datetime) -> Q:
    column = asked.column
    if asked.operator in ("=", "!="):
        same = Q(**{column: moment})
        return same if asked.operator == "=" else ~same | _null(asked)
    lookup = {"<": "lt", "<=": "lte", ">": "gt", ">=": "gte"}[asked.operator]
    return Q(**{f"{column}__{lookup}": moment})


def _linked(asked: Asked, column: str, values: Any, blank: bool) -> Q:
    """`in`, `not in`, `is empty` on the link table."""
    field = ASSIGNEES if asked.kind.storage == "system" else asked.field.id
    if asked.link is not None:
        rows = asked.link._default_manager.filter(row=OuterRef("pk"), field=field)
    else:
        rows = tables(asked.schema).link._default_manager.filter(record=OuterRef("pk"), field=field)
    if asked.operator in ("is empty", "is not empty"):
        return Q(~Exists(rows)) if asked.operator == "is empty" else Q(Exists(rows))
    if column == "number" and isinstance(values, list) and len(values) > MANY:
        # So many probes of the index by number would cost more than the record's own few links.
        rows, column = rows.alias(plain=F("number") + Value(0)), "plain"
    found = Q(Exists(rows.filter(**{f"{column}__in": values}))) if values else NEVER
    if blank:
        found |= Q(~Exists(rows))
    return found if asked.operator == "in" else ~found


def _set(asked: Asked) -> Q:
    blank = any(_is_blank(o) for o in asked.node.values)
    return _linked(asked, "text", [asked.text(o) for o in asked.node.values if not _is_blank(o)], blank)


def _ids(asked: Asked, function: str, own: int | None, model: Any, code: str) -> list[int]:
    """The ids that the operands name: the reader's own, ids, logins or codes. Unknown names match nothing."""
    found: set[int] = set()
    texts: set[str] = set()
    for operand in asked.node.values:
        if isinstance(operand, Call):
            if operand.name != function:
                raise asked.problem()
            if own is not None:
                found.add(own)
        elif not _is_blank(operand):
            texts.add(asked.text(operand))
    if texts:
        named = dict(model.objects.filter(**{f"{code}__in": texts}).values_list(code, "pk"))
        found.update(named.values())
        found.update(ids_of(texts - named.keys()))
    return sorted(found)


def _people(asked: Asked) -> Q:
    own = asked.actor.id if asked.actor.kind in ("user", "token") else None
    ids = _ids(asked, "LOGINUSER", own, User, "username")
    blank = any(_is_blank(o) for o in asked.node.values)
    if asked.kind.storage == "links" or asked.kind.name == "assignee":
        return _linked(asked, "number", ids, blank)
    empty = _null(asked)
    if asked.operator in ("is empty", "is not empty"):
        return empty if asked.operator == "is empty" else ~empty
    found = (Q(**{f"{asked.column}__in": ids}) if ids else NEVER) | (empty if blank else NEVER)
    return found if asked.operator in ("=", "in") else ~found


def _departments(asked: Asked) -> Q:
    ids = _ids(asked, "PRIMARY_ORGANIZATION", asked.actor.home_department, Department, "code")
    return _linked(asked, "number", ids, any(_is_blank(o) for o in asked.node.values))


def _files(asked: Asked) -> Q:
    """`like` on names of attachments: the names in the field are few next to the records, and are folded here."""
    needle = fold(asked.text(asked.node.values[0]))
    if not needle:
        raise asked.problem()
    rows = asked.link or tables(asked.schema).link
    attached: Any = rows._default_manager.filter(field=asked.field.id).values("number")
    every = StoredFile.objects.filter(pk__in=attached).values_list("pk", "name")
    found = [pk for pk, name in every.iterator(chunk_size=2_000) if needle in fold(name)]
    operator = "in" if asked.operator == "like" else "not in"
    return _linked(
        replace(asked, node=replace(asked.node, operator=operator)), "number", among(found), blank=False
    )


def among(ids: list[int]) -> Any:
    """Many ids as one parameter, since a statement takes a limited number of them."""
    if len(ids) <= 500:
        return ids
    if connection.vendor == "postgresql":
        return RawSQL("SELECT unnest(%s::bigint[])", [ids])
    return RawSQL("SELECT value FROM json_each(%s)", [json.dumps(ids)])


def _other(asked: Asked) -> Q:
    if asked.operator in ("like", "not like"):
        return _files(asked)
    if asked.kind.storage == "links":
        return _linked(asked, "number", [], False)
    return _null(asked) if asked.operator == "is empty" else ~_null(asked)


BUILDERS: dict[str, Callable[[Asked], Q]] = {
    "text": _text,
    "choice": _choice,
    "number": _number,
    "date": _date,
    "datetime": _datetime,
    "set": _set,
    "people": _people,
    "departments": _departments,
    "other": _other,
}
