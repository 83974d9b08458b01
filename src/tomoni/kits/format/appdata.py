"""An `AppSpec` as the plain data of a kit file, and back. Defaults are left out, so that files stay short."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tomoni.kits.format import parts
from tomoni.records.schema.spec import (
    ActionSpec,
    AppSpec,
    AssigneeSpec,
    FieldSpec,
    RightSpec,
    StateSpec,
    ViewSpec,
)

_FIELD_DEFAULTS = FieldSpec(code="", type="", label="")


def _field_data(field: FieldSpec) -> dict[str, Any]:
    data: dict[str, Any] = {"code": field.code, "type": field.type, "label": field.label}
    for key in (
        "required",
        "unique",
        "default",
        "help",
        "personal",
        "purpose",
        "retention_years",
        "visible_if",
    ):
        value = getattr(field, key)
        if value != getattr(_FIELD_DEFAULTS, key):
            data[key] = value
    if field.options:
        data["options"] = {key: _plain(value) for key, value in field.options.items()}
    if field.fields:
        data["fields"] = [_field_data(column) for column in field.fields]
    return data


def _plain(value: Any) -> Any:
    """Tuples become lists, all else stays."""
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    return value if isinstance(value, str | int | float | bool | None) else str(value)


def _field_spec(data: Mapping[str, Any]) -> FieldSpec:
    return FieldSpec(
        code=data["code"],
        type=data["type"],
        label=data["label"],
        required=data.get("required", False),
        unique=data.get("unique", False),
        default=data.get("default"),
        help=data.get("help", ""),
        options=data.get("options", {}),
        personal=data.get("personal", "none"),
        purpose=data.get("purpose", ""),
        retention_years=data.get("retention_years"),
        visible_if=data.get("visible_if", ""),
        fields=tuple(_field_spec(column) for column in data.get("fields", ())),
    )


def _state_data(state: StateSpec) -> dict[str, Any]:
    data: dict[str, Any] = {"name": state.name, "kind": state.kind}
    if state.assignee.who:
        data["assignee"] = {"kind": state.assignee.kind, "who": list(state.assignee.who)}
    if state.deadline_days is not None:
        data["deadline_days"] = state.deadline_days
    if state.escalate:
        data["escalate"] = list(state.escalate)
    return data


def _state_spec(data: Mapping[str, Any], step: str) -> StateSpec:
    found = data.get("assignee", {})
    return StateSpec(
        name=data["name"],
        kind=data["kind"],
        step=step,
        assignee=AssigneeSpec(found.get("kind", "any"), tuple(found.get("who", ()))),
        deadline_days=data.get("deadline_days"),
        escalate=tuple(data.get("escalate", ())),
    )


def _without(data: dict[str, Any], *empty: str) -> dict[str, Any]:
    return {key: value for key, value in data.items() if key not in empty or value}


def spec_to_data(spec: AppSpec) -> dict[str, Any]:
    """The `app` block of a kit file. Steps, task id, owner and kit are told elsewhere in the file or belong to the town."""
    return _without(
        {
            "code": spec.code,
            "name": spec.name,
            "description": spec.description,
            "title_field": spec.title_field,
            "record_rule": spec.record_rule,
            "fields": [_field_data(f) for f in spec.fields if not f.deleted],
            "states": [_state_data(s) for s in spec.states],
            "actions": [
                _without(
                    {
                        "name": a.name,
                        "from": a.source,
                        "to": a.target,
                        "condition": a.condition,
                        "who": list(a.who),
                        "primary": a.primary,
                    },
                    "condition",
                    "who",
                    "primary",
                )
                for a in spec.actions
            ],
            "views": [
                _without(
                    {
                        "name": v.name,
                        "kind": v.kind,
                        "columns": list(v.columns),
                        "query": v.query,
                        "date_field": v.date_field,
                        "options": _plain(v.options),
                        "who": list(v.who),
                    },
                    "options",
                    "who",
                    "columns",
                    "query",
                    "date_field",
                )
                for v in spec.views
            ],
            "rights": [{"who": r.who, "verbs": list(r.verbs)} for r in spec.rights],
            **{key: _plain(value) for key, value in parts.to_data(spec).items()},
        },
        "description",
        "title_field",
        "record_rule",
        "states",
        "actions",
        "views",
        "rights",
    )


def data_to_spec(data: Mapping[str, Any], steps: Mapping[str, str] | None = None) -> AppSpec:
    """The `AppSpec` of a checked `app` block; `steps` maps states to the survey's steps."""
    steps = steps or {}
    return AppSpec(
        code=data["code"],
        name=data["name"],
        description=data.get("description", ""),
        title_field=data.get("title_field", ""),
        record_rule=data.get("record_rule", ""),
        fields=tuple(_field_spec(f) for f in data["fields"]),
        states=tuple(_state_spec(s, steps.get(s["name"], "")) for s in data.get("states", ())),
        actions=tuple(
            ActionSpec(
                name=a["name"],
                source=a["from"],
                target=a["to"],
                condition=a.get("condition", ""),
                who=tuple(a.get("who", ())),
                primary=a.get("primary", False),
            )
            for a in data.get("actions", ())
        ),
        views=tuple(
            ViewSpec(
                name=v["name"],
                kind=v.get("kind", "list"),
                columns=tuple(v.get("columns", ())),
                query=v.get("query", ""),
                date_field=v.get("date_field", ""),
                options=v.get("options", {}),
                who=tuple(v.get("who", ())),
            )
            for v in data.get("views", ())
        ),
        rights=tuple(RightSpec(r["who"], tuple(r["verbs"])) for r in data.get("rights", ())),
        **parts.from_data(data),
    )


def localize(spec: AppSpec, department_code: str) -> AppSpec:
    """The kit's word `section` becomes the owner's department; without an owner the DX office, never everybody."""
    local = f"department:{department_code}" if department_code else "role:dx"

    def swap(who: str) -> str:
        return local if who == "section" else who

    return replace(
        parts.with_who(spec, swap),
        department_code=department_code,
        rights=tuple(RightSpec(swap(r.who), r.verbs) for r in spec.rights),
        actions=tuple(replace(a, who=tuple(swap(w) for w in a.who)) for a in spec.actions),
    )


def globalize(spec: AppSpec) -> tuple[AppSpec, list[str]]:
    """The owner's department becomes `section`; people and other departments are left out and named in the second value."""
    own = f"department:{spec.department_code}" if spec.department_code else ""
    dropped: list[str] = []

    def keep(who: str) -> str | None:
        if own and who == own:
            return "section"
        if who.startswith(("department:", "unit:", "user:", "head:")):
            dropped.append(who)
            return None
        return who

    def words(many: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(w for w in (keep(x) for x in many) if w)

    actions = []
    for action in spec.actions:
        kept = words(action.who)
        # An action whose people were all left out would be open to everyone: give it to the section instead.
        actions.append(replace(action, who=kept if kept or not action.who else ("section",)))
    rights = tuple(RightSpec(w, r.verbs) for r in spec.rights if (w := keep(r.who)))
    spec = parts.with_who(spec, keep)
    return replace(spec, rights=rights, actions=tuple(actions)), sorted(set(dropped))
