"""自治体の設定."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tomoni.core.actions.set_town import LIMITS, set_town
from tomoni.core.errors import Conflict, Invalid
from tomoni.core.town import town
from tomoni.core.web.guard import actor_of, staff


@dataclass(frozen=True, slots=True)
class State:
    """How saving went: the answer's status, the revision the form rests on, errors, the other's version."""

    status: int = 200
    revision: int = 0
    errors: dict[str, list[Any]] = field(default_factory=dict)
    theirs: dict[str, str] = field(default_factory=dict)


@require_http_methods(["GET", "HEAD", "POST"])
@staff("town.edit")
def edit_town(request: HttpRequest) -> HttpResponse:
    """The form; 422 with what must be mended, 409 with both versions when somebody else saved meanwhile."""
    current = town()
    values = {field: str(getattr(current, field)) for field in LIMITS}
    state = State(revision=current.revision)
    if request.method == "POST":
        values = {field: request.POST.get(field, "") for field in LIMITS}
        state = _save(request, values)
        if state.status == 200:
            messages.success(request, _("自治体の設定を保存しました。"))
            return redirect("core:town")
    words = _fields()
    fields = [
        {
            "code": code,
            "label": words[code][0],
            "help": words[code][1],
            "value": values[code],
            "errors": state.errors.get(code, []),
            "required": code == "name",
            "long": code == "hours",
            "limit": LIMITS[code],
        }
        for code in LIMITS
    ]
    differing = [
        (words[code][0], values[code], theirs)
        for code, theirs in state.theirs.items()
        if theirs != values[code]
    ]
    context = {
        "fields": fields,
        "failed": bool(state.errors),
        "revision": state.revision,
        "conflict": state.status == 409,
        "differing": differing,
    }
    return render(request, "core/town.html", context, status=state.status)


def _save(request: HttpRequest, values: dict[str, str]) -> State:
    """Save, and say how it went."""
    given = request.POST.get("revision", "")
    revision = int(given) if re.fullmatch(r"[0-9]{1,9}", given) else -1
    try:
        set_town(actor=actor_of(request), revision=revision, **values)
    except Invalid as error:
        return State(422, revision, errors=error.errors)
    except Conflict as error:
        return State(409, error.details["revision"], theirs=error.details["theirs"])
    return State(200, revision)


def _fields() -> dict[str, tuple[str, str]]:
    return {
        "name": (_("自治体の名前"), _("例: ともに市")),
        "code": (_("団体コード"), _("総務省の全国地方公共団体コード。5けた、または6けた")),
        "contact_section": (_("窓口の課"), _("住民のページの下に出ます。例: 市民課")),
        "telephone": (_("電話番号"), _("例: 058-214-1111")),
        "hours": (_("受付時間"), _("例: 平日 8時30分から17時15分まで")),
    }
