"""Records as pages show them: cells with words, names read in bulk, history as a timeline."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tomoni.core.models import StoredFile
from tomoni.people import facade as people
from tomoni.records import fieldtypes
from tomoni.records.fieldtypes import Names, richtext
from tomoni.records.fieldtypes.link import Link
from tomoni.records.fieldtypes.table import RowsPart, row_words
from tomoni.records.record import FieldChange, Record, Revision
from tomoni.records.schema.snapshot import AppSchema
from tomoni.records.schema.spec import FieldSpec
from tomoni.ui.templatetags.ui import day, moment

STATUS = "ステータス"
NUMBER = "レコード番号"
SYSTEM = {
    "record_number": "id",
    "revision": "revision",
    "status": "status",
    "assignee": "assignees",
    "creator": "creator",
    "modifier": "modifier",
    "created_at": "created_at",
    "updated_at": "updated_at",
}
RIGHT = frozenset({"number", "calc"})
SHAPES = {"multiline": "multiline", "file": "file", "link": "link", "lookup": "link", "richtext": "html"}


@dataclass(frozen=True, slots=True)
class FileLink:
    """A file in a cell."""

    id: int
    name: str
    size: int
    url: str


@dataclass(frozen=True, slots=True)
class Cell:
    """One value for reading. `kind`: text, empty, multiline, status, file, link, html (`html` is safe), table (then `grid` has its rows)."""

    code: str
    label: str
    text: str = ""
    kind: str = "text"
    tag: str = ""
    right: bool = False
    unit: str = ""
    href: str = ""
    files: tuple[FileLink, ...] = ()
    is_head: bool = False
    grid: Grid | None = None
    html: str = ""


@dataclass(frozen=True, slots=True)
class Grid:
    """A table (テーブル) for reading: its columns (label, whether to the right) and its rows of cells."""

    heads: tuple[tuple[str, bool], ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Diff:
    """One field of a change, in words."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One step of a record's history."""

    at: datetime
    who: str
    title: str
    changes: tuple[Diff, ...] = ()
    comment: str = ""
    revision: int = 0
    restorable: bool = False


