"""Staff: the forms, their settings, texts, state, poster and preview."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tomoni.core.actor import Actor
from tomoni.core.errors import Conflict, Forbidden, Invalid, NotFound
from tomoni.people.decorators import staff_required
from tomoni.procedures import queries
from tomoni.procedures.actions.create_form import create_form
from tomoni.procedures.actions.publish_form import close_form, publish_form
from tomoni.procedures.actions.update_form import update_form
from tomoni.procedures.applicant import possible_actions
from tomoni.procedures.forms import SettingsForm, WordsForm
from tomoni.procedures.models import Form
from tomoni.procedures.qr import qr_path
from tomoni.procedures.questions import all_questions, askable_fields
from tomoni.procedures.readiness import obstacles
from tomoni.procedures.views.shell import page
from tomoni.records import facade as records


def actor_of(request: HttpRequest) -> Actor:
    """Who asks."""
    return request.actor  # type: ignore[attr-defined]


def managed(request: HttpRequest, slug: str) -> Form:
    """A form that the actor may manage."""
    form = queries.form(slug)
    if not queries.may_manage(actor_of(request), form.app_code):
        raise Forbidden("forms.manage")
    return form


def viewed(request: HttpRequest, slug: str) -> Form:
    """A form of an app that the actor may view, or that the actor manages."""
    form = queries.form(slug)
    if not queries.may_view(actor_of(request), form):
        raise NotFound
    return form


@require_safe
@staff_required
def index(request: HttpRequest) -> HttpResponse:
    """All forms the actor may see, with state, period and counts."""
    actor = actor_of(request)
    rows = queries.forms_for(actor)
    can_make = any(queries.may_manage(actor, code) for code in queries.visible_apps(actor)) or actor.may(
        "forms.manage"
    )
    return render(request, "procedures/staff/forms.html", {"rows": rows, "can_make": can_make})


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required
def new(request: HttpRequest) -> HttpResponse:
    """Choose an app; its fields become the first questions."""
    actor = actor_of(request)
    apps = {code: app for code, app in queries.visible_apps(actor).items() if queries.may_manage(actor, code)}
    errors: dict[str, list[Any]] = {}
    if request.method == "POST":
        code = request.POST.get("app", "")
        try:
            if code not in apps:
                raise Invalid({"app": [_("アプリを選んでください。")]})
            form = create_form(actor=actor, app=code, title=request.POST.get("title", ""))
            messages.success(
                request,
                _("公開フォームの下書きを作りました。質問の言葉を確かめてから、受付を始めてください。"),
            )
            return HttpResponseRedirect(reverse("procedures:staff_form", args=[form.slug]))
        except Invalid as error:
            errors = error.errors
    context = {
        "apps": apps.values(),
        "errors": errors,
        "chosen": request.POST.get("app") or request.GET.get("app", ""),
        "title": request.POST.get("title", ""),
        "existing": {f.app_code for f in Form.objects.filter(app_code__in=apps)},
    }
    return render(request, "procedures/staff/form_new.html", context, status=422 if errors else 200)


@require_safe
@staff_required
def detail(request: HttpRequest, slug: str) -> HttpResponse:
    """One form: address, state, what keeps it from opening, its questions, counts."""
    form = viewed(request, slug)
    manage = queries.may_manage(actor_of(request), form.app_code)
    asked = all_questions(form)
    known = {q.field.code for q in asked}
    context = {
        "form": form,
        "manage": manage,
        "may_enter": queries.may(actor_of(request), form.app_code, "add"),
        "asked": asked,
        "more": [f for f in askable_fields(form.app_code) if f.code not in known],
        "obstacles": obstacles(form) if manage and form.state != Form.State.OPEN else [],
        "address": public_address(form),
        "qr": qr_path(public_address(form)),
        "accepting": form.accepting(),
        "count": queries.count(form.app_code),
        "channels": queries.channel_counts(form),
        "app_name": records.schema(code=form.app_code).name,
    }
    return render(request, "procedures/staff/form.html", context)


def public_address(form: Form) -> str:
    """The address that residents open."""
    return settings.BASE_URL + reverse("procedures:start", args=[form.slug])


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    """Texts, contact, period, verification."""
    form = managed(request, slug)
    names = [a.name for a in possible_actions(records.schema(code=form.app_code))]
    settings_form = SettingsForm(
        request.POST or None, form=form, fields=askable_fields(form.app_code), actions=names
    )
    return _saved(request, form, settings_form, "procedures/staff/form_edit.html", _("設定を保存しました。"))


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required
def letters(request: HttpRequest, slug: str) -> HttpResponse:
    """For each state: the words on the status page, and the letter."""
    form = managed(request, slug)
    words = WordsForm(request.POST or None, form=form, schema=records.schema(code=form.app_code))
    return _saved(request, form, words, "procedures/staff/letters.html", _("言葉を保存しました。"))


def _saved(
    request: HttpRequest, form: Form, edited: SettingsForm | WordsForm, template: str, message: str
) -> HttpResponse:
    """Save what was edited, or show it again: 422 with errors, 409 with what somebody else saved meanwhile."""
    status, conflict = 200, False
    if request.method == "POST":
        status = 422
        if edited.is_valid():
            revision = edited.cleaned_data["revision"]
            try:
                update_form(actor=actor_of(request), form=form, changes=edited.changes(), revision=revision)
                messages.success(request, message)
                return HttpResponseRedirect(reverse("procedures:staff_form", args=[form.slug]))
            except Invalid as error:
                for text in error.errors.get("", []):
                    edited.add_error(None, str(text))
            except Conflict as error:
                status, conflict = 409, True
                again = request.POST.copy()
                again["revision"] = str(error.details["revision"])
                edited.data = again
    context = {"form": form, "edited": edited, "theirs": _differing(form, edited) if conflict else []}
    return render(request, template, context | {"conflict": conflict}, status=status)


def _differing(form: Form, edited: SettingsForm | WordsForm) -> list[tuple[Any, str, str]]:
    """(label, mine, theirs) of each field in which the two versions differ."""
    found = []
    for bound in edited:
        theirs = str(bound.form.initial.get(bound.name) or "")
        mine = str(bound.value() or "")
        if bound.name != "revision" and mine != theirs and not isinstance(bound.value(), list):
            found.append((bound.label, mine, theirs))
    return found


@require_POST
@staff_required
def state(request: HttpRequest, slug: str) -> HttpResponse:
    """Open or close the form."""
    form = managed(request, slug)
    back = HttpResponseRedirect(reverse("procedures:staff_form", args=[slug]))
    if request.POST.get("to") == "open":
        try:
            publish_form(actor=actor_of(request), form=form)
        except Invalid as error:
            for message in error.errors.get("", []):
                messages.error(request, message)
            return back
        messages.success(request, _("受付を始めました。案内のちらしを印刷できます。"))
    elif request.POST.get("to") == "closed":
        close_form(actor=actor_of(request), form=form)
        messages.success(request, _("受付を終えました。住民には、期間と電話番号を案内します。"))
    return back


@require_safe
@staff_required
def poster(request: HttpRequest, slug: str) -> HttpResponse:
    """A page to print: title, address, QR, telephone."""
    form = viewed(request, slug)
    address = public_address(form)
    return render(
        request, "procedures/staff/poster.html", {"form": form, "address": address, "qr": qr_path(address)}
    )


@require_safe
@staff_required
def preview(request: HttpRequest, slug: str, n: int = 0) -> HttpResponse:
    """The form as a resident sees it, without keeping anything. `n` = 0 is the start page."""
    form = viewed(request, slug)
    asked = all_questions(form)
    if n > len(asked):
        raise NotFound
    base = {"preview": True, "total": len(asked), "n": n, "keep_days": 30, "count": len(asked)}
    if n == 0:
        personal = [a for a in asked if a.field.personal != "none"]
        return page(request, "procedures/resident/start.html", form, personal=personal, **base)
    current = asked[n - 1]
    last = reverse("procedures:staff_form_preview", args=[slug])
    back = reverse("procedures:staff_form_preview_n", args=[slug, n - 1]) if n > 1 else last
    following = reverse("procedures:staff_form_preview_n", args=[slug, n + 1]) if n < len(asked) else ""
    return page(
        request,
        "procedures/resident/question.html",
        form,
        asked=current,
        question=current.question,
        field=current.field,
        value=None,
        errors=[],
        back=back,
        following=following,
        saved="",
        **base,
    )
