"""A stale edit of a rule in words: what was written beside what is stored."""

from __future__ import annotations

from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from tomoni.automation import queries
from tomoni.automation.applike import AppLike
from tomoni.automation.rules import RuleSpec
from tomoni.core.errors import Conflict

TEXTS = ("subject", "body", "text", "value")


def again(given: QueryDict, conflict: Conflict) -> QueryDict:
    """What was sent, now resting on the stored version: saving it again would replace that one knowingly."""
    data = given.copy()
    data["revision"] = str(conflict.details["revision"])
    return data


def differing(conflict: Conflict | None, app: AppLike) -> list[tuple[str, str, str]]:
    """(label, mine, theirs) of each part that differs, for `ui/parts/conflict.html`."""
    if conflict is None or conflict.details.get("mine") is None:
        return []
    mine, theirs = _words(conflict.details["mine"], app), _words(conflict.details["theirs"], app)
    return [(label, mine[label], theirs[label]) for label in mine if mine[label] != theirs[label]]


def _words(spec: RuleSpec, app: AppLike) -> dict[str, str]:
    told = queries.describe(spec, app)
    return {
        _("名前"): told.name,
        _("いつ動きますか"): told.when,
        _("条件"): told.condition,
        _("すること"): _steps(told.actions, spec.actions),
        _("条件に合わないときにすること"): _steps(told.otherwise, spec.otherwise),
    }


def _steps(words: tuple[str, ...], actions: tuple[Any, ...]) -> str:
    """Each step in words with its whole text, so that a changed sentence is seen."""
    lines = []
    for told, data in zip(words, actions, strict=True):
        texts = [str(data[key]) for key in TEXTS if data.get(key) and str(data[key]) not in told]
        lines.append("\n".join([told, *texts]))
    return "\n".join(lines)
