"""Exact decimals and moments: what the operators do. A date counts as its midnight in Asia/Tokyo, in epoch seconds."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_DOWN, ROUND_HALF_UP, ROUND_UP, Context, Decimal, DecimalException, Overflow
from typing import Any
from zoneinfo import ZoneInfo

TOKYO = ZoneInfo("Asia/Tokyo")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EXACT = Context(prec=60, rounding=ROUND_HALF_UP, Emax=9_999, Emin=-9_999)
DIVIDE = Context(prec=30, rounding=ROUND_HALF_UP, Emax=9_999, Emin=-9_999)
BIGGEST = 40  # digits before the point
MOST_TEXT = 100_000
ROUNDING = {"ROUND": ROUND_HALF_UP, "ROUNDUP": ROUND_UP, "ROUNDDOWN": ROUND_DOWN}


class Uncomputable(ArithmeticError):
    """There is no result: divided by zero, too big, a date that is missing. The field is then empty."""


class Missing:
    """An empty date, time or moment: unlike an empty number it is not 0, what is computed from it is empty."""


MISSING = Missing()


def is_blank(value: Any) -> bool:
    """Whether there is no value."""
    return value is None or value is MISSING or value == "" or value == []


def number(value: Any) -> Decimal:
    """A value as a number: an empty number counts as 0, a condition as 1 or 0."""
    if value is None:
        return Decimal(0)
    if isinstance(value, bool):
        return Decimal(int(value))
    if not isinstance(value, Decimal):
        raise Uncomputable
    return value


def sane(value: Decimal) -> Decimal:
    """The value, unless it is beyond every use."""
    if not value.is_finite() or (value and value.adjusted() >= BIGGEST):
        raise Uncomputable
    return value


def seconds(value: Any) -> Decimal:
    """A date, moment or time as seconds; nothing has no seconds."""
    if isinstance(value, datetime):
        gap = value - EPOCH
        return Decimal(gap.days * 86_400 + gap.seconds)
    if isinstance(value, date):
        return seconds(datetime.combine(value, time(), TOKYO))
    if isinstance(value, time):
        return Decimal(value.hour * 3600 + value.minute * 60 + value.second)
    raise Uncomputable


def moment(value: Decimal) -> datetime:
    """Epoch seconds as a moment in Asia/Tokyo."""
    try:
        return (EPOCH + timedelta(seconds=int(value.to_integral_value(ROUND_HALF_UP)))).astimezone(TOKYO)
    except (OverflowError, ValueError):
        raise Uncomputable from None


def clock_time(value: Decimal) -> time:
    """Seconds as a time of day; what is more than a day starts again at 0:00."""
    rest = int(value.to_integral_value(ROUND_HALF_UP)) % 86_400
    return time(rest // 3600, rest % 3600 // 60, rest % 60)


def operate(operator: str, left: Any, right: Any) -> Any:
    """One binary operator; the kinds were checked before."""
    if operator == "&":
        made = text(left) + text(right)
        if len(made) > MOST_TEXT:
            raise Uncomputable
        return made
    if isinstance(left, date | time) or isinstance(right, date | time):
        return _timed(operator, left, right)
    try:
        return sane(_NUMERIC[operator](number(left), number(right)))
    except DecimalException:
        raise Uncomputable from None


def _timed(operator: str, left: Any, right: Any) -> Any:
    if isinstance(left, date | time) and isinstance(right, date | time):
        return seconds(left) - seconds(right)
    whole, more = (left, right) if isinstance(left, date | time) else (right, left)
    total = sane(seconds(whole) + number(more) if operator == "+" else seconds(whole) - number(more))
    return clock_time(total) if isinstance(whole, time) else moment(total)


def _divide(left: Decimal, right: Decimal) -> Decimal:
    if not right:
        raise Uncomputable
    return DIVIDE.divide(left, right)


def _modulo(left: Decimal, right: Decimal) -> Decimal:
    if not right:
        raise Uncomputable
    rest = EXACT.remainder(left, right)
    return EXACT.add(rest, right) if rest and (rest < 0) != (right < 0) else rest


def _power(base: Decimal, exponent: Decimal) -> Decimal:
    if exponent != exponent.to_integral_value() or abs(exponent) > 100:
        raise Uncomputable
    if not exponent:
        return Decimal(1)
    try:
        made = sane(EXACT.power(base, abs(int(exponent))))
    except Overflow:
        raise Uncomputable from None
    return made if exponent > 0 else _divide(Decimal(1), made)


_NUMERIC = {
    "+": EXACT.add,
    "-": EXACT.subtract,
    "*": EXACT.multiply,
    "/": _divide,
    "%": _modulo,
    "^": _power,
}


def compare(operator: str, left: Any, right: Any) -> bool:
    """A comparison; empty equals only empty, and nothing is smaller or greater than empty."""
    blank = [is_blank(v) for v in (left, right)]
    if any(blank):
        return (operator == "=") == all(blank) if operator in ("=", "!=") else False
    if isinstance(left, date) and isinstance(right, date):
        left, right = seconds(left), seconds(right)
    elif isinstance(left, bool | Decimal):
        left, right = number(left), number(right)
    return {
        "=": left == right,
        "!=": left != right,
        "<": left < right,
        ">": left > right,
        "<=": left <= right,
        ">=": left >= right,
    }[operator]


def rounded(name: str, value: Any, digits: Any) -> Decimal:
    """ROUND (half away from zero), ROUNDUP (away from zero), ROUNDDOWN (towards zero)."""
    places = number(digits)
    if places != places.to_integral_value() or abs(places) > 15:
        raise Uncomputable
    try:
        return number(value).quantize(Decimal(1).scaleb(-int(places)), ROUNDING[name], EXACT)
    except DecimalException:
        raise Uncomputable from None


def digits(value: Decimal) -> str:
    """A number in plain digits without needless zeros."""
    made = f"{value:f}"
    made = made.rstrip("0").rstrip(".") if "." in made else made
    return "0" if made in ("-0", "") else made


def text(value: Any) -> str:
    """A value as text: plain digits, 2026-04-01, 2026-04-01 09:30, 09:30."""
    if is_blank(value):
        return ""
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, Decimal):
        return digits(value)
    if isinstance(value, datetime):
        return value.astimezone(TOKYO).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    return value.strftime("%H:%M") if isinstance(value, time) else str(value)
