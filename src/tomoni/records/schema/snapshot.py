"""`AppSchema`: an immutable snapshot of an app's definition, and how it is written down as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any

from tomoni.core.errors import NotFound
from tomoni.records.schema.spec import (
    ActionSpec,
    AppSpec,
    AssigneeSpec,
    FieldGrant,
    FieldRightSpec,
    FieldSpec,
    LayoutItem,
    NoticeSpec,
    RecordRightSpec,
    RetentionSpec,
    RightSpec,
    StateSpec,
    ViewSpec,
)

SYSTEM_FIELDS: tuple[FieldSpec, ...] = (
    FieldSpec(code="レコード番号", type="record_number", label="レコード番号"),
    FieldSpec(code="ステータス", type="status", label="状態"),
    FieldSpec(code="作業者", type="assignee", label="作業者"),
    FieldSpec(code="作成者", type="creator", label="作成者"),
    FieldSpec(code="作成日時", type="created_at", label="作成日時"),
    FieldSpec(code="更新者", type="modifier", label="更新者"),
    FieldSpec(code="更新日時", type="updated_at", label="更新日時"),
    FieldSpec(code="$id", type="record_number", label="レコード番号"),
    FieldSpec(code="$revision", type="revision", label="版"),
)


@dataclass(frozen=True)
class AppSchema:
    """An app as it was published: what readers, writers, forms and kits work from.

    `fields` are the live fields in form order; `trash` those that were deleted and can come back, `trash_columns`
    the same of columns of tables, each with its `table_id`.
    System fields (レコード番号, ステータス, 作成者 …) are found by `field()` even when not placed on the form; columns
    of tables too, with their `table`.
    """

    id: int
    version: int
    code: str
    name: str
    description: str = ""
    fields: tuple[FieldSpec, ...] = ()
    trash: tuple[FieldSpec, ...] = ()
    states: tuple[StateSpec, ...] = ()
    actions: tuple[ActionSpec, ...] = ()
    views: tuple[ViewSpec, ...] = ()
    rights: tuple[RightSpec, ...] = ()
    record_rule: str = ""
    title_field: str = ""
    task_id: str = ""
    kit: str = ""
    kit_version: str = ""
    department_code: str = ""
    layout: tuple[LayoutItem, ...] = ()
    record_rights: tuple[RecordRightSpec, ...] = ()
    field_rights: tuple[FieldRightSpec, ...] = ()
    notices: tuple[NoticeSpec, ...] = ()
    retention: RetentionSpec = field(default_factory=RetentionSpec)
    settings: Mapping[str, Any] = field(default_factory=dict)
    owner_id: int | None = None
    deputy_id: int | None = None
    trash_columns: tuple[FieldSpec, ...] = ()
    by_code: Mapping[str, FieldSpec] = field(default_factory=dict, compare=False, repr=False)

    def __post_init__(self) -> None:
        index = {f.code: f for f in SYSTEM_FIELDS}
        for item in self.fields:
            index[item.code] = item
            index.update(
                (column.code, replace(column, table=item.code, table_id=item.id)) for column in item.fields
            )
        object.__setattr__(self, "by_code", index)

    def field(self, code: str) -> FieldSpec:
        """The live field with this code (system fields too); `NotFound` if there is none."""
        try:
            return self.by_code[code]
        except KeyError:
            raise NotFound(code=code) from None

    def state(self, name: str) -> StateSpec | None:
        """The state with this name."""
        return next((s for s in self.states if s.name == name), None)

    @property
    def initial_state(self) -> str:
        """The state of a new record: the first one; empty without a process."""
        return self.states[0].name if self.states else ""

    def actions_from(self, state: str) -> list[ActionSpec]:
        """The process actions that leave a state, in order."""
        return [a for a in self.actions if a.source == state]

    def with_fields(
        self, fields: Sequence[FieldSpec], trash: Sequence[FieldSpec], columns: Sequence[FieldSpec] = ()
    ) -> AppSchema:
        """The same app with other fields; `columns` are the trashed columns of tables."""
        return replace(self, fields=tuple(fields), trash=tuple(trash), trash_columns=tuple(columns))

    def to_json(self) -> dict[str, Any]:
        """The snapshot as JSON data."""
        data = asdict(self)
        del data["by_code"]
        return data

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> AppSchema:
        """A snapshot from its JSON data; unknown keys of newer versions are refused by the constructor."""
        return cls(**read_parts(data))


def spec_to_json(spec: AppSpec) -> dict[str, Any]:
    """A specification as JSON data: drafts (下書き) are kept like this."""
    return asdict(spec)


def spec_from_json(data: Mapping[str, Any]) -> AppSpec:
    """A specification from its JSON data."""
    return AppSpec(**read_parts(data))


def spec_of(schema: AppSchema) -> AppSpec:
    """The definition of an app as a specification, with its column numbers."""
    return AppSpec(**{f.name: getattr(schema, f.name) for f in fields(AppSpec)})


def read_parts(data: Mapping[str, Any]) -> dict[str, Any]:
    """The parts of a definition from JSON data: lists of dictionaries become tuples of specifications."""
    parts = dict(data)
    for name, make in _PARTS.items():
        if name in parts:
            parts[name] = tuple(make(item) for item in parts[name])
    if "retention" in parts:
        parts["retention"] = RetentionSpec(**parts["retention"])
    return parts


def field_from_json(item: Mapping[str, Any]) -> FieldSpec:
    """A field with the columns of its table."""
    return FieldSpec(**{**item, "fields": tuple(field_from_json(f) for f in item.get("fields", ()))})


def _right(item: Mapping[str, Any]) -> RightSpec:
    return RightSpec(who=item["who"], verbs=tuple(item["verbs"]))


def _state(item: Mapping[str, Any]) -> StateSpec:
    found = item.get("assignee") or {}
    assignee = AssigneeSpec(found.get("kind", "any"), tuple(found.get("who", ())))
    return StateSpec(**{**item, "assignee": assignee, "escalate": tuple(item.get("escalate", ()))})


def _action(item: Mapping[str, Any]) -> ActionSpec:
    return ActionSpec(**{**item, "who": tuple(item.get("who", ()))})


def _view(item: Mapping[str, Any]) -> ViewSpec:
    lists = {key: tuple(item.get(key, ())) for key in ("columns", "who")}
    return ViewSpec(**{**item, **lists})


def _layout(item: Mapping[str, Any]) -> LayoutItem:
    return LayoutItem(**{**item, "items": tuple(_layout(i) for i in item.get("items", ()))})


def _record_right(item: Mapping[str, Any]) -> RecordRightSpec:
    return RecordRightSpec(item["query"], tuple(_right(g) for g in item["grants"]))


def _field_right(item: Mapping[str, Any]) -> FieldRightSpec:
    return FieldRightSpec(item["code"], tuple(FieldGrant(**g) for g in item["grants"]))


def _notice(item: Mapping[str, Any]) -> NoticeSpec:
    lists = {key: tuple(item.get(key, ())) for key in ("who", "events")}
    return NoticeSpec(**{**item, **lists})


_PARTS: dict[str, Any] = {
    "fields": field_from_json,
    "trash": field_from_json,
    "trash_columns": field_from_json,
    "states": _state,
    "actions": _action,
    "views": _view,
    "rights": _right,
    "layout": _layout,
    "record_rights": _record_right,
    "field_rights": _field_right,
    "notices": _notice,
}
