"""Records as kintone's clients read and write them: `{code: {"type": …, "value": …}}`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any

from django.utils.translation import gettext as _

from tomoni.core.models import StoredFile
from tomoni.kintone import filekeys
from tomoni.kintone.entities import Codes, coded
from tomoni.kintone.errors import wrong
from tomoni.kintone.filekeys import FileKey
from tomoni.kintone.types import PROCESS, extras_of, kintone_type, system_fields, written
from tomoni.records import facade
from tomoni.records.facade import AppSchema, Record
from tomoni.records.schema.spec import FieldSpec

PEOPLE = ("USER_SELECT", "STATUS_ASSIGNEE")
NULLS = frozenset({"DATE", "TIME", "DROP_DOWN"})


@dataclass(slots=True)
class Shown:
    """Turns records of one app into JSON, with the names of people, departments and files read in bulk."""

    app: AppSchema
    only: frozenset[str] | None = None
    codes: Codes = field(default_factory=Codes)
    files: dict[int, StoredFile] = field(default_factory=dict)
    plan: list[tuple[FieldSpec, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        extras = extras_of(self.app.settings)
        system = system_fields(self.app)
        placed = {f.code for f in system}
        every = [f for f in self.app.fields if f.code not in placed] + system
        self.plan = [
            (spec, kind)
            for spec in every
            if (kind := kintone_type(spec, extras.get(spec.code))) != "REFERENCE_TABLE"
            and (kind not in PROCESS or self.app.states)
            and (self.only is None or spec.code in self.only)
        ]

    def records(self, records: Sequence[Record]) -> list[dict[str, Any]]:
        """The records as JSON data."""
        self._load(records)
        return [self._record(record) for record in records]

    def _load(self, records: Sequence[Record]) -> None:
        users: set[int] = set()
        departments: set[int] = set()
        files: set[int] = set()
        for record in records:
            users.update(n for n in (record.creator, record.modifier, *record.assignees) if n)
            for spec, value in _every(self.app.fields, record.values):
                if value and spec.type in ("user", "department", "file"):
                    {"user": users, "department": departments, "file": files}[spec.type].update(value)
        self.codes.load(users, departments)
        if missing := files - self.files.keys():
            self.files.update(StoredFile.objects.in_bulk(missing))

    def _record(self, record: Record) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for spec, kind in self.plan:
            if spec.code not in record.values and kind not in SYSTEM_VALUES:
                continue  # a field that this reader may not see
            found[spec.code] = {"type": kind, "value": self.value(spec, kind, record)}
        if self.only is None or "$revision" in self.only:
            found["$revision"] = {"type": "__REVISION__", "value": str(record.revision)}
        if self.only is None or "$id" in self.only:
            found["$id"] = {"type": "__ID__", "value": str(record.id)}
        return found

    def value(self, spec: FieldSpec, kind: str, record: Record) -> Any:
        """One field's value."""
        if kind in SYSTEM_VALUES:
            return SYSTEM_VALUES[kind](self, record)
        value = record.values.get(spec.code)
        if kind == "SUBTABLE":
            return [self._row(spec, row, record) for row in value or ()]
        return self.plain(spec, kind, value, record, spec.code)

    def _row(self, table: FieldSpec, row: Mapping[str, Any], record: Record) -> dict[str, Any]:
        extras = extras_of(self.app.settings)
        cells = {}
        for spec in table.fields:
            kind = kintone_type(spec, extras.get(spec.code))
            value = self.plain(spec, kind, row["values"].get(spec.code), record, table.code)
            cells[spec.code] = {"type": kind, "value": value}
        return {"id": str(row["id"]), "value": cells}

    def plain(self, spec: FieldSpec, kind: str, value: Any, record: Record, place: str) -> Any:
        """A value that is not a table."""
        if kind in PEOPLE:
            return [self.codes.user(n) for n in value or ()]
        if kind == "ORGANIZATION_SELECT":
            return [self.codes.department(n) for n in value or ()]
        if kind == "GROUP_SELECT":
            return [{"code": str(c), "name": str(c)} for c in value or ()]
        if kind == "FILE":
            return [f for n in value or () if (f := self._file(n, record, place))]
        if isinstance(value, list):
            return [str(v) for v in value] if kind in LISTS else "、".join(map(str, value))
        if value is None or value == "":
            return None if kind in NULLS else [] if kind in LISTS else ""
        return text_of(spec, value)

    def _file(self, number: int, record: Record, place: str) -> dict[str, str] | None:
        stored = self.files.get(number)
        if stored is None:
            return None
        return {
            "contentType": stored.content_type,
            "fileKey": FileKey(number, "rec", self.app.code, record.id, place).written(),
            "name": stored.name,
            "size": str(stored.size),
        }


