"""What a chart or pivot shows: its keys and measures out of the view and the address, their words, the records behind."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.http import QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tomoni.core import calendar
from tomoni.people import facade as people
from tomoni.records import fieldtypes
from tomoni.records.fieldtypes import Names
from tomoni.records.query.aggregate import (
    FUNCTIONS,
    OTHER,
    Cells,
    Group,
    Measure,
    end_of,
    groupable,
    measurable,
    periods,
)
from tomoni.records.schema.snapshot import AppSchema
from tomoni.records.schema.spec import FieldSpec, ViewSpec
from tomoni.records.views.conditions import OPERATORS
from tomoni.records.views.liststate import ListState, columns_of
from tomoni.records.views.present import STATUS, Presenter

SHAPES = ("bar", "line", "pie", "table", "pivot")


@dataclass(frozen=True, slots=True)
class Summary:
    """What is summed. `across`: how many of the groups stand at the left of a pivot; the others are its columns."""

    shape: str
    groups: tuple[Group, ...]
    measures: tuple[Measure, ...]
    across: int = 1

    def parameters(self) -> dict[str, Any]:
        """As the address carries it."""
        found: dict[str, Any] = {"shape": self.shape}
        for n, group in enumerate(self.groups, start=1):
            slot = 3 if self.shape == "pivot" and n > self.across else n
            found |= {f"g{slot}": group.field.code, f"p{slot}": group.per}
        for n, measure in enumerate(self.measures, start=1):
            found[f"m{n}"] = f"{measure.fn}:{measure.field.code}" if measure.field else measure.fn
        return found

    def options(self) -> dict[str, Any]:
        """As a view keeps it."""
        keys = [{"field": g.field.code, "per": g.per} for g in self.groups]
        measures = [{"fn": m.fn, "field": m.field.code if m.field else ""} for m in self.measures]
        if self.shape == "pivot":
            return {"rows": keys[: self.across], "columns": keys[self.across :], "measures": measures}
        return {"shape": self.shape, "groups": keys, "measures": measures}


def shape_words() -> dict[str, str]:
    """The shapes in words."""
    return {
        "bar": _("棒グラフ"),
        "line": _("折れ線グラフ"),
        "pie": _("円グラフ"),
        "table": _("表"),
        "pivot": _("クロス集計"),
    }


def period_words() -> dict[str, str]:
    """The periods in words."""
    return {
        "year": _("年ごと"),
        "fiscal": _("年度ごと"),
        "quarter": _("四半期ごと"),
        "month": _("月ごと"),
        "week": _("週ごと"),
        "day": _("日ごと"),
    }


def function_words() -> dict[str, str]:
    """The functions in words."""
    return {
        "count": _("件数"),
        "sum": _("合計"),
        "avg": _("平均"),
        "min": _("最小"),
        "max": _("最大"),
    }


def keys_of(app: AppSchema) -> list[FieldSpec]:
    """The fields that records can be grouped by."""
    return [f for f in columns_of(app) if groupable(f) and f.type != "record_number"]


def measures_of(app: AppSchema) -> list[FieldSpec]:
    """The fields something can be worked out of."""
    return [f for f in app.fields if any(measurable(f, fn) for fn in FUNCTIONS[1:])]


def group_of(app: AppSchema, code: Any, per: Any) -> Group | None:
    """A key; a date without a good period is taken per month. None for what is no key."""
    spec = app.by_code.get(code) if isinstance(code, str) else None
    if spec is None or not groupable(spec):
        return None
    known = periods(spec)
    return Group(spec, (per if per in known else "month") if known else "")


def measure_of(app: AppSchema, fn: Any, code: Any) -> Measure | None:
    """A measure, or None for what does not fit."""
    if fn == "count" and not code:
        return Measure()
    spec = app.by_code.get(code) if isinstance(code, str) else None
    return Measure(fn, spec) if spec is not None and fn in FUNCTIONS and measurable(spec, fn) else None


def of_view(app: AppSchema, view: ViewSpec) -> Summary:
    """The summary a view keeps; what is not there any more is left out, and something is always shown."""
    options = view.options
    lists = {n: [i for i in options.get(n) or [] if isinstance(i, Mapping)] for n in ("groups", "rows", "columns", "measures")}  # fmt: skip
    pivot = view.kind == "pivot"
    rows = [
        g for i in lists["rows" if pivot else "groups"] if (g := group_of(app, i.get("field"), i.get("per")))
    ]
    across = [g for i in lists["columns"] if pivot and (g := group_of(app, i.get("field"), i.get("per")))]
    measures = [m for i in lists["measures"] if (m := measure_of(app, i.get("fn"), i.get("field")))]
    shape = "pivot" if pivot else options.get("shape") if options.get("shape") in SHAPES[:4] else "bar"
    return _filled(app, str(shape), rows, across, measures)


def of_address(app: AppSchema, get: QueryDict) -> Summary | None:
    """The summary that the form above the chart asked for; None when the address has none."""
    if get.get("shape") not in SHAPES:
        return None
    chosen = [group_of(app, get.get(f"g{n}"), get.get(f"p{n}")) for n in (1, 2, 3)]
    told = [get.get(f"m{n}", "").partition(":") for n in (1, 2, 3)]
    measures = [m for fn, _sep, code in told if (m := measure_of(app, fn, code))]
    pivot = get["shape"] == "pivot"
    rows = [g for g in (chosen[:2] if pivot else chosen) if g]
    return _filled(app, str(get["shape"]), rows, [g for g in chosen[2:] if pivot and g], measures)


def _filled(
    app: AppSchema, shape: str, rows: list[Group], columns: list[Group], measures: list[Measure]
) -> Summary:
    if not rows and (first := _usual(app)) is not None:
        rows = [first]
    rows, columns = rows[:3], columns[: max(0, 3 - len(rows))]
    return Summary(shape, (*rows, *columns), tuple(measures[:5]) or (Measure(),), len(rows))


def _usual(app: AppSchema) -> Group | None:
    """The key to begin with: the state, else the first choice, else the month of creation."""
    found = keys_of(app)
    for types in (("status",), ("choice", "radio"), ("multichoice", "checkbox")):
        for spec in found:
            if spec.type in types:
                return Group(spec)
    return group_of(app, "作成日時", "month")


def measure_words(measure: Measure) -> str:
    """「人数の合計」."""
    if measure.field is None:
        return _("件数")
    return _("%(field)sの%(fn)s") % {"field": measure.field.label, "fn": function_words()[measure.fn]}


def group_words(group: Group) -> str:
    """「作成日時（月ごと）」."""
    if not group.per:
        return group.field.label
    return _("%(field)s（%(per)s）") % {"field": group.field.label, "per": period_words()[group.per]}


class Words:
    """The keys of a chart in words; names are read once for all."""

    def __init__(self, app: AppSchema, groups: Sequence[Group], cells: Cells) -> None:
        self.app, self.groups = app, groups
        self.presenter = Presenter(app)
        users, departments = set(), False
        for axis, group in enumerate(groups):
            kind = fieldtypes.get(group.field.type).kind
            if kind == "people":
                users |= {k[axis] for k in cells if isinstance(k[axis], int)}
            departments = departments or kind == "departments"
        self.presenter.names = Names(
            users=people.display_names(users) if users else {},
            departments=people.department_names() if departments else {},
        )

    def key(self, axis: int, value: Any) -> str:
        """One key."""
        group = self.groups[axis]
        if value is OTHER:
            return _("その他")
        if value is None:
            return _("（空）")
        if group.per and isinstance(value, date):
            return period(value, group.per)
        kind = fieldtypes.get(group.field.type)
        return self.presenter.text(group.field, [value] if kind.storage == "links" else value) or str(value)

    def value(self, measure: Measure, value: Any) -> str:
        """One value: with its unit; averages with two digits."""
        if value is None:
            return ""
        if measure.field is None or measure.fn == "count":
            return f"{value:,}"
        if isinstance(value, Decimal):
            return number(value, measure) + str(measure.field.options.get("unit") or "")
        return self.presenter.text(measure.field, value)


def number(value: Decimal, measure: Measure) -> str:
    """A number of a measure, rounded as it is shown."""
    digits = (measure.field.options.get("digits") if measure.field else 0) or 0
    if measure.fn == "avg":
        digits = max(digits, 2)
    elif measure.field is not None and measure.field.options.get("digits") is None:
        return f"{value.normalize():,f}" if value else "0"
    return f"{value.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP):,f}"


def period(start: date, per: str) -> str:
    """A period by its first day."""
    if per == "fiscal":
        return str(calendar.fiscal_label(calendar.fiscal_year(start)))
    english = get_language() == "en"
    if per == "year":
        return f"{start.year}" if english else f"{start.year}年"
    if per == "quarter":
        quarter = (start.month - 1) // 3 + 1
        return f"{start.year} Q{quarter}" if english else f"{start.year}年{start.month}〜{start.month + 2}月"
    if per == "month":
        return f"{start:%b %Y}" if english else f"{start.year}年{start.month}月"
    if per == "week":
        return f"{start:%d %b %Y}–" if english else f"{start.year}年{start.month}月{start.day}日〜"
    return f"{start:%d %b %Y}" if english else f"{start.year}年{start.month}月{start.day}日"


def ordered(
    app: AppSchema, group: Group, keys: Iterable[Any], weight: Mapping[Any, Any], shape: str
) -> list[Any]:
    """Keys in the order people expect: choices and states as set, dates and numbers upward, the rest by size."""
    kind = fieldtypes.get(group.field.type)
    places: dict[Any, int] = {}
    if group.field.code == STATUS:
        places = {s.name: n for n, s in enumerate(app.states)}
    elif group.field.options.get("choices"):
        places = {c: n for n, c in enumerate(group.field.options["choices"])}

    def place(key: Any) -> Any:
        last = 2 if key is OTHER else 1 if key is None else 0
        if last:
            return last, 0, 0, ""
        if places:
            return 0, places.get(key, len(places)), 0, str(key)
        if group.per or kind.kind in ("number", "date", "datetime"):
            return 0, 0, key, ""
        return 0, 0, -weight.get(key, 0), str(key)

    return sorted(keys, key=place)


def behind(state: ListState, groups: Sequence[Group], key: Sequence[Any]) -> str:
    """The list of the records of a group; empty when it cannot be said in conditions (「その他」)."""
    tokens = list(state.tokens)
    for group, value in zip(groups, key, strict=False):
        found = _tokens(group, value)
        if found is None:
            return ""
        tokens += found
    return state.url("list", c=tokens, **dict.fromkeys(state.extra, ""))


def _tokens(group: Group, value: Any) -> list[str] | None:
    code, known = group.field.code, OPERATORS.get(group.field.type, ())
    if value is OTHER:
        return None
    if value is None:
        return [f"{code}~empty~"] if "empty" in known else None
    if group.per and isinstance(value, date):
        end = end_of(value, group.per)
        return [f"{code}~ge~{value.isoformat()}", f"{code}~le~{end.isoformat()}"] if "ge" in known else None
    if isinstance(value, datetime):
        return None
    text = f"{value:f}" if isinstance(value, Decimal) else str(value)
    if "in" in known:
        return None if any(mark in text for mark in "、,") else [f"{code}~in~{text}"]
    return [f"{code}~eq~{text}"] if "eq" in known else None
