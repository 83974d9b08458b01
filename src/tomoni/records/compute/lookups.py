"""Lookups: which record a key names (with the rights of whoever picks), and what is copied from it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from tomoni.core.actor import Actor
from tomoni.core.errors import Invalid, NotFound
from tomoni.records import fieldtypes, rights
from tomoni.records._core import fold
from tomoni.records.ddl.tables import tables
from tomoni.records.fieldtypes import Context, Names, Unclean
from tomoni.records.fieldtypes.lookup import KEYS
from tomoni.records.query import sight
from tomoni.records.query.compile import condition, key_column
from tomoni.records.query.errors import BadQuery
from tomoni.records.query.reader import reader
from tomoni.records.query.rows import column_list, to_records
from tomoni.records.record import Record
from tomoni.records.schema import cache
from tomoni.records.schema.snapshot import AppSchema
from tomoni.records.schema.spec import FieldSpec

CHUNK = 500
# Values of these types are the same only in a field of the same type.
_OWN = frozenset(
    {"user", "department", "group", "location", "address", "multichoice", "checkbox", "category", "richtext"}
)
_NEVER = frozenset({"file", "table", "reference", "slot", "consent", "lookup"})
_LIKE = {"calc": "number", "calc_date": "date", "calc_datetime": "datetime", "calc_time": "time", "calc_text": "text",
         "slot": "datetime", "created_at": "datetime", "updated_at": "datetime", "record_number": "number"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Found:
    """The records a key names, at most two, with their keys as they are written there."""

    records: tuple[Record, ...] = ()
    keys: tuple[str, ...] = ()
    source: AppSchema | None = None


def prefetch(context: Context, field: FieldSpec, keys: Sequence[str]) -> None:
    """Read in bulk the records that keys name; what is not found is noted too."""
    wanted = {fold(key): key for key in keys if (field.code, fold(key)) not in context.lookups}
    if not wanted:
        return
    context.lookups.update({(field.code, folded): Found() for folded in wanted})
    try:
        source = sight.seen(context.actor, cache.snapshot(field.options["app"]))
        spec = source.field(field.options["key"])
    except NotFound:
        return
    kind = fieldtypes.get(spec.type)
    tokens: dict[Any, str] = {}
    for folded, key in wanted.items():
        try:
            tokens[kind.literal(key, spec)] = folded
        except Unclean:
            continue
    column = key_column(spec)
    index: dict[str, list[tuple[Record, str]]] = {}
    whole = [t for t in tokens if kind.kind != "number" or t == int(t)]
    for start in range(0, len(whole), CHUNK):
        for record, token in _read(source, spec, context.actor, field, column, whole[start : start + CHUNK]):
            index.setdefault(tokens[token], []).append((record, _written(record, spec)))
    for folded, found in index.items():
        made = Found(tuple(r for r, _k in found), tuple(k for _r, k in found), source)
        context.lookups[(field.code, folded)] = made


def _read(
    source: AppSchema, spec: FieldSpec, actor: Actor, field: FieldSpec, column: str, tokens: Sequence[Any]
) -> Iterator[tuple[Record, Any]]:
    asked = Q(**{f"{column}__in": tokens})
    if field.options.get("query"):
        asked &= condition(field.options["query"], source, actor)
    yield from _rows(source, actor, field, asked, column)


def _rows(
    source: AppSchema, actor: Actor, field: FieldSpec, asked: Q, column: str, *, whole: bool = False
) -> list[tuple[Record, Any]]:
    """Records that the actor may see, each with the value of a column; without the fields that are hidden from them.

    `source` is the definition as the actor sees it. A record whose key they do not see is not found by it; `whole`
    leaves out every record on which they do not see a field that is copied.
    """
    shown = reader(actor, source, rights.granted(actor, source))
    made, fields = tables(source), source_fields(source, field)
    partly = sight.marks(source, [f.code for f in fields])
    found = made.record._default_manager.filter(shown, asked, deleted_at__isnull=True).order_by("id")
    marked = found.annotate(**sight.aliases(partly))
    rows = list(marked.values_list(*column_list(fields), column, *sight.aliases(partly)))
    width = 1 + len(partly)
    records = to_records(source, made, fields, [row[:-width] for row in rows])
    pairs = []
    for record, row in zip(records, rows, strict=True):
        unseen = sight.unseen(row, partly)
        if not unseen or not (whole or field.options["key"] in unseen):
            pairs.append((sight.blank(source, record, unseen) if unseen else record, row[-width]))
    return pairs


def by_number(actor: Actor, field: FieldSpec, numbers: Sequence[int]) -> dict[int, Record]:
    """The records of a lookup's source with these numbers, as far as the actor may see them."""
    if not numbers:
        return {}
    try:
        source = sight.seen(actor, cache.snapshot(field.options["app"]))
    except NotFound:
        return {}
    if field.options["key"] not in source.by_code:
        return {}
    found = _rows(source, actor, field, Q(pk__in=numbers), "id", whole=True)
    return {record.id: record for record, _token in found}