@dataclass(slots=True)
class Presenter:
    """Shows values of one app; reads all names of a page at once (three queries at most)."""

    app: AppSchema
    names: Names = field(default_factory=Names)
    stored: dict[int, StoredFile] = field(default_factory=dict)

    def load(self, records: Iterable[Record], extra_users: Iterable[int | None] = ()) -> Presenter:
        """Read the names that these records (and people) need."""
        users: set[int] = {u for u in extra_users if u}
        departments: set[int] = set()
        files: set[int] = set()
        pools = {"user": users, "department": departments, "file": files}
        for record in records:
            users.update(u for u in (record.creator, record.modifier, *record.assignees) if u)
            for spec in self.app.fields:
                if (pool := pools.get(spec.type)) is not None:
                    pool.update(record.values.get(spec.code) or ())
                for column in spec.fields:
                    if (pool := pools.get(column.type)) is not None:
                        for row in record.values.get(spec.code) or ():
                            pool.update(row["values"].get(column.code) or ())
        self.stored = {f.pk: f for f in StoredFile.objects.filter(pk__in=files)} if files else {}
        self.names = Names(
            users=people.display_names(users) if users else {},
            departments=people.department_names() if departments else {},
            files={pk: f.name for pk, f in self.stored.items()},
        )
        return self

    def text(self, spec: FieldSpec, value: Any) -> str:
        """A value in words: dates as people write them, people and departments by name."""
        kind = fieldtypes.get(spec.type)
        if kind.is_empty(value):
            return ""
        if isinstance(value, datetime):
            return moment(value)
        if isinstance(value, date):
            return _year_day(value)
        return kind.display(value, spec, self.names)

    def value(self, record: Record, spec: FieldSpec) -> Any:
        """The value of a field, system fields included."""
        name = SYSTEM.get(spec.type)
        return getattr(record, name) if name else record.values.get(spec.code)

    def cell(self, record: Record, spec: FieldSpec, *, head: bool = False) -> Cell:
        """The cell of one field."""
        value = self.value(record, spec)
        if spec.type == "status":
            state = self.app.state(value or "")
            if state is None:
                return Cell(spec.code, spec.label, kind="empty")
            return Cell(spec.code, spec.label, state.name, "status", tag=state.kind, is_head=head)
        return self.cell_of(record, spec, value, head=head)

    def cell_of(self, record: Record, spec: FieldSpec, value: Any, *, head: bool = False) -> Cell:
        """The cell of a value: of a field, or of a column in a row."""
        text = self.text(spec, value)
        if spec.type == "table" and value:
            return Cell(
                spec.code, spec.label, text, "table", is_head=head, grid=self.grid(record, spec, value)
            )
        kind = SHAPES.get(spec.type, "text")
        return Cell(
            code=spec.code,
            label=_("番号") if spec.type == "record_number" else spec.label,
            text=text,
            kind=kind if text else "empty",
            right=spec.type in RIGHT,
            files=self._files(record, value) if spec.type == "file" else (),
            is_head=head,
            href=self._href(spec, value),
            html=mark_safe(richtext.safe(value)) if spec.type == "richtext" and value else "",  # noqa: S308
        )

    def _href(self, spec: FieldSpec, value: Any) -> str:
        """Where a link leads: its address, or the record that a lookup copied from."""
        if spec.type == "link":
            kind = fieldtypes.get("link")
            return kind.href(value, spec) if isinstance(kind, Link) else ""
        if spec.type == "lookup" and value and value["record"]:
            return reverse("records:record", args=[spec.options["app"], value["record"]])
        return ""

    def grid(self, record: Record, table: FieldSpec, rows: Sequence[Mapping[str, Any]]) -> Grid:
        """The rows of a table."""
        heads = tuple((column.label, column.type in RIGHT) for column in table.fields)
        cells = tuple(
            tuple(self.cell_of(record, c, row["values"].get(c.code)) for c in table.fields) for row in rows
        )
        return Grid(heads, cells)

    def title(self, record: Record) -> str:
        """What the record is called: its title field, else the first text, else its number."""
        for spec in self.title_fields():
            if text := self.text(spec, record.values.get(spec.code)):
                return text
        return _("%(number)s番") % {"number": record.number}

    def title_fields(self) -> list[FieldSpec]:
        """The fields that may name a record, best first."""
        chosen = [f for f in self.app.fields if f.code == self.app.title_field]
        return chosen + [f for f in self.app.fields if f.type == "text"][:1]

    def entries(self, revisions: Sequence[Revision], current: int, *, may_restore: bool) -> list[Entry]:
        """History, newest first."""
        return [self._entry(r, current, may_restore) for r in sorted(revisions, key=lambda r: -r.revision)]

    def _entry(self, revision: Revision, current: int, may_restore: bool) -> Entry:
        titles = {
            "create": _("登録"),
            "update": _("内容の変更"),
            "action": revision.action or _("処理"),
            "delete": _("ごみ箱に入れた"),
            "restore": _("ごみ箱から戻した"),
            "assign": _("作業者の変更"),
        }
        diffs = tuple(self._diffs(revision.changes))
        return Entry(
            at=revision.at,
            who=self._who(revision),
            title=titles.get(revision.kind, revision.kind),
            changes=() if revision.kind == "create" else diffs,
            comment=revision.comment,
            revision=revision.revision,
            restorable=may_restore and revision.revision != current and revision.kind in ("create", "update"),
        )

    def _who(self, revision: Revision) -> str:
        """Who did it; a deputy with the person they acted for."""
        name = self.names.users.get(revision.user_id or 0, "") or _("自動または住民の入力")
        if revision.acted_for is None:
            return name
        whom = self.names.users.get(revision.acted_for, "")
        return _("%(name)s（%(whom)sの代理）") % {"name": name, "whom": whom}

    def diffs_of(self, change: FieldChange) -> Iterable[Diff]:
        """The lines of one field's change, in words."""
        return self._diffs((change,))

    def _diffs(self, changes: Iterable[FieldChange]) -> Iterable[Diff]:
        for change in changes:
            spec = self.app.by_code.get(change.code)
            if spec is not None and change.code == STATUS:
                yield Diff(spec.label, str(change.old or ""), str(change.new or ""))
            elif isinstance(change.old, RowsPart) or isinstance(change.new, RowsPart):
                yield from self._row_diffs(change)
            elif spec is None or spec.label != change.label:  # a field that was taken off the form
                yield Diff(change.label, str(change.old or "")[:200], str(change.new or "")[:200])
            else:
                yield Diff(spec.label, self.text(spec, change.old)[:200], self.text(spec, change.new)[:200])

    def _row_diffs(self, change: FieldChange) -> Iterable[Diff]:
        """A line for each row of a table that came, went or changed; one for a mere change of order."""
        table = next((f for f in (*self.app.fields, *self.app.trash) if f.code == change.code), None)
        if table is None:
            return
        old, new = change.old or RowsPart(), change.new or RowsPart()
        for number in dict.fromkeys((*new.order, *old.order)):
            before, after = old.rows.get(number), new.rows.get(number)
            if before is None and after is None:
                continue
            label = _("%(table)s %(n)s行目") % {
                "table": change.label,
                "n": new.place(number) or old.place(number),
            }
            texts = [row_words(side, table, self.names)[:200] if side else "" for side in (before, after)]
            yield Diff(label, *texts)
        if not old.rows and not new.rows:
            yield Diff(_("%(table)s 行の順番") % {"table": change.label}, _("前の順番"), _("新しい順番"))

    def _files(self, record: Record, value: Any) -> tuple[FileLink, ...]:
        found = [self.stored[pk] for pk in value or () if pk in self.stored]
        return tuple(
            FileLink(f.pk, f.name, f.size, reverse("records:file", args=[self.app.code, record.id, f.pk]))
            for f in found
        )


def _year_day(value: date) -> str:
    """A date with its year, since records live for years."""
    return day(value) if get_language() == "en" else f"{value.year}年{value.month}月{value.day}日"
