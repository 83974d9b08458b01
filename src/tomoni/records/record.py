"""What readers get: records, pages of records, revisions, slots and stays in states, as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tomoni.records.schema.spec import AppSpec


@dataclass(frozen=True, slots=True)
class Record:
    """A record (レコード). `values` by field code; `creator` and `modifier` are user ids (None: resident or system)."""

    app: str
    id: int
    revision: int
    status: str
    values: Mapping[str, Any]
    created_at: datetime
    updated_at: datetime
    creator: int | None
    modifier: int | None = None
    source: str = ""
    assignees: tuple[int, ...] = ()
    deleted_at: datetime | None = None

    @property
    def number(self) -> int:
        """The record number: the id, given without gaps."""
        return self.id


@dataclass(frozen=True, slots=True)
class Page:
    """A page of records. `next` goes into `after=` for the following page; `total` counts up to 10,000."""

    records: list[Record]
    next: str | None = None
    total: int | None = None
    total_capped: bool = False


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field's value before and after."""

    code: str
    label: str
    old: Any
    new: Any


@dataclass(frozen=True, slots=True)
class Revision:
    """One change of a record (変更履歴). `kind`: create, update, action, delete, restore, assign.

    `acted_for`: the person for whom a deputy (代理) acted.
    """

    revision: int
    kind: str
    at: datetime
    user_id: int | None
    actor_ref: str
    changes: tuple[FieldChange, ...] = ()
    action: str = ""
    comment: str = ""
    acted_for: int | None = None


@dataclass(frozen=True, slots=True)
class SlotSpec:
    """A slot to be made (予約枠)."""

    starts_at: datetime
    ends_at: datetime
    capacity: int | None = None
    place: str = ""


@dataclass(frozen=True, slots=True)
class SlotInfo:
    """A slot with its seats."""

    starts_at: datetime
    ends_at: datetime
    place: str
    capacity: int
    taken: int
    id: int = 0

    @property
    def left(self) -> int:
        """Free seats."""
        return max(0, self.capacity - self.taken)


@dataclass(frozen=True, slots=True)
class StateSpan:
    """A record's stay in a state, half-open; `left_at` None while it lasts."""

    record: int
    state: str
    entered_at: datetime
    left_at: datetime | None


@dataclass(frozen=True, slots=True)
class AppInfo:
    """An app in a list."""

    id: int
    code: str
    name: str
    description: str = ""
    department_code: str = ""
    task_id: str = ""
    kit: str = ""
    verbs: frozenset[str] = field(default_factory=frozenset)
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Origin:
    """Who made an app and who changed its definition last (user ids; None: the system), and when."""

    created_at: datetime
    updated_at: datetime
    creator: int | None = None
    modifier: int | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """A definition being worked on (下書き). `revision` 0: nothing was saved yet, `spec` is what is published.

    `base_version` is the published version it started from, `version` the one published now.
    """

    spec: AppSpec
    revision: int
    base_version: int
    version: int
    user_id: int | None = None
    updated_at: datetime | None = None
