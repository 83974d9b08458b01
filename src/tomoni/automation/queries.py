"""Reads of rules and runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Q
from django.utils.translation import gettext as _

from tomoni.automation import conditions, registry, texts, timingform
from tomoni.automation.applike import AppLike
from tomoni.automation.models import Rule, Run
from tomoni.automation.rules import TRIGGERS, RuleSpec
from tomoni.core.actor import Actor
from tomoni.core.errors import NotFound
from tomoni.records import facade as records

RUNS_PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class RuleWords:
    """A rule in plain words: when, if, then, else."""

    name: str
    when: str
    condition: str
    actions: tuple[str, ...]
    otherwise: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AppRow:
    """An app that the actor manages, with its rules counted."""

    code: str
    name: str
    rules: int
    enabled: int
    failed: int
    last_run: datetime | None


@dataclass(frozen=True, slots=True)
class RuleRow:
    """A rule in the list of its app."""

    rule: Rule
    words: RuleWords
    ran: int
    failed: int
    last_run: datetime | None


def rules_of(app: str) -> list[Rule]:
    """The rules of an app, in order."""
    return list(Rule.objects.filter(app_code=app, deleted_at=None))


def rule(app: str, pk: int) -> Rule:
    """A rule of an app; `NotFound` otherwise."""
    found = Rule.objects.filter(app_code=app, pk=pk, deleted_at=None).first()
    if found is None:
        raise NotFound
    return found


def trigger_words(spec: RuleSpec, app: AppLike) -> str:
    """When the rule starts, in words."""
    if spec.trigger == "state_changed":
        source, target = "・".join(spec.from_states), "・".join(spec.to_states)
        if source and target:
            return _("状態が「%(from)s」から「%(to)s」に変わったとき") % {"from": source, "to": target}
        if target:
            return _("状態が「%(to)s」に変わったとき") % {"to": target}
        if source:
            return _("状態が「%(from)s」から変わったとき") % {"from": source}
    if spec.trigger in ("schedule", "relative"):
        code = str(spec.timing.get("field", ""))
        named = {f.code: f.label for f in app.fields} | {
            "作成日時": _("登録した日"),
            "更新日時": _("変更した日"),
        }
        return timingform.words(spec.timing, named.get(code, code))
    if spec.trigger == "created" and spec.on_import:
        return _("記録が登録されたとき（ファイルからの取り込みでも）")
    if spec.trigger == "updated" and spec.fields:
        labels = {f.code: f.label for f in app.fields}
        return _("「%(fields)s」が変更されたとき") % {
            "fields": "・".join(labels.get(c, c) for c in spec.fields)
        }
    return str(TRIGGERS.get(spec.trigger, spec.trigger))


def action_words(data: Mapping[str, Any], app: AppLike) -> str:
    """An action in words; an unknown kind says so."""
    kind = registry.KINDS.get(str(data.get("kind", "")))
    return kind.words(data, app) if kind else _("使えない動作（%(kind)s）") % {"kind": data.get("kind", "")}


def describe(spec: RuleSpec, app: AppLike) -> RuleWords:
    """A rule in plain words."""
    return RuleWords(
        name=spec.name,
        when=trigger_words(spec, app),
        condition=conditions.words(spec.when, app) if spec.when.strip() else "",
        actions=tuple(action_words(a, app) for a in spec.actions),
        otherwise=tuple(action_words(a, app) for a in spec.otherwise),
    )


def usable(app: AppLike) -> list[Any]:
    """The fields whose value texts may show."""
    return texts.usable_fields(app)


def managed_apps(actor: Actor) -> list[Any]:
    """The apps whose rules the actor may see."""
    return [app for app in records.apps(actor=actor) if "manage" in app.verbs]


def app_rows(actor: Actor) -> list[AppRow]:
    """The apps the actor manages, with counts; three queries besides the apps."""
    apps = managed_apps(actor)
    codes = [app.code for app in apps]
    counts: dict[str, Any] = {
        row["app_code"]: row
        for row in Rule.objects.filter(app_code__in=codes, deleted_at=None)
        .values("app_code")
        .annotate(n=Count("pk"), on=Count("pk", filter=Q(enabled=True)))
        .order_by()
    }
    runs: dict[str, Any] = {
        row["app_code"]: row
        for row in Run.objects.filter(app_code__in=codes)
        .values("app_code")
        .annotate(last=Max("at"))
        .order_by()
    }
    failed = unseen_failures(codes)
    return [
        AppRow(
            code=app.code,
            name=app.name,
            rules=counts.get(app.code, {}).get("n", 0),
            enabled=counts.get(app.code, {}).get("on", 0),
            failed=failed.get(app.code, 0),
            last_run=runs.get(app.code, {}).get("last"),
        )
        for app in apps
    ]


def unseen_failures(codes: list[str]) -> dict[str, int]:
    """App code → failed runs that nobody has looked at."""
    rows = Run.objects.filter(app_code__in=codes, outcome=Run.Outcome.FAILED, seen_at=None)
    return dict(rows.values_list("app_code").annotate(n=Count("pk")).order_by())


def rule_rows(app: str, schema: AppLike) -> list[RuleRow]:
    """The rules of an app with how often each ran; two queries."""
    counts: dict[int, Any] = {
        row["rule"]: row
        for row in Run.objects.filter(app_code=app)
        .values("rule")
        .annotate(
            ran=Count("pk", filter=Q(outcome__in=[Run.Outcome.RAN, Run.Outcome.OTHERWISE])),
            failed=Count("pk", filter=Q(outcome=Run.Outcome.FAILED)),
            last=Max("at"),
        )
        .order_by()
    }
    rows = []
    for found in rules_of(app):
        row: dict[str, Any] = counts.get(found.pk, {})
        rows.append(
            RuleRow(
                found, describe(found.spec, schema), row.get("ran", 0), row.get("failed", 0), row.get("last")
            )
        )
    return rows


def runs(app: str, *, rule_id: int | None = None, outcome: str = "", before: int | None = None) -> list[Run]:
    """The log, newest first; one more than a page, so that the caller knows of a next one."""
    rows = Run.objects.filter(app_code=app).select_related("rule")
    if rule_id is not None:
        rows = rows.filter(rule_id=rule_id)
    if outcome in Run.Outcome.values:
        rows = rows.filter(outcome=outcome)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return list(rows.order_by("-pk")[: RUNS_PER_PAGE + 1])
