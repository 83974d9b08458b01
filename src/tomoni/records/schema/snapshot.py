"""`AppSchema`: an immutable snapshot of an app's definition, and how it is written down as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from tomoni.core.errors import NotFound
from tomoni.records.schema.spec import ActionSpec, FieldSpec, RightSpec, StateSpec, ViewSpec

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

    `fields` are the live fields in form order; `trash` those that were deleted and can come back.
    System fields (レコード番号, ステータス, 作成者 …) are found by `field()` even when not placed on the form.
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
    owner_id: int | None = None
    deputy_id: int | None = None
    by_code: Mapping[str, FieldSpec] = field(default_factory=dict, compare=False, repr=False)

    def __post_init__(self) -> None:
        index = {f.code: f for f in SYSTEM_FIELDS} | {f.code: f for f in self.fields}
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

    def with_fields(self, fields: Sequence[FieldSpec], trash: Sequence[FieldSpec]) -> AppSchema:
        """The same app with other fields."""
        return replace(self, fields=tuple(fields), trash=tuple(trash))

    def to_json(self) -> dict[str, Any]:
        """The snapshot as JSON data."""
        data = asdict(self)
        del data["by_code"]
        return data

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> AppSchema:
        """A snapshot from its JSON data; unknown keys of newer versions are refused by the constructor."""
        parts = dict(data)
        for name, make in _PARTS.items():
            parts[name] = tuple(make(item) for item in parts[name])
        return cls(**parts)


def _right(item: Mapping[str, Any]) -> RightSpec:
    return RightSpec(who=item["who"], verbs=tuple(item["verbs"]))


def _action(item: Mapping[str, Any]) -> ActionSpec:
    return ActionSpec(**{**item, "who": tuple(item.get("who", ()))})


def _view(item: Mapping[str, Any]) -> ViewSpec:
    return ViewSpec(**{**item, "columns": tuple(item.get("columns", ()))})


_PARTS: dict[str, Any] = {
    "fields": lambda item: FieldSpec(**item),
    "trash": lambda item: FieldSpec(**item),
    "states": lambda item: StateSpec(**item),
    "actions": _action,
    "views": _view,
    "rights": _right,
}
