"""Pages: who answers for which app, このアプリについて, 引継書, 個人情報ファイル簿."""

from __future__ import annotations

import csv
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from tomoni.core import clock, stale
from tomoni.core.actor import Actor
from tomoni.core.errors import Conflict, Invalid
from tomoni.core.forms import PlainForm
from tomoni.people.decorators import right_required, staff_required
from tomoni.people.models import User
from tomoni.records import facade, rights
from tomoni.records.keeping import access, handover, owners, register
from tomoni.records.keeping.actions import set_keepers, write_texts
from tomoni.records.keeping.models import Disposal, Hold, Keeping
from tomoni.records.models import App
from tomoni.records.schema.snapshot import AppSchema


def actor_of(request: HttpRequest) -> Actor:
    """Who asks."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


class KeepersForm(PlainForm):
    """Owner and deputy, among the staff who work here."""

    owner_id = forms.TypedChoiceField(label=gettext_lazy("担当者"), coerce=int)
    deputy_id = forms.TypedChoiceField(
        label=gettext_lazy("副担当"), coerce=int, required=False, empty_value=None,
        help_text=gettext_lazy("担当者の異動や休みのときに、代わりに直せる人です。"),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        staff = User.objects.filter(is_active=True, kind=User.Kind.STAFF).order_by("display_name", "pk")
        people = [(str(pk), name) for pk, name in staff.values_list("pk", "display_name")]
        self.fields["owner_id"].choices = [("", _("選んでください")), *people]  # type: ignore[attr-defined]
        self.fields["deputy_id"].choices = [("", _("なし")), *people]  # type: ignore[attr-defined]


def may_manage(actor: Actor, schema: AppSchema) -> bool:
    """Whether the actor manages the app."""
    return rights.may(actor, schema, "manage")


@require_safe
@right_required("keeping.see")
def home(request: HttpRequest) -> HttpResponse:
    """The apps the actor answers for or oversees: those without anybody first, then those that soon have nobody."""
    actor = actor_of(request)
    overseer = actor.may(owners.ALL) or actor.may(owners.MANAGE)
    mine = {a.code for a in facade.apps(actor=actor) if "manage" in a.verbs}
    tree_rows = owners.kept(owners.live())
    seen = [k for k in tree_rows if overseer or k.code in mine or _in_my_care(actor, k)]
    missing = [k for k in seen if k.ownerless]
    coming = {k.code for k in owners.soon()} if seen else set()
    waiting = Disposal.objects.filter(state__in=[Disposal.State.PROPOSED, Disposal.State.APPROVED])
    disposals = [
        d
        for d in waiting.select_related("app").order_by("pk")[:50]
        if d.proposed_by_id == actor.id or d.app.code in mine or access.may_decide(actor, d)
    ]
    context = {
        "missing": missing,
        "soon": [k for k in seen if k.code in coming],
        "rows": [k for k in seen if not k.ownerless],
        "disposals": disposals,
    }
    return render(request, "record_keeping/home.html", context)


def _in_my_care(actor: Actor, kept: owners.Kept) -> bool:
    """Heads see the apps of their departments; staff see their own department's apps that nobody answers for."""
    if not kept.department:
        return False
    if actor.heads and owners.leads(actor, kept.department_code):
        return True
    return kept.ownerless and owners.may_take_over(actor, kept)


@require_safe
@staff_required
def about(request: HttpRequest, app: str) -> HttpResponse:
    """このアプリについて: who answers for it, how long its records stay, what there is to read and print."""
    actor = actor_of(request)
    schema = access.opened(actor, app)
    return render(request, "record_keeping/about.html", _about(actor, schema))


def _about(actor: Actor, schema: AppSchema, **extra: Any) -> dict[str, Any]:
    kept = owners.kept(App.objects.filter(pk=schema.id))[0]
    done = Disposal.objects.filter(app_id=schema.id).order_by("-pk")[:10]
    manages = may_manage(actor, schema)
    return {
        "app": schema,
        "kept": kept,
        "may_manage": manages,
        "may_name": manages or owners.leads(actor, schema.department_code),
        "may_take": kept.ownerless and owners.may_take_over(actor, kept),
        "form": KeepersForm(initial={"owner_id": schema.owner_id, "deputy_id": schema.deputy_id}),
        "note": Keeping.objects.filter(app_id=schema.id).values_list("note", flat=True).first() or "",
        "personal": register.tagged(schema),
        "holds": Hold.objects.filter(app_id=schema.id, released_at__isnull=True).count(),
        "disposals": done,
        **extra,
    }


@require_POST
@staff_required
def keepers(request: HttpRequest, app: str) -> HttpResponse:
    """Name owner and deputy."""
    actor = actor_of(request)
    schema = access.opened(actor, app)
    form = KeepersForm(request.POST)
    if form.is_valid():
        try:
            set_keepers.set_keepers(actor=actor, app=app, **form.cleaned_data)
        except Invalid as error:
            form.take(error)
        else:
            messages.success(request, _("担当者を決めました。"))
            return redirect("keeping:about", app)
    return render(request, "record_keeping/about.html", _about(actor, schema, form=form), status=422)


