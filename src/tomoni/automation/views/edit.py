"""Writing: rules, their actions, the switch, failed runs. Every form works without JavaScript."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tomoni.automation import check, compare, queries, registry, webhook
from tomoni.automation.access import require_manage
from tomoni.automation.actions import edit_rule, handle_run
from tomoni.automation.forms import RuleForm
from tomoni.automation.models import Rule, Run
from tomoni.core.errors import Conflict, Invalid, NotFound
from tomoni.people.decorators import staff_required

PARTS = ("actions", "otherwise")
NAMES = {"from": "from_states", "to": "to_states", "fields": "fields_changed", "when": "query"}


def blame(form: forms.Form, error: Invalid) -> None:
    """Put an action's errors onto the form's fields."""
    for path, words in error.errors.items():
        name = NAMES.get(path, path)
        for word in words:
            form.add_error(name if name in form.fields else None, str(word))


@staff_required
def add(request: HttpRequest, app: str) -> HttpResponse:
    """A new rule; its actions are added on its page."""
    schema = require_manage(request.actor, app)  # type: ignore[attr-defined]
    form = RuleForm(
        request.POST or None,
        schema=schema,
        initial={"trigger": "state_changed" if schema.states else "created"},
    )
    if request.method == "POST" and form.is_valid():
        try:
            made = edit_rule.create_rule(actor=request.actor, app=app, spec=form.spec())  # type: ignore[attr-defined]
        except Invalid as error:
            blame(form, error)
        else:
            messages.success(request, _("自動処理を作りました。次に、することを足してください。"))
            return redirect("automation:rule", app, made.pk)
    context = {"app": schema, "form": form, "rule": None}
    return render(request, "automation/edit.html", context, status=422 if form.errors else 200)


@staff_required
def edit(request: HttpRequest, app: str, pk: int) -> HttpResponse:
    """Change when and if."""
    schema = require_manage(request.actor, app)  # type: ignore[attr-defined]
    rule = queries.rule(app, pk)
    form = RuleForm(request.POST or None, schema=schema, initial=RuleForm.first(rule))
    status, conflict = 200, None
    if request.method == "POST" and form.is_valid():
        spec = form.spec(tuple(rule.actions), tuple(rule.otherwise), rule.enabled)
        try:
            edit_rule.update_rule(
                actor=request.actor,  # type: ignore[attr-defined]
                rule=pk,
                spec=spec,
                revision=form.cleaned_data["revision"],
            )
        except Invalid as error:
            blame(form, error)
        except Conflict as error:
            conflict, status = error, 409
            form = RuleForm(compare.again(request.POST, error), schema=schema)
        else:
            messages.success(request, _("自動処理を直しました。"))
            return redirect("automation:rule", app, pk)
    context = {"app": schema, "form": form, "rule": rule, "words": queries.describe(rule.spec, schema)}
    context |= {"conflict": conflict, "differing": compare.differing(conflict, schema)}
    return render(
        request, "automation/edit.html", context, status=422 if form.errors and status == 200 else status
    )


def _kind(code: str) -> Any:
    kind = registry.KINDS.get(code)
    if kind is None:
        raise NotFound
    return kind


def _part(rule: Rule, part: str, index: int | None) -> list[dict[str, Any]]:
    """The list of actions of a part; `NotFound` for a part or place that is not there."""
    if part not in PARTS:
        raise NotFound
    many = [dict(a) for a in getattr(rule, part)]
    if index is not None and not 0 <= index < len(many):
        raise NotFound
    return many


def _save(
    request: HttpRequest, rule: Rule, part: str, many: list[dict[str, Any]], revision: int | None
) -> None:
    done = tuple(many)
    spec = replace(rule.spec, actions=done) if part == "actions" else replace(rule.spec, otherwise=done)
    edit_rule.update_rule(actor=request.actor, rule=rule.pk, spec=spec, revision=revision)  # type: ignore[attr-defined]


@staff_required
def action(request: HttpRequest, app: str, pk: int, part: str, index: int | None = None) -> HttpResponse:
    """Add an action (`?kind=`) or change one."""
    schema = require_manage(request.actor, app)  # type: ignore[attr-defined]
    rule = queries.rule(app, pk)
    many = _part(rule, part, index)
    kind = _kind(many[index]["kind"] if index is not None else request.GET.get("kind", ""))
    initial = kind.initial(many[index]) if index is not None else {}
    form = kind.form(request.POST or None, schema=schema, initial=initial, actor=request.actor)  # type: ignore[attr-defined]
    status, conflict, revision = 200, None, rule.revision
    if request.method == "POST" and form.is_valid():
        data = kind.stored(form.cleaned_data)
        for key, message in check.action_faults(data, schema):
            form.add_error(key if key in form.fields else None, str(message))
        if not form.errors:
            if index is None:
                many.append(data)
            else:
                many[index] = data
            given = request.POST.get("revision", "")
            try:
                _save(request, rule, part, many, int(given) if given.isdecimal() else None)
            except Conflict as error:
                conflict, status, revision = error, 409, error.details["revision"]
            except Invalid as error:
                blame(form, error)
            else:
                messages.success(request, _("することを保存しました。"))
                return redirect("automation:rule", app, pk)
    context = {"app": schema, "rule": rule, "kind": kind, "form": form, "part": part, "index": index}
    context |= {"conflict": conflict, "differing": compare.differing(conflict, schema), "revision": revision}
    if kind.code == "webhook":
        context |= {"key_id": webhook.key_id(app), "secret": webhook.secret(app)}
    context |= {"placeholders": registry.PLACEHOLDERS.values(), "usable": queries.usable(schema)}
    return render(
        request, "automation/action.html", context, status=422 if form.errors and status == 200 else status
    )


@require_POST
@staff_required
def action_delete(request: HttpRequest, app: str, pk: int, part: str, index: int) -> HttpResponse:
    """Take an action away. A rule without actions is switched off."""
    require_manage(request.actor, app)  # type: ignore[attr-defined]
    rule = queries.rule(app, pk)
    many = _part(rule, part, index)
    del many[index]
    given = request.POST.get("revision", "")
    _save(request, rule, part, many, int(given) if given.isdecimal() else None)
    messages.success(request, _("することを1つ外しました。"))
    return redirect("automation:rule", app, pk)


@require_POST
@staff_required
def switch(request: HttpRequest, app: str, pk: int) -> HttpResponse:
    """On or off."""
    require_manage(request.actor, app)  # type: ignore[attr-defined]
    queries.rule(app, pk)
    enabled = request.POST.get("enabled") == "1"
    try:
        edit_rule.switch_rule(actor=request.actor, rule=pk, enabled=enabled)  # type: ignore[attr-defined]
    except Invalid as error:
        messages.error(request, " ".join(str(m) for ms in error.errors.values() for m in ms))
    else:
        messages.success(request, _("自動処理を入れました。") if enabled else _("自動処理を切りました。"))
    return redirect("automation:rule", app, pk)


@staff_required
def delete(request: HttpRequest, app: str, pk: int) -> HttpResponse:
    """Ask, then take the rule away; the log stays."""
    schema = require_manage(request.actor, app)  # type: ignore[attr-defined]
    rule = queries.rule(app, pk)
    if request.method == "POST":
        edit_rule.delete_rule(actor=request.actor, rule=pk)  # type: ignore[attr-defined]
        messages.success(request, _("「%(name)s」を消しました。") % {"name": rule.name})
        return redirect("automation:app", app)
    return render(request, "automation/delete.html", {"app": schema, "rule": rule})


@require_POST
@staff_required
def retry(request: HttpRequest, app: str, pk: int) -> HttpResponse:
    """Run a failed run again."""
    run = handle_run.retry_run(actor=request.actor, run=pk)  # type: ignore[attr-defined]
    if run.outcome == Run.Outcome.FAILED:
        messages.error(request, _("もう一度行いましたが、失敗しました。%(reason)s") % {"reason": run.reason})
    else:
        messages.success(request, _("もう一度行いました。"))
    return redirect("automation:log", app)


@require_POST
@staff_required
def seen(request: HttpRequest, app: str) -> HttpResponse:
    """Mark failures as seen."""
    handle_run.mark_seen(actor=request.actor, app=app)  # type: ignore[attr-defined]
    messages.success(request, _("失敗を確かめたことにしました。"))
    return redirect("automation:log", app)
