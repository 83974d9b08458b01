"""Pages: 保存年限 with what is due, 凍結, 廃棄 from proposal to certificate."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from tomoni.core import calendar, clock
from tomoni.core.actor import Actor
from tomoni.core.errors import Conflict, Invalid, NotFound
from tomoni.core.forms import PlainForm
from tomoni.people import facade as people
from tomoni.people.decorators import staff_required
from tomoni.records import rights
from tomoni.records.actions._erase import numbers_in_words
from tomoni.records.keeping import access, due
from tomoni.records.keeping.actions import dispose, hold_record, write_texts
from tomoni.records.keeping.models import Disposal, Hold
from tomoni.records.keeping.views import actor_of, may_manage
from tomoni.records.schema import cache
from tomoni.records.schema.parts import DATES
from tomoni.records.schema.snapshot import AppSchema


class RetentionForm(PlainForm):
    """Years, day of completion, what it rests on."""

    years = forms.IntegerField(
        label=gettext_lazy("保存年限（年）"), required=False, min_value=1, max_value=100,
        help_text=gettext_lazy("1・3・5・10・30年など。空にすると、まだ決めていないことになります（廃棄しません）。"),
    )  # fmt: skip
    completed = forms.ChoiceField(label=gettext_lazy("いつ完結したと数えるか"), required=False)
    basis = forms.CharField(
        label=gettext_lazy("根拠"), required=False, max_length=200,
        help_text=gettext_lazy("例: 文書管理規程 別表第1 第3号"),
    )  # fmt: skip

    def __init__(self, *args: Any, schema: AppSchema, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dated = [f for f in schema.fields if f.type in DATES]
        dated += [schema.by_code["作成日時"], schema.by_code["更新日時"]]
        ends = "・".join(due.end_states(schema))
        first = _("状態が「%(states)s」になった日") % {"states": ends} if ends else _("選んでください")
        self.fields["completed"].choices = [  # type: ignore[attr-defined]
            ("", first),
            *((f.code, _("「%(field)s」の日") % {"field": f.label}) for f in dated),
        ]


class HoldForm(PlainForm):
    """Which record and why."""

    record = forms.IntegerField(label=gettext_lazy("記録の番号"), min_value=1, max_value=2**63 - 1)
    reason = forms.CharField(
        label=gettext_lazy("理由"), max_length=200,
        help_text=gettext_lazy("例: 審査請求が続いているため。個人の名前は書きません。"),
    )  # fmt: skip


@staff_required
def retention(request: HttpRequest, app: str) -> HttpResponse:
    """保存年限: its setting, what is due, what is on hold."""
    actor = actor_of(request)
    schema = access.opened(actor, app)
    kept = schema.retention
    initial = {"years": kept.years, "completed": kept.completed, "basis": kept.basis}
    form = RetentionForm(request.POST or None, schema=schema, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            write_texts.set_retention(actor=actor, app=app, **form.cleaned_data)
        except Invalid as error:
            form.take(error)
        else:
            messages.success(request, _("保存年限を保存しました。"))
            return redirect("keeping:retention", app)
    context = _retention(actor, schema, form=form)
    return render(request, "record_keeping/retention.html", context, status=422 if form.errors else 200)


def _retention(actor: Actor, schema: AppSchema, **extra: Any) -> dict[str, Any]:
    found = due.due(schema)
    holds = list(Hold.objects.filter(app_id=schema.id, released_at__isnull=True).order_by("record"))
    open_ = Disposal.objects.filter(app_id=schema.id, state__in=["proposed", "approved"]).first()
    names = people.display_names([h.by_id for h in holds if h.by_id])
    return {
        "app": schema,
        "due": found,
        "years": [(y, calendar.fiscal_label(y), n) for y, n in found.years],
        "countable": due.countable(schema),
        "cutoff": calendar.to_wareki(found.cutoff),
        "holds": [(h, names.get(h.by_id or 0, "")) for h in holds],
        "hold_form": HoldForm(),
        "open": open_,
        "may_manage": may_manage(actor, schema),
        "may_propose": access.may_propose(actor, schema),
        **extra,
    }


@require_POST
@staff_required
def propose(request: HttpRequest, app: str) -> HttpResponse:
    """Propose the disposal of what is due, all or one fiscal year."""
    year = request.POST.get("year", "")
    found = dispose.propose_disposal(
        actor=actor_of(request),
        app=app,
        year=int(year) if year.isascii() and year.isdecimal() and len(year) == 4 else None,
        reason=request.POST.get("reason", ""),
    )
    messages.success(request, _("廃棄を申し出ました。所属長か管理職の承認を待ちます。"))
    return redirect("keeping:disposal", found.pk)


@require_POST
@staff_required
def hold(request: HttpRequest, app: str) -> HttpResponse:
    """Put a record on hold."""
    actor = actor_of(request)
    schema = access.opened(actor, app)
    form = HoldForm(request.POST)
    if form.is_valid():
        try:
            hold_record.hold_record(actor=actor, app=app, **form.cleaned_data)
        except Invalid as error:
            form.take(error)
        else:
            messages.success(request, _("凍結しました。解くまで廃棄されません。"))
            return redirect("keeping:retention", app)
    kept = schema.retention
    first = RetentionForm(
        schema=schema, initial={"years": kept.years, "completed": kept.completed, "basis": kept.basis}
    )
    context = _retention(actor, schema, form=first, hold_form=form)
    return render(request, "record_keeping/retention.html", context, status=422)


@require_POST
@staff_required
def release(request: HttpRequest, app: str, record: int) -> HttpResponse:
    """End a hold."""
    hold_record.release_record(actor=actor_of(request), app=app, record=record)
    messages.success(request, _("凍結を解きました。"))
    return redirect("keeping:retention", app)


def _opened(actor: Actor, pk: int) -> Disposal:
    """A disposal for those who propose, decide or manage."""
    found = Disposal.objects.select_related("app").filter(pk=pk).first()
    if found is None or not actor.is_staff:
        raise NotFound(disposal=pk)
    if actor.id == found.proposed_by_id or access.may_decide(actor, found):
        return found
    access.opened(actor, found.app.code)
    return found


@require_safe
@staff_required
def disposal(request: HttpRequest, pk: int) -> HttpResponse:
    """One disposal; once done its page is the certificate (廃棄証明書)."""
    actor = actor_of(request)
    found = _opened(actor, pk)
    gone = sorted(set(found.records) - set(found.left) - set(found.kept))
    names = people.display_names([i for i in (found.proposed_by_id, found.decided_by_id) if i])
    years = [calendar.fiscal_label(found.first_year), calendar.fiscal_label(found.last_year)]
    place = people.department_by_code(found.app.department_code) if found.app.department_code else None
    may_open = (
        rights.may(actor, cache.snapshot(found.app.code), "view") if not found.app.deleted_at else False
    )
    context = {
        "found": found,
        "gone": len(gone),
        "gone_words": numbers_in_words(gone),
        "words": numbers_in_words(found.records),
        "kept_words": numbers_in_words(found.kept),
        "years": years[0] if found.first_year == found.last_year else "〜".join(years),
        "proposer": names.get(found.proposed_by_id or 0, ""),
        "decider": names.get(found.decided_by_id or 0, ""),
        "section": place.name if place else "",
        "may_decide": found.state == Disposal.State.PROPOSED and access.may_decide(actor, found),
        "may_withdraw": found.state == Disposal.State.PROPOSED and actor.id == found.proposed_by_id,
        "may_open": may_open,
        "now": clock.now(),
    }
    return render(request, "record_keeping/disposal.html", context)


@require_POST
@staff_required
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve or send back."""
    approve = request.POST.get("approve") == "1"
    try:
        dispose.decide_disposal(
            actor=actor_of(request), disposal=pk, approve=approve, answer=request.POST.get("answer", "")
        )
    except (Invalid, Conflict) as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("承認しました。廃棄を始めます。") if approve else _("差し戻しました。"))
    return redirect("keeping:disposal", pk)


@require_POST
@staff_required
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one's own proposal back."""
    dispose.withdraw_disposal(actor=actor_of(request), disposal=pk)
    messages.success(request, _("取り下げました。"))
    return redirect("keeping:disposal", pk)
