"""A whole app: copy it, put it into the trash, take it out again."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tomoni.core.errors import Invalid
from tomoni.people.decorators import staff_required
from tomoni.records import facade, queries
from tomoni.records.views import codes
from tomoni.records.views.common import actor_of, enter


@staff_required
@require_POST
def copy(request: HttpRequest, code: str) -> HttpResponse:
    """Copy the definition without records; the copy opens at its name."""
    inside = enter(request, code, "manage")
    name = request.POST.get("name", "").strip()[:200]
    try:
        made = facade.copy_app(actor=inside.actor, app=code, code=codes.app_code(name), name=name)
    except Invalid as error:
        messages.error(request, str(error))
        return redirect("records:about", code)
    messages.success(request, _("アプリを写しました。記録は写していません。"))
    return redirect("records:about", made.code)


@staff_required
@require_POST
def delete(request: HttpRequest, code: str) -> HttpResponse:
    """Put the app into the trash with all its records."""
    inside = enter(request, code, "manage")
    facade.delete_app(actor=inside.actor, app=code)
    text = _("アプリ「%(name)s」をごみ箱に入れました。「消したアプリ」から戻せます。")
    messages.success(request, text % {"name": inside.app.name})
    return redirect("records:home")


@staff_required
def trash(request: HttpRequest) -> HttpResponse:
    """`/build/trash/`: the deleted apps that the actor may bring back."""
    return render(request, "records/apps_trash.html", {"apps": queries.deleted_apps(actor_of(request))})


@staff_required
@require_POST
def restore(request: HttpRequest, code: str) -> HttpResponse:
    """Take an app out of the trash."""
    made = facade.restore_app(actor=actor_of(request), app=code)
    messages.success(request, _("アプリ「%(name)s」を戻しました。") % {"name": made.name})
    return redirect("records:list", made.code)
