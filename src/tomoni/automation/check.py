"""Whether rules fit an app: used for kits, forms and before a rule is switched on."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from tomoni.automation import registry, timing
from tomoni.automation.applike import AppLike
from tomoni.automation.kinds.base import Fault
from tomoni.automation.querycheck import query_fault
from tomoni.automation.rules import TRIGGERS, RuleSpec, from_data
from tomoni.core import privacy

KEYS = frozenset(
    {
        "name",
        "trigger",
        "from",
        "to",
        "fields",
        "when",
        "actions",
        "otherwise",
        "enabled",
        "timing",
        "on_import",
    }
)
LISTS = ("from", "to", "fields")
MAX_ACTIONS = 10
TIMING = frozenset({"every", "weekdays", "day", "month", "time", "business", "field", "days", "once"})
DATES = frozenset({"date", "datetime", "slot", "calc_date", "calc_datetime"})
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


def faults_of_data(rules: Sequence[Any], spec: AppLike) -> Iterator[Fault]:
    """(path, message) for the `automations` of a kit: `0.actions.1.subject`."""
    for i, data in enumerate(rules):
        if not isinstance(data, Mapping):
            yield str(i), _("「見出し: 内容」の組を書いてください。")
            continue
        shape = list(_shape(data))
        yield from ((f"{i}.{path}", message) for path, message in shape)
        if not shape:
            yield from ((f"{i}.{path}", message) for path, message in faults(from_data(data), spec))


def _shape(data: Mapping[str, Any]) -> Iterator[Fault]:
    for key in data:
        if key not in KEYS:
            yield key, _("「%(key)s」という見出しはありません。") % {"key": key}
    name = data.get("name")
    if not isinstance(name, str) or not 1 <= len(name.strip()) <= 100:
        yield "name", _("名前を100文字までで書いてください。")
    if data.get("trigger") not in TRIGGERS:
        yield "trigger", _("次のどれかにしてください: %(words)s") % {"words": "、".join(TRIGGERS)}
    if not isinstance(data.get("when", ""), str):
        yield "when", _("条件は文字で書いてください。")
    if not isinstance(data.get("enabled", True), bool):
        yield "enabled", _("true か false を書いてください。")
    for key in LISTS:
        value = data.get(key, [])
        if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
            yield key, _("並び（「- 」で始まる行）を書いてください。")
    for key in ("actions", "otherwise"):
        value = data.get(key, [])
        if not isinstance(value, list) or not all(isinstance(v, Mapping) for v in value):
            yield key, _("並び（「- 」で始まる行）を書いてください。")
        elif len(value) > MAX_ACTIONS:
            yield key, _("%(max)s 個までにしてください。") % {"max": MAX_ACTIONS}
    if not isinstance(data.get("timing", {}), Mapping):
        yield "timing", _("「見出し: 内容」の組を書いてください。")
    if not isinstance(data.get("on_import", False), bool):
        yield "on_import", _("true か false を書いてください。")
    if not data.get("actions"):
        yield "actions", _("動作を1つ以上書いてください。")


def faults(rule: RuleSpec, spec: AppLike) -> Iterator[Fault]:
    """(path, message) for a rule whose shape is right."""
    yield from _individual_numbers({"name": rule.name, "when": rule.when})
    states = {s.name for s in spec.states}
    for key, named in (("from", rule.from_states), ("to", rule.to_states)):
        for state in named:
            if state not in states:
                yield key, _("状態「%(name)s」はありません。") % {"name": state}
    if rule.trigger == "state_changed" and not states:
        yield "trigger", _("このアプリには状態がありません。")
    yield from _timing(rule, spec)
    codes = {f.code for f in spec.fields if not f.deleted}
    for code in rule.fields:
        if code not in codes:
            yield "fields", _("項目「%(code)s」はありません。") % {"code": code}
    if rule.when.strip() and (message := query_fault(rule.when, spec)):
        yield "when", message
    for key, many in (("actions", rule.actions), ("otherwise", rule.otherwise)):
        for i, data in enumerate(many):
            yield from ((f"{key}.{i}.{path}", message) for path, message in action_faults(data, spec))


def _timing(rule: RuleSpec, spec: AppLike) -> Iterator[Fault]:
    """What does not fit in a rule that starts by the clock."""
    if rule.trigger not in ("schedule", "relative"):
        return
    given = rule.timing
    if set(given) - TIMING or not _TIME.fullmatch(str(given.get("time", "09:00"))):
        yield "time", _("時刻は 09:00 の形で書いてください。")
    if given.get("business", "") not in timing.BUSINESS:
        yield "business", _("次のどれかにしてください: %(words)s") % {"words": "、".join(timing.BUSINESS[1:])}
    if rule.trigger == "relative":
        dates = {f.code for f in spec.fields if f.type in DATES and not f.deleted} | {"作成日時", "更新日時"}
        if given.get("field") not in dates:
            yield "date_field", _("日付の項目を選んでください。")
        if not _whole(given.get("days", 0), -3650, 3650):
            yield "days", _("日数は3,650日までの整数で書いてください。")
        return
    if given.get("every", "day") not in timing.EVERY:
        yield "every", _("次のどれかにしてください: %(words)s") % {"words": "、".join(timing.EVERY)}
    if given.get("every") == "week" and not (
        given.get("weekdays") and all(_whole(d, 0, 6) for d in given["weekdays"])
    ):
        yield "weekdays", _("曜日を選んでください。")
    if not _whole(given.get("day", 1), 1, 31) or not _whole(given.get("month", 4), 1, 12):
        yield "day", _("月と日を選び直してください。")
    if given.get("once"):
        for i, data in enumerate(rule.actions):
            kind = registry.KINDS.get(str(data.get("kind", "")))
            if kind is not None and not kind.alone:
                yield f"actions.{i}.kind", _("記録ごとに行わないときは、この動作は使えません。")


def _whole(value: Any, least: int, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def action_faults(data: Mapping[str, Any], spec: AppLike) -> Iterator[Fault]:
    """(key, message) for one action."""
    kind = registry.KINDS.get(str(data.get("kind", "")))
    if kind is None:
        yield "kind", _("動作の種類「%(kind)s」はありません。") % {"kind": data.get("kind", "")}
        return
    yield from kind.faults(data, spec)
    yield from _individual_numbers(data)


def _individual_numbers(texts: Mapping[str, Any]) -> Iterator[Fault]:
    """A 個人番号 is refused wherever somebody can write."""
    for key, messages in privacy.individual_number_errors(texts).items():
        yield key, messages[0]
