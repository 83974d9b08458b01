"""A rule (自動処理のきまり) as immutable data: trigger → condition → actions. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from django.utils.translation import gettext_lazy as _

Trigger = Literal["created", "updated", "state_changed", "form", "comment", "schedule", "relative"]
TRIGGERS: dict[str, Any] = {
    "created": _("記録が登録されたとき"),
    "updated": _("記録が変更されたとき"),
    "state_changed": _("状態が変わったとき"),
    "form": _("住民がフォームから申し込んだとき"),
    "comment": _("コメントが書かれたとき"),
    "schedule": _("決まった時期に"),
    "relative": _("日付の項目の前や後に"),
}


@dataclass(frozen=True, slots=True)
class RuleSpec:
    """When `trigger` happens and the record fits `when` (query language), run `actions`; if it does not fit, `otherwise`.

    For states: from one of `from_states` to one of `to_states` (empty: any); for changes: only if one of `fields` changed;
    by the clock: as `timing` says (`timing.py`). `on_import`: records that come by a file count as registered too.
    """

    name: str
    trigger: Trigger
    actions: tuple[Mapping[str, Any], ...] = ()
    otherwise: tuple[Mapping[str, Any], ...] = ()
    when: str = ""
    from_states: tuple[str, ...] = ()
    to_states: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    timing: Mapping[str, Any] = field(default_factory=dict)
    on_import: bool = False
    enabled: bool = True

    def concerns(
        self, trigger: str, source: str = "", target: str = "", changed: frozenset[str] | None = None
    ) -> bool:
        """Whether an event is this rule's: kind, states and changed fields (None: unknown, which counts as changed)."""
        if trigger != self.trigger:
            return False
        if self.trigger == "state_changed":
            return (not self.from_states or source in self.from_states) and (
                not self.to_states or target in self.to_states
            )
        if self.trigger == "updated" and self.fields and changed is not None:
            return bool(changed & set(self.fields))
        return True


def from_data(data: Mapping[str, Any]) -> RuleSpec:
    """The rule of one checked entry of a kit's `automations`."""
    return RuleSpec(
        name=data["name"],
        trigger=data["trigger"],
        actions=tuple(data.get("actions", ())),
        otherwise=tuple(data.get("otherwise", ())),
        when=data.get("when", ""),
        from_states=tuple(data.get("from", ())),
        to_states=tuple(data.get("to", ())),
        fields=tuple(data.get("fields", ())),
        timing=dict(data.get("timing", {})),
        on_import=bool(data.get("on_import", False)),
        enabled=data.get("enabled", True),
    )


def to_data(rule: RuleSpec) -> dict[str, Any]:
    """The rule as an entry of a kit's `automations`, without what is empty."""
    data = {
        "name": rule.name,
        "trigger": rule.trigger,
        "from": list(rule.from_states),
        "to": list(rule.to_states),
        "fields": list(rule.fields),
        "timing": dict(rule.timing),
        "on_import": rule.on_import,
        "when": rule.when,
        "actions": [dict(a) for a in rule.actions],
        "otherwise": [dict(a) for a in rule.otherwise],
    }
    result = {key: value for key, value in data.items() if value}
    return result if rule.enabled else result | {"enabled": False}