def source_fields(source: AppSchema, field: FieldSpec) -> list[FieldSpec]:
    """The fields of the source that a lookup needs: its key and what it copies."""
    wanted = {field.options["key"], *(c["from"] for c in field.options.get("copies", ()))}
    return [f for f in source.fields if f.code in wanted]


def _written(record: Record, spec: FieldSpec) -> str:
    return as_text(spec, value_of(record, spec))


def value_of(record: Record, spec: FieldSpec) -> Any:
    """A field's value in a record, system fields included."""
    kind = fieldtypes.get(spec.type)
    if kind.storage != "system":
        return record.values.get(spec.code, kind.empty)
    name = {"record_number": "id", "creator": "creator", "modifier": "modifier"}.get(spec.type, kind.name)
    return getattr(record, name, None)


def as_text(spec: FieldSpec, value: Any) -> str:
    """A value as the text of a key."""
    if spec.type == "record_number":
        return str(value)
    kind = fieldtypes.get(spec.type)
    return kind.display(value, spec, Names()) if spec.type == "lookup" else kind.export(value, spec, Names())


def pick(context: Context, field: FieldSpec, key: str, record: Any = None) -> dict[str, Any]:
    """The value for a key; raises `Unclean` when no record has it (that the actor may see), or several."""
    prefetch(context, field, [key])
    found: Found = context.lookups[(field.code, fold(key))]
    if record is not None:
        pairs = [(r, k) for r, k in zip(found.records, found.keys, strict=True) if str(r.id) == str(record)]
        found = Found(tuple(r for r, _k in pairs), tuple(k for _r, k in pairs))
    if not found.records:
        raise Unclean(_("「%(key)s」は写す元のアプリに見つかりません。") % {"key": key[:60]})
    if len(found.records) > 1:
        raise Unclean(
            _("「%(key)s」にあたる記録が2件以上あります。写す元のアプリでキーを直してください。")
            % {"key": key[:60]}
        )
    return {"key": found.keys[0], "record": found.records[0].id}


# Copying


def of(fields: Iterable[FieldSpec]) -> list[FieldSpec]:
    """The lookups among fields."""
    return [f for f in fields if f.type == "lookup"]


def has_any(schema: AppSchema) -> bool:
    """Whether the app has a lookup, in a table or not; kept with the snapshot."""
    found: bool | None = vars(schema).get("_lookups")
    if found is None:
        found = vars(schema)["_lookups"] = any(f.type == "lookup" for f in schema.by_code.values())
    return found


def fill(
    fields: Sequence[FieldSpec], cleaned: dict[str, Any], current: Mapping[str, Any], context: Context
) -> dict[str, list[Any]]:
    """Put the copies of picked records into the clean values; returns errors by the lookup's code.

    While a lookup names a record its copies are not typed over; when it is emptied they are emptied.
    """
    errors: dict[str, list[Any]] = {}
    by_code = {f.code: f for f in fields}
    for field in of(fields):
        copies = field.options.get("copies", ())
        before = current.get(field.code)
        value = cleaned.get(field.code, before)
        if value == before:
            for copy in copies if value else ():
                cleaned.pop(copy["to"], None)
                if copy["to"] in current:
                    cleaned[copy["to"]] = current[copy["to"]]
        elif value is None:
            cleaned.update({c["to"]: fieldtypes.get(by_code[c["to"]].type).empty for c in copies})
        else:
            found: Found = context.lookups[(field.code, fold(value["key"]))]
            record = next(r for r in found.records if r.id == value["record"])
            try:
                source = found.source or cache.snapshot(field.options["app"])
                cleaned.update(copied(field, by_code, source, record, context))
            except Unclean as error:
                errors[field.code] = error.messages
    for table in fields:
        for row in cleaned.get(table.code) or () if table.fields and of(table.fields) else ():
            former = _former(current.get(table.code) or (), row["id"])
            errors.update(fill(table.fields, row["values"], former, context))
    return errors


def _former(rows: Iterable[Mapping[str, Any]], number: int | None) -> Mapping[str, Any]:
    return next((row["values"] for row in rows if number is not None and row["id"] == number), {})


