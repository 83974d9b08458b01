"""What other rooms may ask of automation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tomoni.automation import check as checks
from tomoni.automation import queries
from tomoni.automation.actions.edit_rule import create_rule
from tomoni.automation.applike import AppLike
from tomoni.automation.kinds.base import Context, Failed, Kind, KindForm
from tomoni.automation.querycheck import query_fault
from tomoni.automation.registry import kind as register_kind
from tomoni.automation.registry import placeholder
from tomoni.automation.rules import RuleSpec, from_data, to_data
from tomoni.core.actor import Actor
from tomoni.core.errors import Invalid
from tomoni.records import facade as records

__all__ = [
    "Context",
    "Failed",
    "Kind",
    "KindForm",
    "check",
    "export",
    "install",
    "placeholder",
    "query_fault",
    "register_kind",
    "rules",
    "words",
]


def install(*, actor: Actor, app: str, rules: Sequence[Mapping[str, Any]]) -> list[int]:
    """Make the rules of a kit's `automations` in an app; returns their ids. Raises `Invalid` with the faults."""
    faults = list(checks.faults_of_data(rules, records.schema(code=app)))
    if faults:
        raise Invalid({f"automations.{path}": [message] for path, message in faults})
    return [create_rule(actor=actor, app=app, spec=from_data(data)).pk for data in rules]


def export(*, app: str) -> list[dict[str, Any]]:
    """The rules of an app as a kit's `automations`."""
    return [to_data(rule.spec) for rule in queries.rules_of(app)]


def rules(*, app: str) -> list[RuleSpec]:
    """The rules of an app, in order."""
    return [rule.spec for rule in queries.rules_of(app)]


def check(*, rules: Sequence[Any], spec: AppLike) -> Iterable[tuple[str, Any]]:
    """(path, message) for every fault of a kit's `automations`."""
    return checks.faults_of_data(rules, spec)


def words(*, rules: Sequence[Mapping[str, Any]], spec: AppLike) -> list[queries.RuleWords]:
    """Rules in plain words, for pages that show them before they are installed."""
    return [queries.describe(from_data(data), spec) for data in rules]
