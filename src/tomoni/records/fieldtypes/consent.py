"""Consent (同意): that somebody agreed to a statement: its text, its version, the moment."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from tomoni.core import clock
from tomoni.core.clock import TOKYO
from tomoni.records.fieldtypes.base import EMPTY, ORDER, Context, FieldType, Names, Unclean
from tomoni.records.fieldtypes.datetime import read_datetime
from tomoni.records.fieldtypes.text import check_characters
from tomoni.records.schema.spec import FieldSpec

YES = frozenset(["1", "on", "true", "yes", "はい", "同意", "同意する", "同意します"])
NO = frozenset(["", "0", "off", "false", "no", "いいえ", "同意しない"])
KEPT = "kept"  # what the form posts for a consent given earlier
_EXPORTED = re.compile(r"(?P<at>\S+(?: \d\d:\d\d(?::\d\d)?)?) 第(?P<version>\S{1,20})版")


class Consent(FieldType):
    """`{"at", "version", "text"}` of the statement agreed to, or None. A new version asks again."""

    name = "consent"
    label = _("同意")
    kind = "datetime"
    key_part = "at"
    operators = ORDER | EMPTY
    option_names = frozenset({"statement", "version"})
    aggregates = frozenset({"count"})

    def check_options(self, options: Mapping[str, Any]) -> dict[str, Any]:
        """`statement`: what is agreed to; `version` of its text."""
        made = super().check_options(options)
        statement, version = made.get("statement"), str(made.get("version", "1")).strip()
        if not isinstance(statement, str) or not statement.strip() or len(statement) > 5_000:
            raise Unclean(_("同意してもらう文を、5,000文字以内で入力してください。"))
        if not version or len(version) > 20 or any(c.isspace() for c in version):
            raise Unclean(_("文の版は、空白のない20文字以内にしてください。"))
        check_characters(statement, "\r\n\t")
        check_characters(version)
        return {"statement": statement.strip().replace("\r\n", "\n"), "version": version}

    def check_change(self, old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
        """Another text is another version: who agreed before agreed to the old one."""
        if old.get("statement") != new.get("statement") and old.get("version") == new.get("version"):
            raise Unclean(_("文を変えるときは、版も変えてください。"))
        return dict(new)

    def columns(self, field: FieldSpec) -> dict[str, models.Field[Any, Any]]:
        """The moment, the version, the text agreed to."""
        return {
            "at": models.DateTimeField(null=True),
            "version": models.TextField(null=True),
            "text": models.TextField(null=True),
        }

    def clean(self, raw: Any, field: FieldSpec, context: Context) -> dict[str, str] | None:
        """Agreed now, agreed before, or not."""
        current = context.current.get(field.code)
        if isinstance(raw, Mapping):
            raw = KEPT if current and dict(raw) == current else "on" if raw.get("at") else ""
        if isinstance(raw, bool) or raw is None:
            raw = "on" if raw else ""
        text = str(raw).strip().lower() if isinstance(raw, str | int) else None
        if text == KEPT:
            return current
        if text in NO:
            return None
        if text not in YES:
            raise Unclean(_("「同意する」に印を付けてください。"))
        if current and current["version"] == field.options.get("version"):
            return current
        return _given(clock.now(), field)

    def cast(self, cell: Any, field: FieldSpec, context: Context) -> dict[str, str] | None:
        """Also a moment and a version, as exported."""
        found = _EXPORTED.fullmatch(cell.strip()) if isinstance(cell, str) else None
        if found is None:
            return self.clean(cell, field, context)
        made = _given(read_datetime(found["at"]), field)
        if found["version"] == made["version"]:
            return made
        return {**made, "version": found["version"], "text": ""}

    def to_columns(self, value: Any, field: FieldSpec) -> tuple[Any, ...]:
        """Moment, version, text."""
        if value is None:
            return (None, None, None)
        return (datetime.fromisoformat(value["at"]), value["version"], value["text"])

    def from_columns(self, stored: Sequence[Any], field: FieldSpec) -> dict[str, str] | None:
        """As agreed."""
        if stored[0] is None:
            return None
        return {"at": _iso(stored[0]), "version": stored[1] or "", "text": stored[2] or ""}

    def literal(self, text: str, field: FieldSpec) -> Any:
        """Compared by the moment."""
        return read_datetime(text)

    def sort_value(self, value: Any) -> Any:
        """Order is by the moment."""
        return None if value is None else datetime.fromisoformat(value["at"])

    def display(self, value: Any, field: FieldSpec, names: Names) -> str:
        """同意 2026-04-01 09:30（第1版）"""
        if value is None:
            return ""
        at = datetime.fromisoformat(value["at"]).astimezone(TOKYO).strftime("%Y-%m-%d %H:%M")
        return str(_("同意 %(at)s（第%(version)s版）") % {"at": at, "version": value["version"]})

    def export(self, value: Any, field: FieldSpec, names: Names) -> str:
        """Moment and version; `cast` reads it back."""
        return "" if value is None else f"{value['at']} 第{value['version']}版"

    def json_schema(self, field: FieldSpec) -> dict[str, Any]:
        """An object."""
        names = {
            "at": {"type": "string", "format": "date-time"},
            "version": {"type": "string"},
            "text": {"type": "string"},
        }
        return {"type": ["object", "null"], "properties": names}


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _given(at: datetime, field: FieldSpec) -> dict[str, str]:
    options = field.options
    return {"at": _iso(at), "version": options.get("version", "1"), "text": options.get("statement", "")}