def copied(
    field: FieldSpec, by_code: Mapping[str, FieldSpec], source: AppSchema, record: Record, context: Context,
    *, live_only: bool = False,
) -> dict[str, Any]:  # fmt: skip
    """The copies of a source record by target code; raises `Unclean` for a value that the target cannot take."""
    made: dict[str, Any] = {}
    for copy in field.options.get("copies", ()):
        target, spec = by_code.get(copy["to"]), source.by_code.get(copy["from"])
        if target is None or spec is None or (live_only and not copy["live"]):
            continue
        made[target.code] = convert(spec, value_of(record, spec), target, context)
    return made


def convert(spec: FieldSpec, value: Any, target: FieldSpec, context: Context) -> Any:
    """A source's value as the target keeps it."""
    source_kind, kind = fieldtypes.get(spec.type), fieldtypes.get(target.type)
    if source_kind.is_empty(value):
        return kind.empty
    given = value if spec.type == target.type or spec.type in _OWN else as_text(spec, value)
    if _LIKE.get(spec.type, spec.type) == target.type:
        given = value
    try:
        return kind.clean(given, target, context)
    except Unclean as error:
        words = {"label": target.label, "reason": str(error.messages[0])}
        raise Unclean(_("「%(label)s」に写せません。%(reason)s") % words) from None


def may_copy(spec: FieldSpec, target: FieldSpec) -> bool:
    """Whether a field's values can be copied into another."""
    if spec.type in _NEVER - {"lookup", "slot"} or target.type in _NEVER:
        return False
    if not fieldtypes.get(target.type).entered:
        return False
    if spec.type == target.type or _LIKE.get(spec.type) == target.type:
        return True
    if {spec.type, target.type} <= {"multichoice", "checkbox"} or {spec.type, target.type} <= {
        "choice",
        "radio",
    }:
        return True
    return target.type in ("text", "multiline") and spec.type not in _OWN


def check(before: AppSchema | None, schema: AppSchema, actor: Actor) -> None:
    """Raise `Invalid` under the field's code when a new or changed lookup does not fit its source."""
    old = {f.id: f for f in before.by_code.values() if f.id is not None} if before else {}
    groups: list[Sequence[FieldSpec]] = [schema.fields, *(f.fields for f in schema.fields if f.fields)]
    for fields in groups:
        by_code = {f.code: f for f in fields}
        for field in of(fields):
            gone = [c["to"] for c in field.options["copies"] if c["to"] not in by_code]
            if gone:
                raise Invalid(
                    {field.code: [_("写す先の項目がありません: %(code)s") % {"code": gone[0][:64]}]}
                )
            former = old.get(field.id or 0)
            if former is None or dict(former.options) != dict(field.options):
                _check_one(field, by_code, actor)
        every = [c["to"] for f in of(fields) for c in f.options["copies"]]
        if len(set(every)) < len(every):
            raise Invalid({of(fields)[0].code: [_("2つのルックアップが同じ項目に写しています。")]})


def source_of(code: str, app: str, actor: Actor) -> AppSchema:
    """The other app of a field; `Invalid` under the field's code if it is not there or may not be seen."""
    try:
        source = cache.snapshot(app)
    except NotFound:
        source = None
    if source is None or not rights.may(actor, source, "view"):
        raise Invalid({code: [_("アプリ「%(app)s」がないか、見る権限がありません。") % {"app": app[:64]}]})
    return source


def _check_one(field: FieldSpec, by_code: Mapping[str, FieldSpec], actor: Actor) -> None:
    options = field.options
    source = source_of(field.code, options["app"], actor)
    key = source.by_code.get(options["key"])
    if key is None or key.type not in KEYS or key.table:
        raise Invalid(
            {field.code: [_("キーの項目「%(code)s」は使えません。") % {"code": options["key"][:64]}]}
        )
    for copy in options["copies"]:
        spec, target = source.by_code.get(copy["from"]), by_code[copy["to"]]
        if spec is None or spec.table:
            raise Invalid(
                {field.code: [_("写す元の項目がありません: %(code)s") % {"code": copy["from"][:64]}]}
            )
        if not may_copy(spec, target):
            words = {"source": spec.label, "target": target.label}
            raise Invalid(
                {
                    field.code: [
                        _("「%(source)s」は「%(target)s」に写せません。種類を合わせてください。") % words
                    ]
                }
            )
    check_there(field, source, actor)


def check_there(field: FieldSpec, source: AppSchema, actor: Actor) -> None:
    """The columns shown and the condition fit the other app."""
    for code in field.options.get("show", ()):
        if code not in source.by_code:
            raise Invalid({field.code: [_("表に出す項目がありません: %(code)s") % {"code": code[:64]}]})
    if field.options.get("query"):
        try:
            condition(field.options["query"], source, actor)
        except BadQuery as error:
            raise Invalid({field.code: [_("条件: %(error)s") % {"error": error}]}) from None
