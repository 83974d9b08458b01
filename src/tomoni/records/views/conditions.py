"""Conditions that people set without typing the query language: chips, their words, their query text."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tomoni.core import calendar, clock
from tomoni.core.errors import Invalid

STATUS = "ステータス"

WORDS = {
    "eq": gettext_lazy("が等しい"),
    "ne": gettext_lazy("が等しくない"),
    "like": gettext_lazy("を含む"),
    "unlike": gettext_lazy("を含まない"),
    "in": gettext_lazy("のどれか"),
    "notin": gettext_lazy("のどれでもない"),
    "ge": gettext_lazy("以上・以後"),
    "le": gettext_lazy("以下・以前"),
    "empty": gettext_lazy("が空"),
    "filled": gettext_lazy("が空でない"),
}
_TEXT = ("like", "unlike", "eq", "ne", "empty", "filled")
_ORDERED = ("eq", "ge", "le", "ne", "empty", "filled")
_SET = ("in", "notin", "empty", "filled")
OPERATORS: dict[str, tuple[str, ...]] = {
    "text": _TEXT,
    "multiline": ("like", "unlike", "empty", "filled"),
    "number": _ORDERED,
    "date": _ORDERED,
    "datetime": _ORDERED,
    "slot": _ORDERED,
    "time": _ORDERED,
    "choice": _SET,
    "multichoice": _SET,
    "user": _SET,
    "department": _SET,
    "status": ("in", "notin"),
    "creator": ("in", "notin"),
    "created_at": ("ge", "le", "eq"),
    "updated_at": ("ge", "le", "eq"),
    "file": ("empty", "filled"),
    "location": ("empty", "filled"),
}
# Types that are asked for like another one.
ALIKE = {
    "radio": "choice", "checkbox": "multichoice", "category": "multichoice", "calc": "number", "calc_text": "text",
    "calc_date": "date", "calc_datetime": "datetime", "calc_time": "time", "link": "text", "lookup": "text",
    "richtext": "multiline", "address": "multiline", "consent": "file",
}  # fmt: skip
PEOPLE = ("user", "creator", "modifier", "assignee")
MOMENTS = ("datetime", "slot", "created_at", "updated_at")
SYMBOLS = {
    "eq": "=",
    "ne": "!=",
    "ge": ">=",
    "le": "<=",
    "like": "like",
    "unlike": "not like",
    "in": "in",
    "notin": "not in",
}
# Words for days; the English ones for people who work in English.
DAYS = {
    "一昨日": -2,
    "昨日": -1,
    "今日": 0,
    "明日": 1,
    "明後日": 2,
    "yesterday": -1,
    "today": 0,
    "tomorrow": 1,
}
WEEKS = {"先週": -1, "今週": 0, "来週": 1, "last week": -1, "this week": 0, "next week": 1}
MONTHS = {"先月": -1, "今月": 0, "来月": 1, "last month": -1, "this month": 0, "next month": 1}
YEARS = {"去年": -1, "今年": 0, "来年": 1, "last year": -1, "this year": 0, "next year": 1}
ME = ("自分", "me")


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition as the address carries it: `c=<code>~<op>~<value>`."""

    code: str
    op: str
    value: str = ""

    @property
    def token(self) -> str:
        """The text kept in the address."""
        return "~".join((self.code, self.op, self.value))


@dataclass(frozen=True, slots=True)
class Target:
    """Something that conditions can be set on: a field or the state."""

    code: str
    label: str
    type: str
    choices: tuple[str, ...] = ()


def targets(app: Any) -> list[Target]:
    """Fields of the app that conditions can be set on, the state first."""
    found = []
    if app.states:
        found.append(Target(STATUS, _("状態"), "status", tuple(s.name for s in app.states)))
    for field in app.fields:
        kind = ALIKE.get(field.type, field.type)
        if not field.deleted and kind in OPERATORS:
            choices = tuple(str(c) for c in field.options.get("choices", ()))
            found.append(Target(field.code, field.label, kind, choices))
    for code, label in (("作成日時", _("作成日時")), ("更新日時", _("更新日時")), ("作成者", _("作成者"))):
        if app.by_code[code].type not in {f.type for f in app.fields}:
            found.append(Target(code, label, app.by_code[code].type))
    return found


def parse(tokens: Iterable[str]) -> list[Condition]:
    """Read the conditions of an address; what is no condition is an error, not silently dropped."""
    found = []
    for token in tokens:
        code, _sep, rest = token.partition("~")
        op, _sep, value = rest.partition("~")
        if not code or op not in WORDS:
            raise Invalid({"c": [_("条件を読み取れませんでした。もう一度選んでください。")]})
        found.append(Condition(code, op, value))
    return found


