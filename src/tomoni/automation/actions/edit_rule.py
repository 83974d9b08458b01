"""Make, change, switch and delete rules."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.db.models import F, Max
from django.utils.translation import gettext as _

from tomoni.automation import check, registry
from tomoni.automation.access import require_manage
from tomoni.automation.models import Rule
from tomoni.automation.rules import RuleSpec
from tomoni.core import audit, clock
from tomoni.core.actions import action
from tomoni.core.actor import Actor, system
from tomoni.core.errors import Conflict, Invalid, NotFound
from tomoni.records import facade as records

MAX_RULES = 50


def _checked(spec: RuleSpec, schema: Any, actor: Actor) -> RuleSpec:
    name = spec.name.strip()
    errors: dict[str, list[Any]] = {}
    if not 1 <= len(name) <= 100:
        errors["name"] = [_("名前を100文字までで書いてください。")]
    for path, message in check.faults(spec, schema):
        errors.setdefault(path, []).append(message)
    for key, many in (("actions", spec.actions), ("otherwise", spec.otherwise)):
        for i, data in enumerate(many):
            kind = registry.KINDS.get(str(data.get("kind", "")))
            for path, message in kind.authorise(data, actor) if kind and not errors else ():
                errors.setdefault(f"{key}.{i}.{path}", []).append(message)
    if not errors and spec.when.strip():
        try:
            records.find(actor=system("automation"), app=schema.code, query=spec.when, limit=1, count=False)
        except Invalid as error:
            errors["when"] = [str(error)]
    if errors:
        raise Invalid(errors)
    return replace(spec, name=name, when=spec.when.strip())


def _fill(rule: Rule, spec: RuleSpec) -> Rule:
    if rule.timing != dict(spec.timing) or rule.trigger != spec.trigger:
        rule.fired_at = clock.now()
    rule.timing = dict(spec.timing)
    for attribute in ("name", "trigger", "when", "enabled", "on_import"):
        setattr(rule, attribute, getattr(spec, attribute))
    for attribute in ("from_states", "to_states", "fields"):
        setattr(rule, attribute, list(getattr(spec, attribute)))
    rule.actions = [dict(a) for a in spec.actions]
    rule.otherwise = [dict(a) for a in spec.otherwise]
    rule.updated_at = clock.now()
    return rule


def _locked(rule: int, revision: int | None, mine: RuleSpec | None = None) -> Rule:
    found = Rule.objects.select_for_update().filter(pk=rule, deleted_at=None).first()
    if found is None:
        raise NotFound
    if revision is not None and revision != found.revision:
        raise Conflict(
            _("ほかの人が先に変更しました。いまの内容を見て、もう一度直してください。"),
            mine=mine,
            theirs=found.spec,
            revision=found.revision,
        )
    return found


@action("automation.create_rule")
def create_rule(*, actor: Actor, app: str, spec: RuleSpec) -> Rule:
    """A new rule of an app. Without actions it is stored switched off."""
    schema = require_manage(actor, app)
    if Rule.objects.filter(app_code=app, deleted_at=None).count() >= MAX_RULES:
        raise Invalid(_("1つのアプリの自動処理は%(max)s個までです。") % {"max": MAX_RULES})
    spec = _checked(spec, schema, actor)
    now = clock.now()
    last = Rule.objects.filter(app_code=app).aggregate(last=Max("position"))["last"] or 0
    rule = _fill(Rule(app_code=app, created_at=now, updated_at=now, position=last + 1), spec)
    rule.enabled = spec.enabled and bool(spec.actions)
    rule.save()
    audit.record(actor=actor, verb="automation.create_rule", target=f"rule:{rule.pk}", fields={"app": app})
    return rule


@action("automation.update_rule")
def update_rule(*, actor: Actor, rule: int, spec: RuleSpec, revision: int | None = None) -> Rule:
    """Replace a rule's content. Raises `Conflict` (mine, theirs, revision) if somebody was faster."""
    found = _locked(rule, revision, spec)
    schema = require_manage(actor, found.app_code)
    _fill(found, _checked(spec, schema, actor))
    found.enabled = found.enabled and bool(found.actions)
    found.revision += 1
    found.save()
    audit.record(
        actor=actor, verb="automation.update_rule", target=f"rule:{rule}", fields={"app": found.app_code}
    )
    return found


@action("automation.switch_rule")
def switch_rule(*, actor: Actor, rule: int, enabled: bool) -> Rule:
    """Switch on or off. It can be switched on only when it still fits the app."""
    found = _locked(rule, None)
    schema = require_manage(actor, found.app_code)
    if enabled:
        if not found.actions:
            raise Invalid(_("動作がまだありません。動作を足してから入れてください。"))
        _checked(replace(found.spec, enabled=True), schema, actor)
    now = clock.now()
    # What fell due while it was switched off is not made up for.
    Rule.objects.filter(pk=rule).update(
        enabled=enabled, updated_at=now, fired_at=now, told_at=None, revision=F("revision") + 1
    )
    verb = "automation.switch_on" if enabled else "automation.switch_off"
    audit.record(actor=actor, verb=verb, target=f"rule:{rule}", fields={"app": found.app_code})
    found.refresh_from_db()
    return found


@action("automation.delete_rule")
def delete_rule(*, actor: Actor, rule: int) -> Rule:
    """Take a rule away; its log stays."""
    found = _locked(rule, None)
    require_manage(actor, found.app_code)
    found.deleted_at = found.updated_at = clock.now()
    found.enabled = False
    found.save(update_fields=["deleted_at", "updated_at", "enabled"])
    audit.record(
        actor=actor, verb="automation.delete_rule", target=f"rule:{rule}", fields={"app": found.app_code}
    )
    return found
