"""The process of an app: app/status.json."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from tomoni.kintone.call import Ask, both, call
from tomoni.kintone.definition import answered, opened, ordered, save, to_change, with_extras
from tomoni.kintone.entities import Codes, from_entity, to_entity
from tomoni.kintone.errors import wrong
from tomoni.records.schema.spec import ActionSpec, AssigneeSpec, StateSpec

KINDS = {"one": "ONE", "any": "ANY", "all": "ALL"}


@call("GET", *both("app/status"))
def get_status(ask: Ask) -> dict[str, Any]:
    """States, who works in them, and the actions between them. A process that is switched off is still shown."""
    found = opened(ask)
    spec, enabled = found.spec, bool(found.spec.states)
    if not enabled:
        kept = found.extras.get("process") or {}
        return {
            "enable": False, "states": kept.get("states"), "actions": kept.get("actions"),
            "revision": str(found.revision),
        }  # fmt: skip
    codes = Codes()
    states = {s.name: _state_json(s, i, codes) for i, s in enumerate(spec.states)}
    actions = [_action_json(a, codes) for a in spec.actions]
    return {"enable": True, "states": states, "actions": actions, "revision": str(found.revision)}


def _entities(words: tuple[str, ...], codes: Codes) -> list[dict[str, Any]]:
    made = [to_entity(who, codes) for who in words]
    return [{"entity": entity, "includeSubs": subs} for entity, subs in made]


def _state_json(state: StateSpec, index: int, codes: Codes) -> dict[str, Any]:
    return {
        "name": state.name,
        "index": str(index),
        "assignee": {
            "type": KINDS[state.assignee.kind],
            "entities": _entities(state.assignee.who, codes),
        },
    }


def _action_json(action: ActionSpec, codes: Codes) -> dict[str, Any]:
    made = {
        "name": action.name, "from": action.source, "to": action.target, "filterCond": action.condition,
    }  # fmt: skip
    # Who works in a state is its own rule; an action without people of its own is for them.
    if action.who in ((), ("assignee",)):
        return made | {"type": "PRIMARY"}
    return made | {"type": "SECONDARY", "executableUser": {"entities": _entities(action.who, codes)}}


@call("PUT", "preview/app/status")
def update_status(ask: Ask) -> dict[str, Any]:
    """Change the process. States and actions that are given replace all of them; a state may be given a new name."""
    found = to_change(ask)
    kept = found.extras.get("process") or {}
    enabled = ask.flag("enable", bool(found.spec.states))
    states, renames = _states(ask, found.spec.states)
    actions = _actions(ask, states, found.spec.actions, renames)
    if states is None or actions is None:
        states, actions = _kept(kept)
    if not enabled:
        codes = Codes()
        kept = {
            "states": {s.name: _state_json(s, i, codes) for i, s in enumerate(states)} or None,
            "actions": [_action_json(a, codes) for a in actions] or None,
        }
        spec = replace(found.spec, states=(), actions=())
        return answered(save(found, with_extras(spec, process=kept)))
    if not states:
        raise wrong("states", _("必須です。"))
    spec = replace(found.spec, states=states, actions=actions)
    # Records follow a renamed state when the draft is deployed.
    former = dict(found.extras.get("renames") or {})
    followed = {old: renames.get(new, new) for old, new in former.items()} | {
        old: new for old, new in renames.items() if old not in former.values()
    }
    return answered(save(found, with_extras(spec, process=None, renames=followed or None)))


def _states(ask: Ask, current: tuple[StateSpec, ...]) -> tuple[tuple[StateSpec, ...] | None, dict[str, str]]:
    if ask.params.get("states") is None:
        return current or None, {}
    given = ask.mapping("states")
    former = {s.name: s for s in current}
    made, renames = [], {}
    for number, (name, item) in enumerate(ordered(given, "states")):
        place = f"states[{name}]"
        new = str(item.get("name") or name)
        state = former.get(name) or StateSpec(name=new, kind="new" if not number else "doing")
        if name in former and new != name:
            renames[name] = new
        if isinstance(item.get("assignee"), Mapping):
            state = replace(state, assignee=_assignee(item["assignee"], f"{place}.assignee"))
        made.append(replace(state, name=new))
    return _with_kinds(tuple(made), set(former)), renames


def _with_kinds(states: tuple[StateSpec, ...], former: set[str]) -> tuple[StateSpec, ...]:
    """Clients do not say which state ends the work: of new states, the last one does."""
    if len(states) > 1 and states[-1].name not in former and states[-1].kind == "doing":
        return (*states[:-1], replace(states[-1], kind="done"))
    return states


def _assignee(given: Mapping[str, Any], place: str) -> AssigneeSpec:
    kind = {theirs: ours for ours, theirs in KINDS.items()}.get(str(given.get("type") or "ONE"))
    if kind is None:
        raise wrong(f"{place}.type", _("ONE、ANY、ALL のどれかを指定してください。"))
    entities = given.get("entities") or []
    if not isinstance(entities, list):
        raise wrong(f"{place}.entities", _("配列で指定してください。"))
    who = tuple(from_entity(e, f"{place}.entities[{n}]") for n, e in enumerate(entities))
    return AssigneeSpec(kind, who)  # type: ignore[arg-type]


def _actions(
    ask: Ask,
    states: tuple[StateSpec, ...] | None,
    current: tuple[ActionSpec, ...],
    renames: Mapping[str, str],
) -> tuple[ActionSpec, ...] | None:
    if ask.params.get("actions") is None:
        if states is None:
            return None
        names = {s.name for s in states}
        moved = (
            replace(a, source=renames.get(a.source, a.source), target=renames.get(a.target, a.target))
            for a in current
        )
        return tuple(a for a in moved if a.source in names and a.target in names)
    given = ask.params["actions"]
    if not isinstance(given, list):
        raise wrong("actions", _("配列で指定してください。"))
    return tuple(_action(item, f"actions[{n}]", states or ()) for n, item in enumerate(given))


def _action(item: Any, place: str, states: tuple[StateSpec, ...]) -> ActionSpec:
    if not isinstance(item, Mapping):
        raise wrong(place, _("オブジェクトで指定してください。"))
    for name in ("name", "from", "to"):
        if not isinstance(item.get(name), str) or not item[name]:
            raise wrong(f"{place}.{name}", _("必須です。"))
    names = {s.name for s in states}
    for name in ("from", "to"):
        if item[name] not in names:
            raise wrong(f"{place}.{name}", _("このステータスはありません。"))
    who: tuple[str, ...] = ()  # the rule of the state says who
    if item.get("type") == "SECONDARY":
        allowed = item.get("executableUser")
        entities = allowed.get("entities") if isinstance(allowed, Mapping) else None
        if not isinstance(entities, list) or not entities:
            raise wrong(f"{place}.executableUser.entities", _("必須です。"))
        where = f"{place}.executableUser.entities"
        who = tuple(from_entity(e, f"{where}[{n}]") for n, e in enumerate(entities))
    return ActionSpec(
        name=item["name"],
        source=item["from"],
        target=item["to"],
        condition=str(item.get("filterCond") or ""),
        who=who,
    )


def _kept(kept: Mapping[str, Any]) -> tuple[tuple[StateSpec, ...], tuple[ActionSpec, ...]]:
    """The process as it was before it was switched off."""
    params = {"states": kept.get("states") or {}, "actions": kept.get("actions") or []}
    ask = Ask(caller=None, params=params)  # type: ignore[arg-type]
    states, _renames = _states(ask, ())
    return states or (), _actions(ask, states, (), {}) or ()
