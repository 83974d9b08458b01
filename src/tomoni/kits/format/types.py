"""What the records engine says about fields, columns and queries, in one place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from tomoni.automation.facade import query_fault
from tomoni.core.errors import Invalid
from tomoni.records.schema import check
from tomoni.records.schema.snapshot import SYSTEM_FIELDS
from tomoni.records.schema.spec import FieldSpec

__all__ = ["SYSTEM_COLUMNS", "field_faults", "label", "query_fault"]

SYSTEM_COLUMNS = frozenset(f.code for f in SYSTEM_FIELDS)
LABELS = {
    "text": _("文字列（1行）"),
    "multiline": _("文字列（複数行）"),
    "number": _("数値"),
    "choice": _("選択（1つ）"),
    "multichoice": _("選択（複数）"),
    "date": _("日付"),
    "datetime": _("日時"),
    "user": _("職員"),
    "department": _("部・課・係"),
    "file": _("ファイル"),
    "location": _("場所"),
    "record_number": _("レコード番号"),
    "status": _("状態"),
    "slot": _("予約枠"),
}


def label(name: str) -> str:
    """The type in words."""
    return str(LABELS.get(name, name))


def field_faults(field: FieldSpec) -> Iterator[Any]:
    """What the engine would not take: code, type, options, default."""
    try:
        check.field(field)
    except Invalid as error:
        yield from (message for messages in error.errors.values() for message in messages)
