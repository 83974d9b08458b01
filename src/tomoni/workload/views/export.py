"""CSV files: UTF-8 with BOM for Excel, formulas disarmed."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from tomoni.core.errors import NotFound
from tomoni.engines.workload.kinds import KINDS
from tomoni.people.decorators import right_required
from tomoni.workload import inventory, words
from tomoni.workload.queries import hours as hours_reads
from tomoni.workload.queries import tasks as task_reads
from tomoni.workload.views import shown
from tomoni.workload.views.hours import candidate_row

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def disarmed(value: Any) -> Any:
    """Text that a spreadsheet would run as a formula gets an apostrophe; numbers stay numbers."""
    if isinstance(value, str) and value.startswith(_FORMULA):
        return "'" + value
    return value


def csv_response(name: str, head: Sequence[Any], rows: Iterable[Sequence[Any]]) -> HttpResponse:
    """A CSV download."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([disarmed(str(h)) for h in head])
    for row in rows:
        writer.writerow([disarmed(v if isinstance(v, int | float) or v is None else str(v)) for v in row])
    response = HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def _year(request: HttpRequest) -> int:
    year, _available = shown.chosen_year(request)
    if year is None:
        raise NotFound(_("業務量調査がまだ取り込まれていません。"))
    return year


def _decimal(minutes: int) -> str:
    """Minutes as hours with two decimals."""
    return f"{minutes / 60:.2f}"


@right_required("workload.view")
def hours_csv(request: HttpRequest) -> HttpResponse:
    """Hours by section and all 20 kinds of work, sum, paid hours, coverage, source."""
    year = _year(request)
    found = hours_reads.hours_map(year)
    head = [
        _("部"),
        _("課"),
        *(words.kind_name(k.code) for k in KINDS),
        _("合計"),
        _("事務作業"),
        _("コア業務"),
        _("その他"),
        _("支払った時間"),
        _("把握率"),
    ]
    rows: list[list[Any]] = []
    for s in found.map.sections:
        paid = "" if s.coverage.paid is None else _decimal(s.coverage.paid)
        rows.append(
            [
                s.division,
                s.section,
                *(_decimal(s.by_kind.get(k.code, 0)) for k in KINDS),
                _decimal(s.minutes),
                *(_decimal(s.group(g)) for g in shown.GROUPS),
                paid,
                shown.coverage_text(s.coverage, 1),
            ]
        )
    whole = found.map
    paid = "" if whole.coverage.paid is None else _decimal(whole.coverage.paid)
    rows.append(
        [
            "",
            _("全庁"),
            *(_decimal(whole.by_kind.get(k.code, 0)) for k in KINDS),
            _decimal(whole.minutes),
            *(_decimal(whole.group(g)) for g in shown.GROUPS),
            paid,
            shown.coverage_text(whole.coverage, 1),
        ]
    )
    rows.append(
        [
            _("出典"),
            _("、").join(found.sources.surveys),
            _("測り方"),
            shown.method_shares(dict(whole.by_method)),
        ]
    )
    return csv_response(f"hours-{year}.csv", head, rows)


@right_required("workload.view")
def candidates_csv(request: HttpRequest) -> HttpResponse:
    """The ranked candidates with factors and range."""
    year = _year(request)
    rows = []
    for number, ranked in enumerate(hours_reads.candidates(year), start=1):
        row: dict[str, Any] = candidate_row(number, ranked)
        rows.append(
            [
                number,
                row["section"],
                row["task_id"],
                row["task"],
                row["step"],
                row["kind"],
                row["hours"],
                row["low"],
                row["high"],
                row["reasons"],
                *(value for _name, value in row["factors"]),
            ]
        )
    head = [
        _("順"),
        _("課"),
        _("業務ID"),
        _("業務"),
        _("作業"),
        _("業務分類"),
        _("年間時間"),
        _("減る見込み（少なく）"),
        _("減る見込み（多く）"),
        _("候補にした理由"),
        *words.FACTORS.values(),
    ]
    return csv_response(f"candidates-{year}.csv", head, rows)


@right_required("workload.view")
def tasks_csv(request: HttpRequest) -> HttpResponse:
    """Tasks with their yearly hours."""
    year = _year(request)
    found = task_reads.tasks(request.GET.get("q", "")[:200], fiscal_year=year, limit=None)
    rows = [
        [
            t.task_id,
            t.division,
            t.section,
            t.large,
            t.middle,
            t.name,
            t.step_count,
            t.count,
            _decimal(t.minutes),
        ]
        for t in found
    ]
    head = [
        _("業務ID"),
        _("部"),
        _("課"),
        _("大分類"),
        _("中分類"),
        _("業務"),
        _("作業の数"),
        _("年間件数"),
        _("年間時間"),
    ]
    return csv_response(f"tasks-{year}.csv", head, rows)


@right_required("workload.view")
def procedures_csv(request: HttpRequest) -> HttpResponse:
    """The procedures as filtered on the page."""
    from tomoni.workload.views.procedures import APPLICANTS, ONLINE, filters_of

    filters, sort = filters_of(request)
    rows = [
        [
            p.id,
            p.name,
            p.law,
            p.article,
            p.ministry,
            _("、").join(str(APPLICANTS[a]) for a in sorted(p.applicants)),
            ONLINE[p.online][0],
            p.total,
            p.online_count,
            p.place,
        ]
        for p in inventory.find(filters, sort)
    ]
    head = [
        _("手続ID"),
        _("手続名"),
        _("法令"),
        _("条項"),
        _("所管"),
        _("だれから"),
        _("オンライン化"),
        _("全国の年間件数"),
        _("うちオンライン"),
        _("提出先"),
    ]
    return csv_response("procedures.csv", head, rows)
