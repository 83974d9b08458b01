"""Fields that the engine fills: number, state, assignees, who and when. They are read and asked for, never written."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from tomoni.records.fieldtypes.base import AMONG, EMPTY, EQUAL, ORDER, Context, FieldType, Names, Unclean
from tomoni.records.fieldtypes.datetime import DateTime
from tomoni.records.fieldtypes.number import parse_decimal
from tomoni.records.schema.spec import FieldSpec


class System(FieldType):
    """A system field: `column` names the record's own column."""

    storage = "system"
    entered = False

    def clean(self, raw: Any, field: FieldSpec, context: Context) -> Any:
        """Never written by people."""
        raise Unclean(_("この項目は自動で入ります。入力できません。"))


class RecordNumber(System):
    """The record's number in its app."""

    name = "record_number"
    kintone = "RECORD_NUMBER"
    label = _("レコード番号")
    kind = "number"
    operators = ORDER | AMONG
    column = "id"

    def literal(self, text: str, field: FieldSpec) -> Any:
        """A number."""
        return parse_decimal(text)


class RevisionNumber(RecordNumber):
    """The record's revision."""

    name = "revision"
    kintone = "__REVISION__"
    label = _("版")
    column = "revision"


class Status(System):
    """The state in the process."""

    name = "status"
    kintone = "STATUS"
    label = _("状態")
    kind = "choice"
    operators = EQUAL
    column = "status"

    def literal(self, text: str, field: FieldSpec) -> Any:
        """Compared as written."""
        return text


class Person(System):
    """Who made or changed the record; empty for residents and the system."""

    kind = "people"
    operators = EQUAL | EMPTY

    def display(self, value: Any, field: FieldSpec, names: Names) -> str:
        """The name."""
        return "" if value is None else names.users.get(value, str(value))


class Creator(Person):
    """Who made the record."""

    name = "creator"
    kintone = "CREATOR"
    label = _("作成者")
    column = "created_by"


class Modifier(Person):
    """Who changed the record last."""

    name = "modifier"
    kintone = "MODIFIER"
    label = _("更新者")
    column = "updated_by"


class Moment(DateTime):
    """A moment that the engine writes."""

    storage = "system"
    entered = False
    operators = ORDER
    indexed = False

    def columns(self, field: FieldSpec) -> dict[str, Any]:
        """None of its own."""
        return {}

    def clean(self, raw: Any, field: FieldSpec, context: Context) -> Any:
        """Never written by people."""
        raise Unclean(_("この項目は自動で入ります。入力できません。"))


class CreatedAt(Moment):
    """When the record was made."""

    name = "created_at"
    kintone = "CREATED_TIME"
    label = _("作成日時")
    column = "created_at"


class UpdatedAt(Moment):
    """When the record was last changed."""

    name = "updated_at"
    kintone = "UPDATED_TIME"
    label = _("更新日時")
    column = "updated_at"


class Assignee(System):
    """Who has to act (作業者)."""

    name = "assignee"
    kintone = "STATUS_ASSIGNEE"
    label = _("作業者")
    kind = "people"
    operators = AMONG | EMPTY
    sortable = False

    @property
    def empty(self) -> Any:
        """Nobody."""
        return []

    def display(self, value: Any, field: FieldSpec, names: Names) -> str:
        """Names joined with 、."""
        return "、".join(names.users.get(n, str(n)) for n in value or ())
