"""Turn a kit into an app: table, slots, rules, further parts, and practice rows if asked."""

from __future__ import annotations

import uuid
from dataclasses import fields, replace
from typing import Any

from django.utils.translation import gettext as _

from tomoni.automation import facade as automation
from tomoni.core import audit, calendar, clock, outbox, privacy
from tomoni.core.actions import action
from tomoni.core.actor import Actor
from tomoni.core.errors import Invalid
from tomoni.kits import queries, registry, slots
from tomoni.kits.format import appdata, codec, schema
from tomoni.kits.format.kit import Kit
from tomoni.kits.models import Installation
from tomoni.people import facade as people
from tomoni.records import facade as records
from tomoni.records.schema.spec import AppSpec

SLOTS_AT_ONCE = 1000


@action("kits.install", right="kits.install")
def install_kit(
    *,
    actor: Actor,
    kit: Kit,
    code: str = "",
    name: str = "",
    department_code: str = "",
    task_id: str | None = None,
    sample: bool = False,
    once: str = "",
) -> Installation:
    """Install a kit; everything or nothing. The same `once` again gives the same installation (double tap).

    `code` and `name` are the kit's unless told; a taken code is refused with a free one in the message. `department_code` is
    the section that owns the app; `task_id` None takes the kit's. Raises `Invalid`.
    """
    once = once or uuid.uuid4().hex
    if earlier := Installation.objects.filter(once=once).first():
        return earlier
    actor = _maker(actor)
    spec = plan(kit, code=code, name=name, department_code=department_code, task_id=task_id)
    records.create_app(actor=actor, spec=spec)
    made = {p.field: _slots(actor, spec.code, kit, p.field) for p in kit.slots}
    if kit.automations:
        automation.install(actor=actor, app=spec.code, rules=kit.automations)
    for part, data in kit.parts.items():
        registry.PARTS[part].install(actor=actor, app=spec.code, data=data)
    if sample:
        _sample(actor, spec.code, kit, made)
    done = Installation.objects.create(
        kit=kit.code,
        version=kit.version,
        app_code=spec.code,
        task_id=spec.task_id,
        slots=codec.to_data(kit).get("slots", []),
        sample=sample,
        once=once[:64],
        at=clock.now(),
        by_id=actor.id,
    )
    audit.record(
        actor=actor,
        verb="kits.install",
        target=f"app:{spec.code}",
        fields={"kit": kit.code, "version": kit.version},
    )
    outbox.emit(
        "kit.installed", {"kit": kit.code, "version": kit.version, "app": spec.code, "task_id": spec.task_id}
    )
    return done


def _maker(actor: Actor) -> Actor:
    """Whoever may install a kit may make the app it describes, even without the right to design apps freely."""
    # A request's actor is a lazy proxy, so `dataclasses.replace` would refuse it.
    held = {f.name: getattr(actor, f.name) for f in fields(Actor)}
    return Actor(**held | {"rights": actor.rights | {"apps.create"}})


def plan(
    kit: Kit, *, code: str = "", name: str = "", department_code: str = "", task_id: str | None = None
) -> AppSpec:
    """The app that an installation would make. Raises `Invalid` with every fault by form field."""
    code, name = code.strip() or kit.spec.code, name.strip() or kit.spec.name
    task_id = kit.task_id if task_id is None else task_id.strip()
    errors: dict[str, list[Any]] = dict(
        privacy.individual_number_errors({"code": code, "name": name, "task_id": task_id})
    )
    if not queries.is_code(code):
        errors["code"] = [schema.CODE_HINT]
    elif queries.code_taken(code):
        free = queries.free_code(code)
        errors["code"] = [
            _("「%(code)s」はもう使われています。例えば「%(free)s」が使えます。")
            % {"code": code, "free": free}
        ]
    if len(name) > 100:
        errors["name"] = [_("%(max)s文字までにしてください。") % {"max": 100}]
    if len(task_id) > 64:
        errors["task_id"] = [_("%(max)s文字までにしてください。") % {"max": 64}]
    if department_code and people.department_by_code(department_code) is None:
        errors["department_code"] = [_("この課はありません。選び直してください。")]
    if errors:
        raise Invalid(errors)
    spec = replace(kit.spec, code=code, name=name, task_id=task_id, kit=kit.code, kit_version=kit.version)
    return appdata.localize(spec, department_code)


def _slots(actor: Actor, app: str, kit: Kit, field: str) -> list[slots.Slot]:
    """Make the slots of one field: all its patterns, each start once."""
    found: dict[Any, slots.Slot] = {}
    for pattern in (p for p in kit.slots if p.field == field):
        for slot in slots.expand(pattern, clock.today(), queries.office_closed, calendar.parse_date):
            found.setdefault(slot.starts_at, slot)
    made = [found[at] for at in sorted(found)]
    if made:
        rows = [records.SlotSpec(s.starts_at, s.ends_at, s.capacity, s.place) for s in made]
        for first in range(0, len(rows), SLOTS_AT_ONCE):
            records.add_slots(actor=actor, app=app, field=field, slots=rows[first : first + SLOTS_AT_ONCE])
    return made


def _sample(actor: Actor, app: str, kit: Kit, made: dict[str, list[slots.Slot]]) -> None:
    """Invented rows for practice; a bookable field without a value gets the first slots that have a seat."""
    for i, row in enumerate(kit.sample):
        values = dict(row)
        for field, free in made.items():
            if field not in values and free:
                values[field] = free[i % len(free)].starts_at.isoformat()
        records.create_record(actor=actor, app=app, values=values, source="kit")