@require_POST
@staff_required
def take(request: HttpRequest, app: str) -> HttpResponse:
    """Take over an app that nobody answers for."""
    schema = set_keepers.take_over(actor=actor_of(request), app=app)
    messages.success(
        request, _("「%(app)s」の担当者になりました。引継書を読んでください。") % {"app": schema.name}
    )
    return redirect("keeping:handover", app)


@require_safe
@staff_required
def handover_page(request: HttpRequest, app: str) -> HttpResponse:
    """引継書, for the screen and for A4 paper."""
    schema = access.opened(actor_of(request), app)
    context = {"app": schema, "paper": handover.build(schema), "now": clock.now()}
    context |= {"may_manage": may_manage(actor_of(request), schema)}
    return render(request, "record_keeping/handover.html", context)


class NoteForm(PlainForm):
    """What the next person must know."""

    note = forms.CharField(
        label=gettext_lazy("引継ぎのメモ"), required=False, max_length=write_texts.MOST_NOTE,
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text=gettext_lazy(
            "なぜこの形にしたか、毎年いつ何をするか、気をつけることを書きます。個人の情報は書きません。"
        ),
    )  # fmt: skip
    opened_on = forms.CharField(required=False, widget=forms.HiddenInput)


@staff_required
def note(request: HttpRequest, app: str) -> HttpResponse:
    """Write the note for the next person."""
    actor = actor_of(request)
    schema = access.opened(actor, app)
    rights.require(actor, schema, "manage")
    now = Keeping.objects.filter(app_id=schema.id).values_list("note", flat=True).first() or ""
    form = NoteForm(request.POST or None, initial={"note": now, "opened_on": stale.mark({"note": now})})
    status, conflict = 200, None
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            write_texts.write_note(
                actor=actor, app=app, text=data["note"], opened_on=data["opened_on"] or None
            )
        except Invalid as error:
            form.take(error)
        except Conflict as error:
            conflict, status = error, 409
            again = request.POST.copy()
            again["opened_on"] = str(error.details["revision"])
            form = NoteForm(again)
        else:
            messages.success(request, _("保存しました。"))
            return redirect("keeping:handover", app)
    context = {"app": schema, "form": form, "conflict": conflict, "differing": form.differing(conflict)}
    return render(request, "record_keeping/note.html", context, status=422 if form.errors else status)


def _written(schema: AppSchema) -> dict[str, str]:
    return Keeping.objects.filter(app_id=schema.id).values_list("register", flat=True).first() or {}


@staff_required
def register_page(request: HttpRequest, app: str) -> HttpResponse:
    """個人情報ファイル簿: the draft from the tags, written over by hand; `?edit=1` to write."""
    actor = actor_of(request)
    schema = access.opened(actor, app)
    written = _written(schema)
    lines = register.lines(schema, written)
    errors: dict[str, Any] = {}
    status, opened_on = 200, stale.mark(written)
    if request.method == "POST":
        given = {line.key: request.POST.get(line.key, "") for line in lines}
        try:
            write_texts.write_register(
                actor=actor, app=app, values=given, opened_on=request.POST.get("opened_on") or None
            )
        except Invalid as error:
            errors, status = {k: [str(m) for m in ms] for k, ms in error.errors.items()}, 422
        except Conflict as error:
            opened_on, status = str(error.details["revision"]), 409
            errors = {
                "": [
                    _(
                        "ほかの人が先に保存しました。下は、あなたの入力です。確かめて、もう一度保存してください。"
                    )
                ]
            }
        else:
            messages.success(request, _("保存しました。"))
            return redirect("keeping:register", app)
        lines = register.lines(schema, {k: v for k, v in given.items() if v.strip()})
    context = {
        "app": schema,
        "lines": [(line, errors.get(line.key, [])) for line in lines],
        "problems": errors.get("", []),
        "opened_on": opened_on,
        "edit": request.method == "POST" or request.GET.get("edit") == "1",
        "personal": register.tagged(schema),
        "may_manage": may_manage(actor, schema),
        "now": clock.now(),
    }
    return render(request, "record_keeping/register.html", context, status=status)


@require_safe
@staff_required
def register_csv(request: HttpRequest, app: str) -> HttpResponse:
    """The register as CSV for spreadsheets (UTF-8 with its mark)."""
    schema = access.opened(actor_of(request), app)
    answer = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="register-{schema.id}.csv"'
    out = csv.writer(answer)
    out.writerow([_("項目"), _("内容")])
    out.writerows([line.label, line.text] for line in register.lines(schema, _written(schema)))
    return answer
