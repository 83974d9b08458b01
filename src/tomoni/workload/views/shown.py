"""Figures arranged for templates: the share bar, the heat table, the mix bars."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from tomoni.engines.workload.kinds import CLERICAL, CORE, OTHER, Group
from tomoni.engines.workload.totals import (
    Coverage,
    SectionTotals,
    WorkMap,
    heat_step,
    heat_steps,
    hours,
    percent,
    permille,
)
from tomoni.workload import words
from tomoni.workload.places import section_key
from tomoni.workload.queries.tasks import years

SHOWN_OTHER = ("issue", "enquire", "meeting")
GROUPS: tuple[Group, ...] = ("clerical", "core", "other")
_MIX = 106
LABEL_WIDTH, LABEL_LAST = (250, 340, 280), (0, 575, 915)


@dataclass(frozen=True, slots=True)
class Bar:
    """One part of the share bar."""

    css: str
    label: str
    kinds: str
    percent: str
    hours: int
    x: int
    width: int
    text_x: int


def chosen_year(request: HttpRequest) -> tuple[int | None, list[int]]:
    """The fiscal year asked for, else the newest with a survey; and all there are."""
    available = years()
    given = request.GET.get("year", "")
    year = int(given) if given.isdecimal() and len(given) == 4 else None
    if year not in available:
        year = available[0] if available else None
    return year, available


def percent_text(part: int, whole: int) -> str:
    """「48.0%」."""
    value = permille(part, whole)
    return f"{value // 10}.{value % 10}%"


def coverage_text(coverage: Coverage, digits: int = 0) -> str:
    """「78%」 or with one decimal; 「不明」 without paid hours."""
    value = coverage.permille
    if value is None:
        return _("不明")
    if digits:
        return f"{value // 10}.{value % 10}%"
    return f"{coverage.percent}%"


def headline(whole: WorkMap) -> str:
    """What the figures say, in one sentence."""
    share = permille(whole.group("clerical"), whole.minutes)
    if 450 <= share <= 550:
        return _("調べた時間のほぼ半分は、受付・入力・確認です")
    return _("調べた時間の %(percent)s%% は、受付・入力・確認です") % {
        "percent": percent(whole.group("clerical"), whole.minutes)
    }


def share_bar(whole: WorkMap) -> list[Bar]:
    """Three parts of 1,200 units with a gap of 2; labels keep their distance however small a part is."""
    texts = {
        "clerical": _("受付・入力・確認"),
        "core": _("相談・審査・訪問・企画・決裁"),
        "other": _("交付・照会・会議など"),
    }
    bars, x, text_x = [], 0, 0
    for number, group in enumerate(GROUPS):
        minutes = whole.group(group)
        width = round(1200 * minutes / whole.minutes) if whole.minutes else 0
        # The last part takes what rounding left over.
        width = 1200 - x if number == 2 else width
        # Labels stand under their bar, but never so close that they run into the next one.
        text_x = min(max(text_x, x), LABEL_LAST[number])
        bars.append(
            Bar(
                f"f{number + 1}",
                str(words.GROUPS[group]),
                texts[group],
                percent_text(minutes, whole.minutes),
                hours(minutes),
                x,
                max(0, width - (2 if number < 2 else 0)),
                text_x,
            )
        )
        x += width
        text_x += LABEL_WIDTH[number]
    return bars


def mix(totals: SectionTotals, widest: int) -> list[dict[str, Any]]:
    """The bars of a section's mix: as long as its hours are against the largest section's."""
    bars, x = [], 0
    for number, group in enumerate(GROUPS):
        minutes = totals.group(group)
        width = round(_MIX * minutes / widest) if widest else 0
        if minutes:
            bars.append({"css": f"f{number + 1}", "x": x, "width": max(1, width)})
            x += max(1, width) + 1
    return bars


def columns(every: bool) -> list[dict[str, Any]]:
    """The heat table's columns in their groups: as in the reference, or all 20 kinds."""
    other: Sequence[str] = OTHER if every else SHOWN_OTHER
    groups = [("clerical", list(CLERICAL)), ("core", list(CORE)), ("other", list(other))]
    made = []
    for code, kinds in groups:
        entries = [
            {"kinds": [k], "label": words.kind_short(k), "first": n == 0 and code != "clerical"}
            for n, k in enumerate(kinds)
        ]
        if code == "other" and not every:
            entries.append(
                {
                    "kinds": [k for k in OTHER if k not in SHOWN_OTHER],
                    "label": _("その他"),
                    "first": False,
                    "rest": True,
                }
            )
        made.append({"code": code, "label": words.GROUPS[code], "columns": entries})
    return made


def heat_rows(whole: WorkMap, groups: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The heat table's rows: cells with hours and colour step, sum, mix, coverage."""
    steps = heat_steps(whole.sections)
    widest = max((s.minutes for s in whole.sections), default=0)
    names = [s.section for s in whole.sections]
    rows = []
    for totals in whole.sections:
        cells = []
        for group in groups:
            for column in group["columns"]:
                minutes = sum(totals.by_kind.get(k, 0) for k in column["kinds"])
                cells.append(
                    {"hours": hours(minutes), "step": heat_step(minutes, steps), "gap": column["first"]}
                )
        shares = {g: percent(totals.group(g), totals.minutes) for g in ("clerical", "core")}
        rows.append(
            {
                "name": totals.section
                if names.count(totals.section) == 1
                else f"{totals.division} {totals.section}".strip(),
                "key": section_key(totals.division, totals.section),
                "cells": cells,
                "hours": hours(totals.minutes),
                "mix": mix(totals, widest),
                "mix_label": _("事務作業 %(clerical)sパーセント、コア業務 %(core)sパーセント") % shares,
                "coverage": coverage_text(totals.coverage),
                "low": totals.coverage.low,
                "over": totals.coverage.over,
                "unknown": totals.coverage.permille is None,
            }
        )
    return rows


def total_cells(whole: WorkMap, groups: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The whole town's row."""
    return [
        {"hours": hours(sum(whole.by_kind.get(k, 0) for k in column["kinds"])), "gap": column["first"]}
        for group in groups
        for column in group["columns"]
    ]


def method_shares(by_method: dict[str, int]) -> str:
    """「積み上げの見積り 62%、アプリの記録 27%、実測 11%」, largest first."""
    whole = sum(by_method.values())
    ordered = sorted(by_method.items(), key=lambda item: -item[1])
    return _("、").join(f"{words.METHODS.get(m, m)} {percent(v, whole)}%" for m, v in ordered if v)


def steps_text(whole: WorkMap) -> list[dict[str, Any]]:
    """The heat key."""
    return [
        {"css": f"sw-{n}", "label": _("%(step)s〜") % {"step": f"{step:,}"}}
        for n, step in enumerate(heat_steps(whole.sections), start=1)
    ]
