"""The gallery and the page of one kit."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tomoni.automation import facade as automation
from tomoni.core.errors import Conflict, TooLarge
from tomoni.kits import library, queries
from tomoni.kits.actions.receive_kit import receive_kit, remove_kit
from tomoni.kits.format.kit import Kit
from tomoni.kits.format.problems import KitInvalid
from tomoni.kits.format.reader import MAX_BYTES
from tomoni.kits.forms import UploadForm
from tomoni.people.decorators import right_required


@require_safe
@right_required("kits.see")
def gallery(request: HttpRequest) -> HttpResponse:
    """Every kit with what it contains and how often it was installed here. `?task=` is kept for the installation."""
    word = request.GET.get("q", "").strip()[:100]
    entries = library.newest()
    shown = [e for e in entries if queries.about(e.kit, word)] if word else entries
    counts = queries.installed_counts()
    context = {
        "rows": [(e, counts.get(e.kit.code, 0)) for e in shown],
        "word": word,
        "total": len(entries),
        "task": request.GET.get("task", "")[:64],
        "may_install": request.actor.may("kits.install"),  # type: ignore[attr-defined]
    }
    return render(request, "kits/list.html", context)


def kit_context(kit: Kit) -> dict[str, Any]:
    """What the page of a kit and the preview of an installation show alike."""
    return {
        "kit": kit,
        "fields": queries.field_rows(kit.spec),
        "actions": [(a, "、".join(queries.who_words(w) for w in a.who)) for a in kit.spec.actions],
        "rights": [
            (queries.who_words(r.who), "・".join(queries.verb_words(v) for v in r.verbs))
            for r in kit.spec.rights
        ],
        "rules": automation.words(rules=kit.automations, spec=kit.spec),
        "slots": [queries.slot_words(p) for p in kit.slots],
        "slot_count": queries.slot_count(kit),
        "parts": queries.part_words(kit),
    }


@require_safe
@right_required("kits.see")
def detail(request: HttpRequest, code: str) -> HttpResponse:
    """One kit: fields, states, form, rules in words, how it maps to the survey's steps, where it is installed."""
    entry = library.entry(code, request.GET.get("version", ""))
    context = {
        **kit_context(entry.kit),
        "entry": entry,
        "versions": [e.kit.version for e in library.entries() if e.kit.code == code],
        "installations": queries.installations(code),
        "apps": queries.visible_apps(request.actor),  # type: ignore[attr-defined]
        "task": request.GET.get("task", "")[:64],
        "may_install": request.actor.may("kits.install"),  # type: ignore[attr-defined]
    }
    return render(request, "kits/detail.html", context)


@right_required("kits.install")
def upload(request: HttpRequest) -> HttpResponse:
    """Receive a kit file: every fault with its line, or into the gallery."""
    form = UploadForm(request.POST or None, request.FILES or None)
    problems: list[Any] = []
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            if len(form.cleaned_data["file"]) > MAX_BYTES:
                raise TooLarge
            row = receive_kit(actor=request.actor, source=form.cleaned_data["file"])  # type: ignore[attr-defined]
        except KitInvalid as error:
            problems = error.problems
            form.add_error("file", str(error))
            status = 422
        except (Conflict, TooLarge) as error:
            form.add_error("file", str(error))
            status = error.status
        else:
            messages.success(request, _("キットを受け取りました。中身を見てから導入してください。"))
            return redirect("kits:detail", row.code)
    elif request.method == "POST":
        status = 422
    return render(request, "kits/upload.html", {"form": form, "problems": problems}, status=status)


@require_POST
@right_required("kits.install")
def remove(request: HttpRequest, code: str) -> HttpResponse:
    """Take a received kit out of the gallery."""
    entry = library.entry(code, request.POST.get("version", ""))
    if entry.uploaded is None:
        messages.error(request, _("はじめから入っているキットは取り除けません。"))
        return redirect("kits:detail", code)
    remove_kit(actor=request.actor, uploaded=entry.uploaded)  # type: ignore[attr-defined]
    messages.success(request, _("キットを取り除きました。導入したアプリはそのまま使えます。"))
    return redirect("kits:list")
