"""What an app is, as plain immutable data: the same for the builder, kits, the API and tests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Personal = Literal["none", "personal", "sensitive"]
StateKind = Literal["new", "doing", "wait", "done", "stop"]
Verb = Literal["view", "add", "edit", "delete", "manage", "import", "export"]
ViewKind = Literal["list", "calendar"]


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """A field (項目). `code` is unique in the app and may be Japanese; `id` is the column's, None before it exists.

    `options` by type: text `max_length format: mail|phone`; date `past`; multiline `max_length`; number `min max digits unit`;
    choice/multichoice `choices: list[str]`; file `max_count kinds`; slot `capacity` (default of new slots).
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

    @property
    def template(self) -> str:
        """The widget of the form: `records/fields/<type>.html`."""
        return f"records/fields/{self.type}.html"


@dataclass(frozen=True, slots=True)
class StateSpec:
    """A state (状態) of the process. `kind` gives its shape and colour; `step` names the survey's step (作業)."""

    name: str
    kind: StateKind = "doing"
    step: str = ""


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
    """A view (一覧・暦): columns, filter and order in the query language; calendars name a date field."""

    name: str
    kind: ViewKind = "list"
    columns: tuple[str, ...] = ()
    query: str = ""
    date_field: str = ""


@dataclass(frozen=True, slots=True)
class RightSpec:
    """Who may do what in the app. `who`: `staff`, `role:dx`, `department:<code>` (with those below),
    `user:<id>`, `creator`, `form` (a published resident form)."""

    who: str
    verbs: tuple[Verb, ...]


@dataclass(frozen=True, slots=True)
class AppSpec:
    """A whole app (アプリ). `record_rule` is a query every reader is held to unless they may `manage`.

    `task_id` is the thread of the loop: survey row, challenge, kit and app share it.
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
