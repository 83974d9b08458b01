"""Pages of talk: writing, mending and removing comments; how one's mails come."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tomoni.core.errors import Invalid, NotFound
from tomoni.people.decorators import staff_required
from tomoni.records.talk import queries
from tomoni.records.talk.actions.add_comment import add_comment
from tomoni.records.talk.actions.edit_comment import delete_comment, edit_comment
from tomoni.records.talk.actions.set_preference import set_preferences
from tomoni.records.talk.models import Preference
from tomoni.records.views.common import actor_of, enter


def _record_page(code: str, pk: int, anchor: str = "comments") -> HttpResponse:
    return redirect(f"{reverse('records:record', args=[code, pk])}#{anchor}")


@staff_required
@require_POST
def add(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """「コメントを書く」, 「返信する」."""
    parent = request.POST.get("parent", "")
    text = request.POST.get("text", "")
    try:
        made = add_comment(
            actor=actor_of(request), app=code, record=pk, text=text, once_key=request.POST.get("once", "")[:64],
            parent=int(parent) if parent.isascii() and parent.isdigit() and len(parent) < 19 else None,
        )  # fmt: skip
    except Invalid as error:
        return _again(request, code, pk, text, error)
    return _record_page(code, pk, f"comment-{made.id}")


def _again(
    request: HttpRequest, code: str, pk: int, text: str, error: Invalid, comment: int | None = None
) -> HttpResponse:
    """The form once more with what was written."""
    inside = enter(request, code, "view")
    context = inside.context(
        request, pk=pk, text=text, comment=comment, parent=request.POST.get("parent", ""),
        errors=[str(t) for ts in error.errors.values() for t in ts],
    )  # fmt: skip
    return render(request, "record_talk/again.html", context, status=422)


@staff_required
def edit(request: HttpRequest, code: str, pk: int, comment: int) -> HttpResponse:
    """Mend one's own comment."""
    inside = enter(request, code, "view")
    found = next(
        (c for c in queries.comments(actor=inside.actor, app=code, record=pk) if c.id == comment and c.mine),
        None,
    )
    if found is None:
        raise NotFound(_("このコメントはもうありません。"))
    if request.method == "POST":
        text = request.POST.get("text", "")
        try:
            edit_comment(actor=inside.actor, app=code, record=pk, comment=comment, text=text)
        except Invalid as error:
            return _again(request, code, pk, text, error, comment)
        return _record_page(code, pk, f"comment-{comment}")
    context = inside.context(request, pk=pk, text=found.text, comment=comment)
    return render(request, "record_talk/again.html", context)


@staff_required
@require_POST
def delete(request: HttpRequest, code: str, pk: int, comment: int) -> HttpResponse:
    """Remove a comment."""
    delete_comment(actor=actor_of(request), app=code, record=pk, comment=comment)
    messages.success(request, _("コメントを消しました。"))
    return _record_page(code, pk)


@staff_required
def preferences(request: HttpRequest) -> HttpResponse:
    """`/build/talk/preferences/`: how the mails of each app come."""
    actor = actor_of(request)
    if request.method == "POST":
        chosen = {
            int(name.removeprefix("app-")): str(value)
            for name, value in request.POST.items()
            if name.startswith("app-") and name[4:].isascii() and name[4:].isdigit() and len(name) < 22
        }
        set_preferences(actor=actor, mails=chosen)
        messages.success(request, _("通知の受け取り方を保存しました。"))
        return redirect("record_talk:preferences")
    rows = [{"app": app, "mail": mail} for app, mail in queries.preferences(actor)]
    email = getattr(request.user, "email", "")
    context = {"rows": rows, "choices": Preference.Mail.choices, "email": email}
    return render(request, "record_talk/preferences.html", context)