LISTS = frozenset({"CHECK_BOX", "MULTI_SELECT", "CATEGORY"})


def _every(fields: Iterable[FieldSpec], values: Mapping[str, Any]) -> Iterable[tuple[FieldSpec, Any]]:
    """Every field of a record with its value, those of tables too."""
    for spec in fields:
        value = values.get(spec.code)
        yield spec, None if spec.type == "table" else value
        if spec.type == "table":
            for row in value or ():
                yield from _every(spec.fields, row["values"])


def moment(value: datetime) -> str:
    """A moment in UTC, as kintone writes it."""
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def text_of(spec: FieldSpec, value: Any) -> str:
    """A value as text: what the same type reads again."""
    if isinstance(value, str):
        return value
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, time):
        return value.strftime("%H:%M")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict) and spec.type == "lookup":
        return str(value["key"])
    if isinstance(value, dict) and {"lat", "lon"} <= value.keys():
        return f"{value['lat']},{value['lon']}"
    kind = facade.field_types()[spec.type]
    made = kind.to_json(value)
    return made if isinstance(made, str) else facade.shown_value(field=spec, value=value)


def _number(shown: Shown, record: Record) -> str:
    prefix = str(shown.app.settings.get("number_prefix") or "")
    return f"{prefix}-{record.id}" if prefix else str(record.id)


SYSTEM_VALUES: dict[str, Callable[[Shown, Record], Any]] = {
    "RECORD_NUMBER": _number,
    "CREATOR": lambda shown, record: shown.codes.user(record.creator),
    "MODIFIER": lambda shown, record: shown.codes.user(record.modifier or record.creator),
    "CREATED_TIME": lambda shown, record: moment(record.created_at),
    "UPDATED_TIME": lambda shown, record: moment(record.updated_at),
    "STATUS": lambda shown, record: record.status,
    "STATUS_ASSIGNEE": lambda shown, record: [shown.codes.user(n) for n in record.assignees],
}


def raw_values(app: AppSchema, record: Any, place: str, *, new: bool) -> dict[str, Any]:
    """What a client sent for a record as raw values for the writer. Fields that nobody writes, and codes that the app
    has not got, are passed over, as kintone does. `new`: rows of tables get numbers of their own.
    """
    if record is None:
        return {}
    if not isinstance(record, Mapping):
        raise wrong(place, _("オブジェクトで指定してください。"))
    return _raw(app.fields, extras_of(app.settings), record, place, new)


def _raw(
    fields: Iterable[FieldSpec], extras: Mapping[str, Any], given: Mapping[str, Any], place: str, new: bool
) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for spec in fields:
        if spec.code not in given:
            continue
        kind = kintone_type(spec, extras.get(spec.code))
        if not written(spec, kind):
            continue
        item = given[spec.code]
        here = f"{place}.{spec.code}"
        if not isinstance(item, Mapping):
            raise wrong(here, _('{"value": …} の形で指定してください。'))
        if "value" not in item:
            continue
        value = item["value"]
        if kind == "SUBTABLE":
            found[spec.code] = _rows(spec, extras, value, f"{here}.value", new)
        else:
            found[spec.code] = _cell(kind, spec, value, f"{here}.value")
    return found


def _rows(table: FieldSpec, extras: Mapping[str, Any], rows: Any, place: str, new: bool) -> list[Any]:
    if rows in (None, ""):
        return []
    if not isinstance(rows, list):
        raise wrong(place, _("配列で指定してください。"))
    found = []
    for number, row in enumerate(rows):
        here = f"{place}[{number}]"
        if not isinstance(row, Mapping):
            raise wrong(here, _("オブジェクトで指定してください。"))
        cells = row.get("value")
        key = str(row.get("id") or "")
        values = _raw(table.fields, extras, cells if isinstance(cells, Mapping) else {}, f"{here}.value", new)
        found.append({"id": None if new or not key.isdigit() else int(key), "values": values})
    return found


def _cell(kind: str, spec: FieldSpec, value: Any, place: str) -> Any:
    if kind in ("USER_SELECT", "ORGANIZATION_SELECT", "GROUP_SELECT"):
        return coded(value, place)
    if kind == "FILE":
        return [
            filekeys.read(item.get("fileKey") if isinstance(item, Mapping) else item).file
            for item in value or ()
        ]
    if spec.type == "location" and isinstance(value, str) and value.count(",") == 1:
        lat, _sep, lon = value.partition(",")
        return {"lat": lat.strip(), "lon": lon.strip()}
    return value
