"""Fields outside the draft: bringing one back from the trash, and the way to one field's settings."""

from __future__ import annotations

from urllib.parse import quote

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tomoni.core.errors import Invalid, NotFound
from tomoni.people.decorators import staff_required
from tomoni.records.actions.restore_field import restore_field
from tomoni.records.views.common import enter


@staff_required
def edit(request: HttpRequest, code: str, field: str) -> HttpResponse:
    """`/build/apps/<code>/form/<field>/`: the builder with this field chosen."""
    inside = enter(request, code, "manage")
    if field not in inside.app.by_code or not inside.app.by_code[field].id:
        raise NotFound(_("この項目はもうありません。"))
    return redirect(f"{reverse('records:form', args=[code])}?at={quote(f'f:{field}')}#panel")


@staff_required
@require_POST
def restore(request: HttpRequest, code: str) -> HttpResponse:
    """Bring a field back."""
    inside = enter(request, code, "manage")
    text = request.POST.get("field", "")
    gone = (*inside.app.trash, *inside.app.trash_columns)
    spec = next((f for f in gone if str(f.id) == text), None)
    if spec is None or spec.id is None:
        raise NotFound(_("この項目はもうありません。"))
    try:
        restore_field(actor=inside.actor, app=code, field_id=spec.id, swap=bool(request.POST.get("swap")))
    except Invalid as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("項目「%(label)s」を戻しました。") % {"label": spec.label[:60]})
    return redirect("records:form", code)