def quoted(text: str) -> str:
    """A string of the query language."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def query_of(conditions: Sequence[Condition], app: Any) -> str:
    """The query text that a list of conditions means, joined by `and`. Raises `Invalid` in words."""
    known = {t.code: t for t in targets(app)}
    return " and ".join(_one(condition, known) for condition in conditions)


def describe(condition: Condition, app: Any) -> str:
    """The words on a chip, for example 「状態: 受付、確認」."""
    known = {t.code: t for t in targets(app)}
    label = known[condition.code].label if condition.code in known else condition.code
    if condition.op in ("in", "eq"):
        return f"{label}: {condition.value}"
    if condition.op in ("empty", "filled"):
        return f"{label}{WORDS[condition.op]}"
    return f"{label}: {condition.value} {WORDS[condition.op]}"


def _one(condition: Condition, known: dict[str, Target]) -> str:
    target = known.get(condition.code)
    if target is None:
        raise Invalid({"c": [_("この項目はもうありません。条件をはずしてください。")]})
    if condition.op not in OPERATORS[target.type]:
        raise Invalid({"c": [_("「%(field)s」にはこの比べ方は使えません。") % {"field": target.label}]})
    if condition.op == "empty":
        return f"{target.code} is empty"
    if condition.op == "filled":
        return f"{target.code} is not empty"
    if not condition.value.strip():
        raise Invalid({"c": [_("「%(field)s」の値を入力してください。") % {"field": target.label}]})
    if target.type in ("date", *MOMENTS) and condition.op in ("eq", "ne", "ge", "le"):
        return _days(condition, target)
    return f"{target.code} {SYMBOLS[condition.op]} {_literal(condition, target)}"


def span(code: str, kind: str, start: date, end: date) -> str:
    """The condition that a date or moment lies in the half-open days `[start, end)`."""
    return f"{code} >= {_at(kind, start)} and {code} < {_at(kind, end)}"


def _at(kind: str, day: date) -> str:
    if kind == "date":
        return quoted(day.isoformat())
    return quoted(datetime(day.year, day.month, day.day, tzinfo=clock.TOKYO).isoformat())


def _days(condition: Condition, target: Target) -> str:
    """Days compare as whole days, for moments too: 「4月1日以前」 holds until its midnight."""
    start, end = _range(condition.value.strip(), target)
    code = target.code
    if condition.op == "ge":
        return f"{code} >= {_at(target.type, start)}"
    if condition.op == "le":
        return f"{code} < {_at(target.type, end)}"
    if condition.op == "ne":
        return f"({code} < {_at(target.type, start)} or {code} >= {_at(target.type, end)})"
    return f"({span(code, target.type, start, end)})"


def _literal(condition: Condition, target: Target) -> str:
    value = condition.value.strip()
    if condition.op in ("in", "notin"):
        parts = [p.strip() for p in value.replace(",", "、").split("、") if p.strip()]
        return (
            "("
            + ", ".join("LOGINUSER()" if p in ME and target.type in PEOPLE else quoted(p) for p in parts)
            + ")"
        )
    if target.type == "number":
        return _number(value, target)
    return quoted(value)


def _number(value: str, target: Target) -> str:
    try:
        return format(Decimal(unicodedata.normalize("NFKC", value).replace(",", "")), "f")
    except InvalidOperation:
        raise Invalid(
            {"c": [_("「%(field)s」は数字で入力してください。") % {"field": target.label}]}
        ) from None


def _range(value: str, target: Target) -> tuple[date, date]:
    """The half-open days that a word or a date means. 今週 begins on Sunday, as in the calendar."""
    today = clock.today()
    week = today - timedelta(days=(today.weekday() + 1) % 7)
    if value in DAYS:
        day = today + timedelta(days=DAYS[value])
        return day, day + timedelta(days=1)
    if value in WEEKS:
        start = week + timedelta(days=7 * WEEKS[value])
        return start, start + timedelta(days=7)
    if value in MONTHS:
        return _month(today, MONTHS[value]), _month(today, MONTHS[value] + 1)
    if value in YEARS:
        return date(today.year + YEARS[value], 1, 1), date(today.year + YEARS[value] + 1, 1, 1)
    found = calendar.try_parse_date(value) if len(value) <= 40 else None
    if found is None or not 1868 <= found.year <= 2200:
        raise Invalid(
            {
                "c": [
                    _("「%(field)s」は 例: 令和8年4月1日 または 今週 の形で入力してください。")
                    % {"field": target.label}
                ]
            }
        )
    return found, found + timedelta(days=1)


def _month(day: date, step: int) -> date:
    index = day.year * 12 + day.month - 1 + step
    return date(index // 12, index % 12 + 1, 1)
