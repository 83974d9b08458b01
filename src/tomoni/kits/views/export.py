"""An app as a kit file for other towns."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tomoni.core.town import town
from tomoni.kits import queries
from tomoni.kits.format.problems import KitInvalid
from tomoni.kits.forms import ExportForm
from tomoni.kits.views.gallery import kit_context
from tomoni.people.decorators import staff_required


@require_safe
@staff_required
def export(request: HttpRequest, app: str) -> HttpResponse:
    """What goes into the file and what does not; with `download=1` the file."""
    actor = request.actor  # type: ignore[attr-defined]
    wanted = {k: request.GET[k] for k in ExportForm.base_fields if k in request.GET}
    form = ExportForm(wanted or None)
    given = form.cleaned_data if wanted and form.is_valid() else {}
    try:
        made = queries.export_kit(actor=actor, app=app, **given)
    except KitInvalid as error:
        return render(
            request, "kits/export.html", {"app": app, "problems": error.problems, "form": None}, status=422
        )
    if wanted and not given:
        return render(
            request, "kits/export.html", {**kit_context(made.kit), "app": app, "form": form}, status=422
        )
    if request.GET.get("download") == "1":
        response = HttpResponse(made.text, content_type="application/yaml; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="{made.kit.code}-{made.kit.version}.yaml"'
        response["X-Content-Type-Options"] = "nosniff"
        return response
    if not wanted:
        kit = made.kit
        form = ExportForm(
            initial={
                "version": kit.version,
                "publisher": town().name,
                "summary": kit.summary,
                "license_name": kit.license,
            }
        )
    context = {**kit_context(made.kit), "app": app, "form": form, "dropped": made.dropped}
    return render(request, "kits/export.html", context)
