"""Installing: a form, a preview of what will be made, and the installation itself."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from tomoni.core.errors import Invalid
from tomoni.kits import library, queries
from tomoni.kits.actions.install_kit import install_kit, plan
from tomoni.kits.forms import InstallForm
from tomoni.kits.views.gallery import kit_context
from tomoni.people.decorators import right_required


def blame(form: InstallForm, error: Invalid) -> None:
    """Put an action's errors onto the form's fields."""
    for name, words in error.errors.items():
        for word in words:
            form.add_error(name if name in form.fields else None, str(word))


def _owner(request: HttpRequest) -> str:
    """The section to propose: `?section=`, else one's own; the DX office installs for others, so it has to choose."""
    actor = request.actor  # type: ignore[attr-defined]
    wanted = request.GET.get("section", "")
    if wanted in dict(queries.department_choices()):
        return wanted
    return "" if "dx" in actor.roles else queries.home_department(actor)


@right_required("kits.install")
def install(request: HttpRequest, code: str) -> HttpResponse:
    """GET: the form. POST with `step=preview`: what will be made. POST with `step=install`: make it, once, and go to the app."""
    version = request.POST.get("version", "") or request.GET.get("version", "")
    kit = library.entry(code, version).kit
    actor = request.actor  # type: ignore[attr-defined]
    if request.method != "POST":
        first = InstallForm.first(kit, request.GET.get("task", "")[:64], _owner(request))
        form = InstallForm(initial=first, kit=kit)
        return render(request, "kits/install.html", {"kit": kit, "form": form, "version": version})
    form = InstallForm(request.POST, kit=kit)
    step = request.POST.get("step", "")
    if form.is_valid() and step != "back":
        data = {k: v for k, v in form.cleaned_data.items() if k != "sample"} | {
            "sample": form.cleaned_data.get("sample", False)
        }
        try:
            if step == "install":
                done = install_kit(actor=actor, kit=kit, **data)
                messages.success(request, _("「%(name)s」を作りました。") % {"name": data["name"]})
                return redirect(queries.app_url(done.app_code))
            wanted = {k: data[k] for k in ("code", "name", "department_code", "task_id")}
            spec = plan(kit, **wanted)
        except Invalid as error:
            blame(form, error)
        else:
            names = dict(queries.department_choices())
            context = {**kit_context(kit), "form": form, "spec": spec, "version": version, "data": data}
            context["department"] = names.get(data["department_code"], "")
            return render(request, "kits/preview.html", context)
    context = {"kit": kit, "form": form, "version": version}
    return render(request, "kits/install.html", context, status=200 if step == "back" else 422)
