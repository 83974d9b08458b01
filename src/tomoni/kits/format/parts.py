"""The later parts of an app in a kit file: layout, rights on records and fields, notices, retention. Defaults are left out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, fields, replace
from typing import Any

from tomoni.records.schema import snapshot
from tomoni.records.schema.spec import AppSpec, AssigneeSpec, LayoutItem, NoticeSpec, RetentionSpec

PARTS = ("layout", "record_rights", "field_rights", "notices", "retention")
LOCAL_SETTINGS = frozenset({"practice"})


def to_data(spec: AppSpec) -> dict[str, Any]:
    """The parts that the app has."""
    found: dict[str, Any] = {
        "layout": [_item(i) for i in spec.layout],
        "record_rights": [
            {"query": r.query, "grants": [{"who": g.who, "verbs": list(g.verbs)} for g in r.grants]}
            for r in spec.record_rights
        ],
        "field_rights": [
            {"code": r.code, "grants": [{"who": g.who, "access": g.access} for g in r.grants]}
            for r in spec.field_rights
        ],
        "notices": [
            _pruned(n, NoticeSpec(n.kind, ())) | {"kind": n.kind, "who": list(n.who)} for n in spec.notices
        ],
        "retention": _pruned(spec.retention, RetentionSpec()),
        "settings": {k: v for k, v in spec.settings.items() if k not in LOCAL_SETTINGS},
    }
    return {key: value for key, value in found.items() if value}


def from_data(data: Mapping[str, Any]) -> dict[str, Any]:
    """Arguments of `AppSpec` out of a checked `app` block."""
    made = snapshot.read_parts({name: data[name] for name in PARTS if name in data})
    return made | ({"settings": dict(data["settings"])} if "settings" in data else {})


def _item(item: LayoutItem) -> dict[str, Any]:
    made = _pruned(item, LayoutItem(item.kind)) | {"kind": item.kind}
    if item.items:
        made["items"] = [_item(i) for i in item.items]
    return made


def _pruned(item: Any, plain: Any) -> dict[str, Any]:
    """What differs from the defaults, as plain data."""
    names = [f.name for f in fields(item) if getattr(item, f.name) != getattr(plain, f.name)]
    data = asdict(item)
    return {n: list(data[n]) if isinstance(data[n], tuple) else data[n] for n in names}


def with_who(spec: AppSpec, keep: Callable[[str], str | None]) -> AppSpec:
    """Every `who` of these parts as `keep` says it; None leaves it out. What nobody is left for goes to the section."""

    def words(many: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(w for w in (keep(x) for x in many) if w)

    def some(many: tuple[str, ...]) -> tuple[str, ...]:
        return words(many) or (("section",) if many else ())

    def grants(many: Any) -> Any:
        return tuple(replace(g, who=w) for g in many if (w := keep(g.who)))

    states = tuple(
        replace(s, assignee=AssigneeSpec(s.assignee.kind, some(s.assignee.who)), escalate=words(s.escalate))
        for s in spec.states
    )
    return replace(
        spec,
        states=states,
        views=tuple(replace(v, who=some(v.who)) for v in spec.views),
        record_rights=tuple(replace(r, grants=grants(r.grants)) for r in spec.record_rights),
        field_rights=tuple(replace(r, grants=grants(r.grants)) for r in spec.field_rights),
        notices=tuple(replace(n, who=w) for n in spec.notices if (w := words(n.who))),
    )
