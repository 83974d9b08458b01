"""What an app is, as plain immutable data: the same for the builder, kits, the API and tests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Personal = Literal["none", "personal", "sensitive"]
StateKind = Literal["new", "doing", "wait", "done", "stop"]
Verb = Literal["view", "add", "edit", "delete", "manage", "import", "export"]
ViewKind = Literal["list", "calendar", "board", "map", "chart", "pivot"]
Access = Literal["none", "view", "edit"]
NoticeKind = Literal["general", "record", "reminder"]
ItemKind = Literal["row", "group", "field", "table", "label", "spacer", "line"]


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """A field (項目). `code` is unique in the app and may be Japanese; `id` is the column's, None before it exists.

    `options` by type: text `max_length format: mail|phone`; date `past`; multiline `max_length`; number `min max digits
    unit`; choice/multichoice `choices: list[str]`; file `max_count kinds`; slot `capacity` (default of new slots);
    the other types say theirs in their own file. `visible_if` is a query over the other fields of the same record:
    while it does not hold the field is neither shown nor required. `fields` are the columns of a table (テーブル);
    `table` and `table_id` are code and number of the table a column belongs to (filled in by the snapshot).
    `personal`, `purpose`, `retention_years` tag personal data (個人情報).
    """

    code: str
    type: str
    label: str
    required: bool = False
    unique: bool = False
    default: Any = None
    help: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)
    personal: Personal = "none"
    purpose: str = ""
    retention_years: int | None = None
    id: int | None = None
    deleted: bool = False
    visible_if: str = ""
    fields: tuple[FieldSpec, ...] = ()
    table: str = ""
    table_id: int | None = None

    @property
    def template(self) -> str:
        """The widget of the form: `records/fields/<type>.html`."""
        return f"records/fields/{self.type}.html"


@dataclass(frozen=True, slots=True)
class LayoutItem:
    """A piece of the form's layout (配置). A `row` holds `field`, `label`, `spacer` and `line` items side by side, a
    `group` (グループ) holds rows and tables, a `table` is a field of type table. `width` in 12ths of the form (0: even).
    """

    kind: ItemKind
    code: str = ""
    label: str = ""
    open: bool = True
    width: int = 0
    items: tuple[LayoutItem, ...] = ()


@dataclass(frozen=True, slots=True)
class AssigneeSpec:
    """Who works on records in a state (作業者). `kind`: `one` of them is chosen when the record enters the state, `any`
    of them may act, `all` of them must act. Empty `who`: nobody is set.
    """

    kind: Literal["one", "any", "all"] = "any"
    who: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StateSpec:
    """A state (状態) of the process. `kind` gives its shape and colour; `step` names the survey's step (作業).

    `deadline_days` counts calendar days in the state (None: no deadline); then `escalate` is told (督促・引き上げ).
    """

    name: str
    kind: StateKind = "doing"
    step: str = ""
    assignee: AssigneeSpec = field(default_factory=AssigneeSpec)
    deadline_days: int | None = None
    escalate: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ActionSpec:
    """A process action (処理): from one state to another, if the query `condition` holds, by `who`."""

    name: str
    source: str
    target: str
    condition: str = ""
    who: tuple[str, ...] = ()
    primary: bool = False


@dataclass(frozen=True, slots=True)
class ViewSpec:
    """A view (一覧・暦・ボード・地図・グラフ・クロス集計): columns, filter and order in the query language.

    `options` by kind: calendar `title`; board `by` (a choice field or ステータス); map `field` (a location);
    chart `shape` (bar, line, pie, table), `groups` [{field, per}], `measures` [{fn, field}]; pivot `rows`, `columns`,
    `measures`. `who`: shown to these only (empty: all who may view). `id` keeps a view's identity when it is renamed.
    """

    name: str
    kind: ViewKind = "list"
    columns: tuple[str, ...] = ()
    query: str = ""
    date_field: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)
    who: tuple[str, ...] = ()
    id: int = 0


@dataclass(frozen=True, slots=True)
class RightSpec:
    """Who may do what in the app. `who`: `staff`, `role:dx`, `department:<code>` (with those below), `unit:<code>`
    (without them), `user:<id>`, `creator`, `form` (a published resident form)."""

    who: str
    verbs: tuple[Verb, ...]


@dataclass(frozen=True, slots=True)
class RecordRightSpec:
    """Rights on the records for which `query` holds (レコードの権限): verbs among view, edit, delete.

    Rules are tried in order and the first whose query holds decides, by the first grant whose `who` means the person;
    who is in none of its grants may do nothing with the record. Records that fit no rule follow the app's rights.
    `who` may also be `field:<code>` (a person or department named in the record) and `assignee`.
    """

    query: str
    grants: tuple[RightSpec, ...]


@dataclass(frozen=True, slots=True)
class FieldGrant:
    """One line of a field's rights: what `who` may do with it."""

    who: str
    access: Access = "edit"


@dataclass(frozen=True, slots=True)
class FieldRightSpec:
    """Rights on a field (項目の権限): the first grant whose `who` means the person decides; nobody else sees the field.

    Fields without such a rule follow the record.
    """

    code: str
    grants: tuple[FieldGrant, ...]


@dataclass(frozen=True, slots=True)
class NoticeSpec:
    """A notice the app sends (通知). `general`: on `events` (created, updated, comment, status, import) to `who`;
    `record`: when a changed record fulfils `query`; `reminder`: `days` (and `hours`) after the date field `field`,
    at `time` (HH:MM) for days, for records that fulfil `query`.
    """

    kind: NoticeKind
    who: tuple[str, ...]
    title: str = ""
    events: tuple[str, ...] = ()
    query: str = ""
    field: str = ""
    days: int = 0
    hours: int | None = None
    time: str = "09:00"


@dataclass(frozen=True, slots=True)
class RetentionSpec:
    """保存年限: `years` from 1 April after the fiscal year in which the record was completed (None: not set).

    Completed is when it entered a state of kind `done` or `stop`, or the day in the date field `completed`.
    """

    years: int | None = None
    completed: str = ""
    basis: str = ""


@dataclass(frozen=True, slots=True)
class AppSpec:
    """A whole app (アプリ). `record_rule` is a query every reader is held to unless they may `manage`.

    `task_id` is the thread of the loop: survey row, challenge, kit and app share it. `settings` are the small ones:
    `icon`, `theme`, `number_prefix`, `title_format`, `trash_days`, `comments` (bool), `bulk` (bool), `returns` (who may
    send a record back to an earlier state), `practice` (bool, 練習モード).
    """

    code: str
    name: str
    description: str = ""
    fields: tuple[FieldSpec, ...] = ()
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
