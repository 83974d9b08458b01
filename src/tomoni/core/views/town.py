"""自治体の設定."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tomoni.core.actions.set_town import LIMITS, set_town
from tomoni.core.errors import Invalid
from tomoni.core.town import town
from tomoni.core.web.guard import actor_of, staff


@require_http_methods(["GET", "HEAD", "POST"])
@staff("town.edit")
def edit_town(request: HttpRequest) -> HttpResponse:
    """The form."""
    current = town()
    values = {field: str(getattr(current, field)) for field in LIMITS}
    errors: dict[str, list[object]] = {}
    if request.method == "POST":
        values = {field: request.POST.get(field, "") for field in LIMITS}
        try:
            set_town(actor=actor_of(request), **values)
        except Invalid as error:
            errors = error.errors
        else:
            messages.success(request, _("自治体の設定を保存しました。"))
            return redirect("core:town")
    words = _fields()
    fields = [
        {
            "code": code,
            "label": words[code][0],
            "help": words[code][1],
            "value": values[code],
            "errors": errors.get(code, []),
            "required": code == "name",
            "long": code == "hours",
            "limit": LIMITS[code],
        }
        for code in LIMITS
    ]
    status = 422 if errors else 200
    return render(request, "core/town.html", {"fields": fields, "failed": bool(errors)}, status=status)


def _fields() -> dict[str, tuple[str, str]]:
    return {
        "name": (_("自治体の名前"), _("例: ともに市")),
        "code": (_("団体コード"), _("総務省の全国地方公共団体コード。5けた、または6けた")),
        "contact_section": (_("窓口の課"), _("住民のページの下に出ます。例: 市民課")),
        "telephone": (_("電話番号"), _("例: 058-214-1111")),
        "hours": (_("受付時間"), _("例: 平日 8時30分から17時15分まで")),
    }
