"""Change many records at once (一括更新): each checked as a single change is, all written in few statements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from tomoni.core.actions import action
from tomoni.core.actor import Actor
from tomoni.core.errors import Forbidden, Invalid, NotFound, TomoniError
from tomoni.records.actions import _access, _change, _change_many, _clean, _files, _slots
from tomoni.records.fieldtypes import Context
from tomoni.records.query.sight import own_view
from tomoni.records.record import Record
from tomoni.records.schema import cache
from tomoni.records.schema.snapshot import AppSchema
from tomoni.records.schema.spec import FieldSpec

MOST = 10_000
_Pairs = dict[str, tuple[Any, Any]]


@dataclass(frozen=True, slots=True)
class RecordUpdate:
    """New values of a record; `revision` is the one the editor saw, None writes over whatever is there."""

    record: int
    values: Mapping[str, Any]
    revision: int | None = None


@dataclass(frozen=True, slots=True)
class BulkUpdate:
    """The records as they are now, by row (from 0), and what is wrong by row: an `Invalid`, `Conflict`, `NotFound` …"""

    records: dict[int, Record] = field(default_factory=dict)
    errors: dict[int, TomoniError | Forbidden] = field(default_factory=dict)


@action("records.update_records")
def update_records(
    *,
    actor: Actor,
    app: str,
    updates: Sequence[RecordUpdate],
    comment: str = "",
    skip_bad: bool = False,
) -> BulkUpdate:
    """Change many records of an app. With an error nothing is written, unless `skip_bad`: then the good rows.

    Records are locked in the order of their numbers. Each keeps its revision and its `record.updated` event; the audit
    chain gets one entry. A record can be named once. Raises `Invalid` for too many, `NotFound` for the app.
    """
    if len(updates) > MOST:
        raise Invalid(_("一度に直せるのは10,000件までです。"))
    schema = cache.snapshot(app)
    held = _change_many.locked(actor, schema, [u.record for u in updates], "edit")
    good, errors = _checked(schema, actor, updates, held)
    if errors and not skip_bad:
        return BulkUpdate({}, errors)
    changed = [(current, pairs) for _row, current, pairs in good if pairs]
    _change_many.write(schema, actor, changed, comment=comment[:2000])
    after = _change_many.read_many(schema, [current.id for current, _pairs in changed])
    shown = {row: own_view(actor, schema, after.get(c.id, c)) for row, c, _pairs in good}
    return BulkUpdate(shown, errors)


def _checked(
    schema: AppSchema, actor: Actor, updates: Sequence[RecordUpdate], held: _change_many.Held
) -> tuple[list[tuple[int, Record, _Pairs]], dict[int, TomoniError | Forbidden]]:
    """The rows with what they change, and errors by row; look-ups are made in bulk."""
    context, seen = Context(actor=actor), set[int]()
    for part in _change_many.chunks(updates):
        _clean.prefetch(schema, context, [u.values for u in part if isinstance(u.values, Mapping)])
    shared = None if schema.field_rights else _access.Fields(actor, schema)
    known = {f.code: f for f in _clean.writable(schema)} if shared else None
    good: list[tuple[int, Record, _Pairs]] = []
    errors: dict[int, TomoniError | Forbidden] = {}
    for row, update in enumerate(updates):
        try:
            if update.record in seen:
                raise Invalid(_("同じレコードが2回指定されています。"))
            seen.add(update.record)
            current = _held(schema, held, update.record)
            fields = shared or _access.Fields(actor, schema, current)
            good.append((row, current, _one(schema, context, fields, current, update, known)))
        except (TomoniError, Forbidden) as error:
            errors[row] = error
    for row, code in _change_many.unique_errors(schema, good):
        errors[row] = Invalid({code: [_("同じ値がすでに登録されています。")]})
    good = [item for item in good if item[0] not in errors]
    moved = [(row, {code: new for code, (_old, new) in pairs.items()}) for row, _record, pairs in good]
    errors.update({row: Invalid(wrong) for row, wrong in _slots.without_seat(schema, moved).items()})
    return [item for item in good if item[0] not in errors], dict(sorted(errors.items()))


def _held(schema: AppSchema, held: _change_many.Held, number: int) -> Record:
    if number in held.forbidden:
        raise Forbidden("app.edit")
    if number not in held.records:
        raise NotFound(app=schema.code)
    return held.records[number]


def _one(
    schema: AppSchema, context: Context, fields: _access.Fields, current: Record, update: RecordUpdate,
    known: Mapping[str, FieldSpec] | None,
) -> _Pairs:  # fmt: skip
    """What one update changes, by code: before and after. The same checks as those of a single change."""
    values = update.values
    if not isinstance(values, Mapping) or len(values) > _clean.MOST_VALUES:
        raise Invalid(_("入力の形が正しくありません。"))
    fields.refuse_unknown(values)
    context.record, context.own_files = current, _files.own(schema, current, values)
    cleaned, wrong = _clean.clean(
        fields.loosened(), context, values, whole=False, current=current.values, known=known
    )
    if wrong:
        raise Invalid(wrong)
    cleaned = {code: fields.keep_columns(code, current.values.get(code), v) for code, v in cleaned.items()}
    _files.check_free(schema, context.actor, cleaned, current.id)
    _change.check_revision(schema, current, update.revision, cleaned)
    pairs = _change.differences(current, cleaned)
    if refused := fields.refused(pairs, values):
        raise Invalid(refused)
    return pairs
