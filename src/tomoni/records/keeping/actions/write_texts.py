"""What people write about an app for others: the note for the next person, retention, the register."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from tomoni.core import audit, clock, privacy, stale
from tomoni.core.actions import action
from tomoni.core.actor import Actor
from tomoni.core.errors import Invalid
from tomoni.records import rights
from tomoni.records.actions import _publish
from tomoni.records.keeping import register
from tomoni.records.keeping.models import Keeping
from tomoni.records.schema import cache
from tomoni.records.schema.snapshot import AppSchema
from tomoni.records.schema.spec import RetentionSpec

MOST_NOTE = 10_000
MOST_LINE = 2_000


def _locked(app_id: int) -> Keeping:
    Keeping.objects.get_or_create(app_id=app_id)
    return Keeping.objects.select_for_update().get(app_id=app_id)


def _save(row: Keeping) -> None:
    row.revision += 1
    row.updated_at = clock.now()
    row.save()


@action("keeping.write_note")
def write_note(*, actor: Actor, app: str, text: str, opened_on: str | None = None) -> None:
    """Write what the next person must know (引継ぎのメモ). Needs `manage`; `Conflict` when somebody saved since."""
    schema = cache.snapshot(app)
    rights.require(actor, schema, "manage")
    text = text.replace("\r\n", "\n").strip()
    if len(text) > MOST_NOTE:
        raise Invalid({"note": [_("%(max)s文字までにしてください。") % {"max": f"{MOST_NOTE:,}"}]})
    privacy.refuse_individual_numbers(note=text)
    row = _locked(schema.id)
    if row.note == text:
        return
    stale.check(opened_on, {"note": row.note}, {"note": text}, {"note": row.note})
    row.note = text
    _save(row)
    audit.record(actor=actor, verb="keeping.write_note", target=f"app:{schema.id}", fields={"note": text})


@action("keeping.set_retention")
def set_retention(*, actor: Actor, app: str, years: int | None, completed: str, basis: str) -> AppSchema:
    """Set 保存年限: years, the day of completion (a date field; empty: the end of the process), what it rests on."""
    row, before = _publish.locked(actor, app)
    if len(basis.strip()) > 200:
        raise Invalid({"basis": [_("%(max)s文字までにしてください。") % {"max": 200}]})
    spec = RetentionSpec(years, completed, basis.strip())
    if spec == before.retention:
        return before
    row.retention = {"years": years, "completed": completed, "basis": spec.basis}
    return _publish.publish(
        row, actor, "keeping.set_retention", {"retention": f"{years} {completed} {spec.basis}"}
    )


@action("keeping.write_register")
def write_register(
    *, actor: Actor, app: str, values: Mapping[str, str], opened_on: str | None = None
) -> None:
    """Write lines of the 個人情報ファイル簿 by hand; a line that equals its draft, or is empty, follows the draft."""
    schema = cache.snapshot(app)
    rights.require(actor, schema, "manage")
    drafts = {line.key: line.draft for line in register.lines(schema, {})}
    errors: dict[str, Any] = {
        key: [_("%(max)s文字までにしてください。") % {"max": f"{MOST_LINE:,}"}]
        for key, text in values.items()
        if len(text) > MOST_LINE
    }
    if unknown := set(values) - set(drafts):
        raise Invalid({sorted(unknown)[0][:40]: [_("この項目はありません。")]})
    if errors:
        raise Invalid(errors)
    privacy.refuse_individual_numbers(**values)
    row = _locked(schema.id)
    written = {k: t for k, text in values.items() if (t := _clean(text)) and t != _clean(drafts[k])}
    if written == row.register:
        return
    stale.check(opened_on, row.register, dict(values), dict(row.register))
    row.register = written
    _save(row)
    audit.record(actor=actor, verb="keeping.write_register", target=f"app:{schema.id}", fields=written)


def _clean(text: str) -> str:
    return text.replace("\r\n", "\n").strip()
