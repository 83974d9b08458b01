"""Whether the pieces of a kit fit together: names that must exist, dates that must be dates, texts that must be queries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from tomoni.core import calendar, search
from tomoni.core.errors import Invalid
from tomoni.kits import registry
from tomoni.kits.format import types
from tomoni.kits.format.kit import Kit
from tomoni.records.schema.spec import AppSpec

Fault = tuple[str, Any]
RESERVED = frozenset({"upload", "export"})
DATES = frozenset({"date", "datetime", "slot"})


def faults(kit: Kit) -> Iterator[Fault]:
    """(path, message) for every fault of a kit whose shape is right."""
    if kit.code in RESERVED:
        yield "kit.code", _("このコードは使えません。ほかのコードにしてください。")
    yield from _fields(kit.spec)
    yield from _process(kit)
    yield from _views(kit.spec)
    yield from _slots(kit)
    yield from _sample(kit)
    yield from _automations(kit)
    for name, data in kit.parts.items():
        part = registry.PARTS[name]
        if part.check is not None:
            for path, message in part.check(data, kit.spec):
                yield (f"{name}.{path}" if path else name, message)


def steps(named: Mapping[str, Any], spec: AppSpec) -> Iterator[Fault]:
    """Steps of states that the app does not have."""
    states = {s.name for s in spec.states}
    for name in named:
        if name not in states:
            yield f"steps.{name}", _("状態「%(name)s」はありません。") % {"name": name}


def _doubled(codes: list[str]) -> set[str]:
    return {code for code, count in Counter(codes).items() if count > 1}


def _fields(spec: AppSpec) -> Iterator[Fault]:
    twice = _doubled([search.fold(f.code) for f in spec.fields])
    for i, field in enumerate(spec.fields):
        path = f"app.fields.{i}"
        if search.fold(field.code) in twice:
            yield f"{path}.code", _("項目コード「%(code)s」が2回使われています。") % {"code": field.code}
        yield from ((path, message) for message in types.field_faults(field))
        if field.personal != "none" and not (field.purpose and field.retention_years):
            yield (
                path,
                _("個人情報の項目には、使う目的（purpose）と保存年数（retention_years）を書いてください。"),
            )
    if spec.title_field and spec.title_field not in {f.code for f in spec.fields} | types.SYSTEM_COLUMNS:
        yield "app.title_field", _("項目「%(code)s」はありません。") % {"code": spec.title_field}


def _process(kit: Kit) -> Iterator[Fault]:
    spec = kit.spec
    states = [s.name for s in spec.states]
    for name in _doubled(states):
        yield "app.states", _("状態「%(name)s」が2回書かれています。") % {"name": name}
    if spec.states and spec.states[0].kind != "new":
        yield "app.states.0.kind", _("最初の状態の kind は new にしてください。")
    if spec.actions and not spec.states:
        yield "app.actions", _("処理を書くには、状態（states）が要ります。")
    for i, action in enumerate(spec.actions):
        for key, state in (("from", action.source), ("to", action.target)):
            if state not in states:
                yield f"app.actions.{i}.{key}", _("状態「%(name)s」はありません。") % {"name": state}
        yield from _query(f"app.actions.{i}.condition", action.condition, spec, condition_only=True)
    yield from _query("app.record_rule", spec.record_rule, spec, condition_only=True)


def _views(spec: AppSpec) -> Iterator[Fault]:
    fields = {f.code: f for f in spec.fields}
    for i, view in enumerate(spec.views):
        for j, column in enumerate(view.columns):
            if column not in fields and column not in types.SYSTEM_COLUMNS:
                yield f"app.views.{i}.columns.{j}", _("項目「%(code)s」はありません。") % {"code": column}
        if view.kind == "calendar":
            field = fields.get(view.date_field)
            if field is None or field.type not in DATES:
                yield f"app.views.{i}.date_field", _("暦には、日付・日時・予約枠のどれかの項目が要ります。")
        yield from _query(f"app.views.{i}.query", view.query, spec)


def _slots(kit: Kit) -> Iterator[Fault]:
    fields = {f.code: f for f in kit.spec.fields}
    for i, slot in enumerate(kit.slots):
        field = fields.get(slot.field)
        if field is None or field.type != "slot":
            yield f"slots.{i}.field", _("予約枠（slot）の項目を書いてください。")
        if bool(slot.weekdays) == bool(slot.dates):
            yield f"slots.{i}", _("weekdays（曜日）と dates（日付）のどちらか一方を書いてください。")
        for j, text in enumerate(slot.dates):
            try:
                calendar.parse_date(text)
            except (Invalid, ValueError):
                yield f"slots.{i}.dates.{j}", _("日付として読めません。例: 2026-10-01、令和8年10月1日")


def _sample(kit: Kit) -> Iterator[Fault]:
    codes = {f.code for f in kit.spec.fields}
    for i, row in enumerate(kit.sample):
        for code in row:
            if code not in codes:
                yield f"sample.{i}.{code}", _("項目「%(code)s」はありません。") % {"code": code}


def _automations(kit: Kit) -> Iterator[Fault]:
    if not kit.automations:
        return
    from tomoni.automation import facade

    for path, message in facade.check(rules=list(kit.automations), spec=kit.spec):
        yield f"automations.{path}", message


def _query(path: str, text: str, spec: AppSpec, *, condition_only: bool = False) -> Iterator[Fault]:
    if text.strip() and (message := types.query_fault(text, spec, condition_only=condition_only)):
        yield path, message
