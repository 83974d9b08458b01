"""The procedure inventory (手続の一覧)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tomoni.core.errors import NotFound
from tomoni.people.decorators import right_required
from tomoni.workload import inventory

PAGE = 50
SORTS: dict[str, Any] = {
    "count": gettext_lazy("年間件数の多い順"),
    "online": gettext_lazy("オンライン化していない順"),
    "name": gettext_lazy("手続名の順"),
    "law": gettext_lazy("法令の順"),
}
ONLINE: dict[str, tuple[Any, str]] = {
    "done": (gettext_lazy("実施済"), "done"),
    "partly": (gettext_lazy("一部実施"), "doing"),
    "no": (gettext_lazy("未実施"), "new"),
    "exempt": (gettext_lazy("適用除外"), "stop"),
    "other": (gettext_lazy("その他"), "stop"),
}
APPLICANTS: dict[str, Any] = {
    "resident": gettext_lazy("住民から"),
    "business": gettext_lazy("事業者から"),
    "public": gettext_lazy("国・自治体などから"),
}
COUNTERS: dict[str, Any] = {
    "municipal": gettext_lazy("市区町村の窓口あり"),
    "unknown": gettext_lazy("市区町村か都道府県か不明"),
}


def filters_of(request: HttpRequest) -> tuple[inventory.Filters, str]:
    """Filters and order from the address; unknown values are ignored."""
    get = request.GET.get
    online, applicant, counter = get("online", ""), get("applicant", ""), get("counter", "")
    sort = get("sort", "count")
    found = inventory.Filters(
        words=get("q", "")[:200],
        applicant=applicant if applicant in APPLICANTS else "",
        online=online if online in ONLINE else "",
        law=get("law", "")[:200],
        counter=counter if counter in COUNTERS else "",
        counted=get("counted") == "1",
    )
    return found, sort if sort in SORTS else "count"


@right_required("workload.view")
def procedures(request: HttpRequest) -> HttpResponse:
    """`/see/procedures/`: search, filter and sort the procedures that a municipality receives."""
    filters, sort = filters_of(request)
    found = inventory.find(filters, sort)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = {
        "rows": [{"info": p, "online": ONLINE[p.online][0], "css": ONLINE[p.online][1]} for p in page],
        "page": page,
        "filters": filters,
        "sort": sort,
        "sorts": SORTS.items(),
        "online_choices": [(code, label) for code, (label, _css) in ONLINE.items()],
        "applicants": APPLICANTS.items(),
        "counters": COUNTERS.items(),
        "laws": inventory.laws()[:80],
        "whole": len(inventory.procedures()),
        "without_count": sum(p.total is None for p in found),
        "edition": inventory.edition(),
        "filtered": filters != inventory.Filters(),
        "narrowed": replace(filters, words="") != inventory.Filters() or sort != "count",
    }
    return render(request, "workload/procedures.html", context)


@right_required("workload.view")
def procedure(request: HttpRequest, procedure_id: str) -> HttpResponse:
    """`/see/procedures/<id>/`: one procedure and the way to a review."""
    found = inventory.by_id(procedure_id)
    if found is None:
        raise NotFound(_("この手続は一覧にありません。"))
    label, css = ONLINE[found.online]
    facts = [
        (_("根拠の法令"), " ".join(part for part in (found.law, found.article) if part)),
        (_("法令番号"), found.law_number),
        (_("所管"), found.ministry),
        (_("だれから"), found.applicant),
        (_("受け手"), found.receiver),
        (_("提出先"), found.place or _("記入なし（市区町村か都道府県か不明）")),
        (_("事務の区分"), found.duty),
        (_("オンライン化の予定・課題"), found.obstacle),
        (_("本人確認"), found.identity),
        (_("手数料"), found.fee),
        (_("処理期間（オンライン）"), found.days_online),
        (_("処理期間（オンライン以外）"), found.days_paper),
        (_("情報システム（申請）"), found.system),
        (_("書かせる情報"), found.asked),
        (_("添付書類"), found.attachments),
        (_("できごと（個人）"), found.event_person),
        (_("できごと（法人）"), found.event_business),
    ]
    context = {
        "procedure": found,
        "online": label,
        "css": css,
        "facts": [(k, v) for k, v in facts if v],
        "edition": inventory.edition(),
    }
    return render(request, "workload/procedure.html", context)
