"""What a field type is: how it cleans, stores, compares, sorts, shows and exports its values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

from django.db import models
from django.utils.translation import gettext_lazy as _

from tomoni.core.actor import Actor
from tomoni.records.schema.spec import FieldSpec

Kind = Literal["text", "choice", "number", "date", "datetime", "set", "people", "departments", "other"]

EQUAL = frozenset({"=", "!=", "in", "not in"})
ORDER = frozenset({"=", "!=", "<", ">", "<=", ">="})
EMPTY = frozenset({"is empty", "is not empty"})
LIKE = frozenset({"like", "not like"})
AMONG = frozenset({"in", "not in"})


class Unclean(ValueError):
    """A raw value that cannot be taken; `messages` say in plain words what to do."""

    def __init__(self, *messages: Any) -> None:
        self.messages = list(messages)
        super().__init__(messages[0] if messages else "")


@dataclass
class Context:
    """What cleaning may look up: who writes, and the names of people, departments and files read in bulk.

    Each of `users`, `departments` and `files` maps a token (an id, a login, a code) to its id, or to None
    when there is no such thing; a type's `prefetch` fills it with one query for all raw values of a batch.
    """

    actor: Actor
    users: dict[str, int | None] = field(default_factory=dict)
    departments: dict[str, int | None] = field(default_factory=dict)
    files: dict[int, Any] = field(default_factory=dict)
    own_files: frozenset[int] = frozenset()  # files this record already has
    lookups: dict[tuple[str, str], Any] = field(default_factory=dict)  # (field, folded key) → records
    record: Any = None  # the record being changed, as it was read; None while one is made
    current: Mapping[str, Any] = field(default_factory=dict)  # the stored values of the record being changed


def repeats(raw: Any, value: Any) -> bool:
    """Whether a raw value only repeats what is stored: a choice taken off the list since, a person who left."""
    if value in (None, "", []):
        return False
    if isinstance(value, list):
        given = raw if isinstance(raw, list | tuple) else [raw]
        return [str(v) for v in given] == [str(v) for v in value]
    return isinstance(raw, str) and raw.strip() == str(value)


@dataclass
class Names:
    """Names for display, read in bulk by id."""

    users: Mapping[int, str] = field(default_factory=dict)
    departments: Mapping[int, str] = field(default_factory=dict)
    files: Mapping[int, str] = field(default_factory=dict)


class FieldType:
    """A type of field. One subclass a file; see `docs/develop/records.md` for how to add one."""

    name: ClassVar[str]
    label: ClassVar[Any]
    kind: ClassVar[Kind] = "other"
    operators: ClassVar[frozenset[str]] = EMPTY
    storage: ClassVar[Literal["columns", "links", "rows", "system"]] = "columns"
    key_part: ClassVar[str] = ""  # the companion column that is compared, sorted and made unique
    indexed: ClassVar[bool] = False
    sortable: ClassVar[bool] = True
    may_be_unique: ClassVar[bool] = False
    searched: ClassVar[bool] = False  # its text is in the bigram index
    option_names: ClassVar[frozenset[str]] = frozenset()
    entered: ClassVar[bool] = True  # people fill it in; not so what the engine fills in or computes
    aggregates: ClassVar[frozenset[str]] = frozenset(
        {"count"}
    )  # what charts may do: count, sum, avg, min, max
    kintone: ClassVar[str] = ""  # the type's name in kintone's API; empty: kintone has no such type
    column: ClassVar[str] = ""  # of a system field: the record's column

    @property
    def template(self) -> str:
        """The widget of the form, built by the pages of the room."""
        return f"records/fields/{self.name}.html"

    # Definition

    def check_options(self, options: Mapping[str, Any]) -> dict[str, Any]:
        """The options of a new or changed field, complete and typed; raises `Unclean` with a message."""
        unknown = sorted(set(options) - self.option_names)
        if unknown:
            raise Unclean(
                _("この設定はありません: %(names)s") % {"names": "、".join(map(str, unknown))[:100]}
            )
        return dict(options)

    def check_change(self, old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
        """The options when a field with data is changed; raises `Unclean` where data would be lost."""
        return dict(new)

    def columns(self, field: FieldSpec) -> dict[str, models.Field[Any, Any]]:
        """The nullable columns by part: `""` is the value, others are companions."""
        return {}

    # Values

    @property
    def empty(self) -> Any:
        """The value of a field that was left out."""
        return None

    def is_empty(self, value: Any) -> bool:
        """Whether a clean value counts as not given."""
        return value is None or value == "" or value == []

    def prefetch(self, context: Context, field: FieldSpec, raws: Iterable[Any]) -> None:
        """Read in bulk what cleaning these raw values will look up."""

    def clean(self, raw: Any, field: FieldSpec, context: Context) -> Any:
        """The value for a raw one from a form, a file or the API; raises `Unclean`."""
        raise NotImplementedError

    def cast(self, cell: Any, field: FieldSpec, context: Context) -> Any:
        """The value for a cell of a CSV or XLSX file; like `clean`, with the looser forms people type."""
        return self.clean(cell, field, context)

    def to_columns(self, value: Any, field: FieldSpec) -> tuple[Any, ...]:
        """The values of the columns, in the order of `columns`."""
        return (value,)

    def from_columns(self, stored: Sequence[Any], field: FieldSpec) -> Any:
        """The value from its columns."""
        return stored[0]

    def to_links(self, value: Any) -> list[tuple[int | None, str | None]]:
        """The rows (number, text) of a multi-value in the link table."""
        return []

    # Queries

    def literal(self, text: str, field: FieldSpec) -> Any:
        """A value written in a query, as it is compared with the key column; raises `Unclean`."""
        return self.to_columns(self.clean(text, field, Context(Actor(kind="system"))), field)[0]

    def sort_value(self, value: Any) -> Any:
        """What the key column holds for a value: for cursors and for the naive check in tests."""
        return value

    # Showing

    def display(self, value: Any, field: FieldSpec, names: Names) -> str:
        """The value as people read it."""
        return "" if self.is_empty(value) else str(value)

    def to_json(self, value: Any) -> Any:
        """The value as JSON data (revisions, API)."""
        return value

    def from_json(self, data: Any, field: FieldSpec) -> Any:
        """The value from `to_json`'s data."""
        return self.empty if data is None else data

    def export(self, value: Any, field: FieldSpec, names: Names) -> str:
        """The value as a cell of a CSV file; `cast` reads it back."""
        return self.display(value, field, names)

    def json_schema(self, field: FieldSpec) -> dict[str, Any]:
        """What `to_json` gives, as a JSON schema (for the API's description)."""
        if self.storage == "links":
            inside: dict[str, Any] = {"type": "string" if self.kind == "set" else "integer"}
            if choices := field.options.get("choices"):
                inside["enum"] = list(choices)
            return {"type": "array", "items": inside}
        if choices := field.options.get("choices"):
            return {"type": "string", "enum": ["", *choices]}
        return dict(_SCHEMAS.get(self.kind, {"type": ["object", "null"]}))


_SCHEMAS: dict[str, dict[str, Any]] = {
    "text": {"type": "string"},
    "number": {"type": ["string", "null"], "pattern": r"^-?[0-9]+(\.[0-9]+)?$"},
    "date": {"type": ["string", "null"], "format": "date"},
    "datetime": {"type": ["string", "null"], "format": "date-time"},
}
