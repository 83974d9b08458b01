"""Reading: apps with rules, an app's rules, one rule with its dry run, the log."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tomoni.automation import dryrun, queries, registry
from tomoni.automation.access import require_manage
from tomoni.automation.models import Run
from tomoni.people.decorators import right_required, staff_required


@require_safe
@right_required("automation.see")
def apps(request: HttpRequest) -> HttpResponse:
    """The apps whose rules I manage."""
    return render(request, "automation/list.html", {"rows": queries.app_rows(request.actor)})  # type: ignore[attr-defined]


@require_safe
@staff_required
def app(request: HttpRequest, app: str) -> HttpResponse:
    """The rules of one app in words, each with its switch."""
    schema = require_manage(request.actor, app)  # type: ignore[attr-defined]
    failed = queries.unseen_failures([app]).get(app, 0)
    context = {"app": schema, "rows": queries.rule_rows(app, schema), "failed": failed}
    return render(request, "automation/app.html", context)


@require_safe
@staff_required
def rule(request: HttpRequest, app: str, pk: int) -> HttpResponse:
    """One rule: when, if, then, else; with `?try=1` what it would do with the latest records."""
    schema = require_manage(request.actor, app)  # type: ignore[attr-defined]
    found = queries.rule(app, pk)
    context = {
        "app": schema,
        "rule": found,
        "words": queries.describe(found.spec, schema),
        "kinds": list(registry.KINDS.values()),
        "trials": dryrun.run(found, schema, request.actor) if request.GET.get("try") == "1" else None,  # type: ignore[attr-defined]
        "tried": request.GET.get("try") == "1",
        "runs": queries.runs(app, rule_id=pk)[:5],
    }
    return render(request, "automation/rule.html", context)


@require_safe
@staff_required
def log(request: HttpRequest, app: str) -> HttpResponse:
    """What the rules did: ran, condition not met, failed and why."""
    schema = require_manage(request.actor, app)  # type: ignore[attr-defined]
    outcome = request.GET.get("outcome", "")
    rule_id = request.GET.get("rule", "")
    before = request.GET.get("before", "")
    rows = queries.runs(
        app,
        rule_id=int(rule_id) if rule_id.isdecimal() and len(rule_id) < 18 else None,
        outcome=outcome,
        before=int(before) if before.isdecimal() and len(before) < 18 else None,
    )
    more = len(rows) > queries.RUNS_PER_PAGE
    rows = rows[: queries.RUNS_PER_PAGE]
    context = {
        "app": schema,
        "rows": rows,
        "more": rows[-1].pk if more else None,
        "outcomes": Run.Outcome.choices,
        "outcome": outcome,
        "rule_id": rule_id,
        "failed": queries.unseen_failures([app]).get(app, 0),
    }
    return render(request, "automation/log.html", context)
