"""Kit file ↔ `Kit`: `load` checks everything and names every fault with its line; `dump` writes the file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import yaml

from tomoni.kits import registry
from tomoni.kits.format import appdata, check, schema
from tomoni.kits.format.kit import Kit, SlotPattern
from tomoni.kits.format.problems import KitInvalid, Problem
from tomoni.kits.format.reader import read

META = ("code", "version", "name", "summary", "publisher", "license")


def load(source: bytes | str) -> Kit:
    """Read and check a kit file. Raises `KitInvalid` with all faults (at most 50), each with its line."""
    tree = read(source)
    problems = list(schema.document(list(registry.PARTS)).check(tree, ""))
    if problems:
        raise KitInvalid(problems)
    data = tree.plain()
    kit = _kit(data)
    found = (*check.steps(data.get("steps", {}), kit.spec), *check.faults(kit))
    faults = [Problem(tree.line_at(path), path, message) for path, message in found]
    if faults:
        raise KitInvalid(faults)
    return kit


def slot_of(data: Mapping[str, Any]) -> SlotPattern:
    """The pattern of one checked entry of `slots`."""
    days = data.get("weekdays", [])
    return SlotPattern(
        field=data["field"],
        times=tuple(t.zfill(5) for t in data["times"]),
        weekdays=tuple(schema.WEEKDAYS.index(d) for d in ([days] if isinstance(days, str) else days)),
        dates=tuple(data.get("dates", ())),
        place=data.get("place", ""),
        capacity=data.get("capacity", 1),
        minutes=data.get("minutes", 60),
        weeks=data.get("weeks", 8),
        start_after_days=data.get("start_after_days", 1),
        skip_holidays=data.get("skip_holidays", True),
    )


def _kit(data: Mapping[str, Any]) -> Kit:
    meta = data["kit"]
    task_id = meta.get("task_id", "")
    spec = appdata.data_to_spec(data["app"], data.get("steps", {}))
    return Kit(
        **{key: meta[key] for key in META},
        description=meta.get("description", ""),
        task_id=task_id,
        tags=tuple(meta.get("tags", ())),
        spec=replace(spec, task_id=task_id, kit=meta["code"], kit_version=meta["version"]),
        automations=tuple(data.get("automations", ())),
        slots=tuple(slot_of(s) for s in data.get("slots", ())),
        sample=tuple(data.get("sample", ())),
        parts={key: data[key] for key in data if key in registry.PARTS},
    )


def _slot_data(slot: SlotPattern) -> dict[str, Any]:
    data: dict[str, Any] = {"field": slot.field}
    if slot.weekdays:
        data["weekdays"] = [schema.WEEKDAYS[d] for d in slot.weekdays]
    if slot.dates:
        data["dates"] = list(slot.dates)
    data["times"] = list(slot.times)
    if slot.place:
        data["place"] = slot.place
    return data | {
        "capacity": slot.capacity,
        "minutes": slot.minutes,
        "weeks": slot.weeks,
        "start_after_days": slot.start_after_days,
        "skip_holidays": slot.skip_holidays,
    }


def to_data(kit: Kit) -> dict[str, Any]:
    """The file as plain data, in the order people read it."""
    meta: dict[str, Any] = {key: getattr(kit, key) for key in META}
    for key in ("description", "task_id"):
        if value := getattr(kit, key):
            meta[key] = value
    if kit.tags:
        meta["tags"] = list(kit.tags)
    data: dict[str, Any] = {"format": schema.FORMAT, "kit": meta, "app": appdata.spec_to_data(kit.spec)}
    blocks = {
        "steps": kit.steps,
        "automations": [dict(rule) for rule in kit.automations],
        "slots": [_slot_data(s) for s in kit.slots],
        **kit.parts,
        "sample": [dict(row) for row in kit.sample],
    }
    return data | {key: value for key, value in blocks.items() if value}


class _Writer(yaml.SafeDumper):
    """Plain YAML: no anchors, texts of several lines as blocks."""

    def ignore_aliases(self, data: Any) -> bool:
        """Never write `&`/`*`: the reader refuses them."""
        return True


def _text(writer: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    style = "|" if "\n" in value and not any(line != line.rstrip() for line in value.split("\n")) else None
    return writer.represent_scalar("tag:yaml.org,2002:str", value, style=style)


_Writer.add_representer(str, _text)


def write_yaml(data: Any) -> str:
    """Plain data as YAML that `read` reads back to the same."""
    return yaml.dump(data, Dumper=_Writer, allow_unicode=True, sort_keys=False, width=120)


def dump(kit: Kit, notes: tuple[str, ...] = ()) -> str:
    """The kit as a file; `notes` become comment lines at its head."""
    head = "".join(f"# {line}\n" for note in notes for line in note.splitlines())
    return head + write_yaml(to_data(kit))
