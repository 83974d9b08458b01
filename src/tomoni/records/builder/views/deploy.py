"""変更点 and 反映する: what a draft changes, in words; deploying and discarding it; how the form will look."""

from __future__ import annotations

from dataclasses import replace

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tomoni.core.errors import Conflict, Invalid
from tomoni.people.decorators import staff_required
from tomoni.records import facade, forms
from tomoni.records.builder import queries, words
from tomoni.records.builder.actions.edit_draft import drop_draft, forget_steps
from tomoni.records.schema import edit, snapshot
from tomoni.records.schema.diff import changes as differences
from tomoni.records.schema.rebase import Rebased, rebase
from tomoni.records.views import layout
from tomoni.records.views.common import Inside, enter


@staff_required
def changes(request: HttpRequest, code: str) -> HttpResponse:
    """`/build/apps/<code>/form/changes/`; a POST deploys what is shown there."""
    inside = enter(request, code, "manage")
    desk = queries.desk(inside.actor, inside.app)
    joined = _joined(inside, desk)
    if request.method != "POST":
        return _page(request, inside, desk, joined)
    stale = request.POST.get("revision") != str(desk.revision) or request.POST.get("version") != str(
        desk.version
    )
    if stale or (joined.clashes and not request.POST.get("force")):
        if stale:
            messages.warning(
                request, _("開いたあとに変わりました。変更点を確かめてから、もう一度反映してください。")
            )
        return _page(request, inside, desk, joined, status=409)
    try:
        facade.deploy_app(actor=inside.actor, app=code, spec=joined.spec, version=desk.version)
    except Conflict:
        messages.warning(
            request, _("開いたあとに変わりました。変更点を確かめてから、もう一度反映してください。")
        )
        inside = enter(request, code, "manage")
        desk = queries.desk(inside.actor, inside.app)
        return _page(request, inside, desk, _joined(inside, desk), status=409)
    except Invalid as error:
        return _page(request, inside, desk, joined, problems=_said(desk, error), status=422)
    forget_steps(actor=inside.actor, app=code)
    messages.success(request, _("変更を反映しました。"))
    return redirect("records:form", code)


def _said(desk: queries.Desk, error: Invalid) -> list[str]:
    labels = {f.code: f.label for f in desk.spec.fields}
    return [
        f"{labels[key]}: {text}" if key in labels else str(text)
        for key, texts in error.errors.items()
        for text in texts
    ]


def _joined(inside: Inside, desk: queries.Desk) -> Rebased:
    """The draft on what is published now."""
    if not desk.behind:
        return Rebased(edit.settled(desk.spec))
    base = snapshot.spec_of(queries.base_of(inside.app, desk.base_version))
    return rebase(base, desk.spec, snapshot.spec_of(inside.app))


def _page(
    request: HttpRequest,
    inside: Inside,
    desk: queries.Desk,
    joined: Rebased,
    problems: list[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    now = edit.settled(snapshot.spec_of(inside.app))
    context = inside.context(
        request,
        "form",
        desk=desk,
        lines=words.lines(differences(now, joined.spec), now, joined.spec),
        clashes=joined.clashes,
        problems=problems or [],
    )
    return render(request, "record_builder/changes.html", context, status=status)


@staff_required
@require_POST
def discard(request: HttpRequest, code: str) -> HttpResponse:
    """Throw the draft away; what is published stays."""
    inside = enter(request, code, "manage")
    drop_draft(actor=inside.actor, app=code)
    messages.success(request, _("下書きを捨てました。使われている設定はそのままです。"))
    return redirect("records:form", code)


@staff_required
def preview(request: HttpRequest, code: str) -> HttpResponse:
    """The draft's form as it will look: staff on a phone or PC, residents one question after the other."""
    inside = enter(request, code, "manage")
    spec = queries.desk(inside.actor, inside.app).spec
    ways = {
        "phone": (_("電話（職員）"), _("電話では、並べた項目も1つずつ縦に並びます。")),
        "pc": (_("PC（職員）"), _("ここに入力しても保存されません。")),
        "resident": (
            _("住民の画面"),
            _("住民の画面では、1問ずつ1ページになります。ここに入力しても保存されません。"),
        ),
    }
    way = request.GET.get("as", "resident")
    way = way if way in ways else "resident"
    fields = [f for f in spec.fields if forms.is_input(f)]
    rows = {f.code: forms.Row(f, f.default, []) for f in fields}
    context = inside.context(
        request,
        "form",
        way=way,
        ways=[(key, label) for key, (label, _lead) in ways.items()],
        heading=_("電話での見え方") if way != "pc" else _("PCでの見え方"),
        lead=ways[way][1],
        fields=[f for f in fields if f.type not in ("user", "department")],
        blocks=layout.blocks(replace(inside.app, fields=spec.fields, layout=spec.layout), rows),
    )
    return render(request, "record_builder/preview.html", context)
