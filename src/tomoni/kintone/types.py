"""Which of kintone's field types each of ours is, and back. A table: a new type needs a line, or its own `kintone`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tomoni.records import facade
from tomoni.records.facade import AppSchema
from tomoni.records.schema.spec import FieldSpec

# Where a type's class does not say it. Types that kintone has not are texts to its clients.
OURS: dict[str, str] = {
    "text": "SINGLE_LINE_TEXT",
    "multiline": "MULTI_LINE_TEXT",
    "richtext": "RICH_TEXT",
    "number": "NUMBER",
    "calc": "CALC",
    "radio": "RADIO_BUTTON",
    "checkbox": "CHECK_BOX",
    "choice": "DROP_DOWN",
    "multichoice": "MULTI_SELECT",
    "date": "DATE",
    "time": "TIME",
    "datetime": "DATETIME",
    "slot": "DATETIME",
    "file": "FILE",
    "link": "LINK",
    "user": "USER_SELECT",
    "department": "ORGANIZATION_SELECT",
    "group": "GROUP_SELECT",
    "lookup": "SINGLE_LINE_TEXT",
    "reference": "REFERENCE_TABLE",
    "table": "SUBTABLE",
    "category": "CATEGORY",
    "record_number": "RECORD_NUMBER",
    "status": "STATUS",
    "assignee": "STATUS_ASSIGNEE",
    "creator": "CREATOR",
    "created_at": "CREATED_TIME",
    "modifier": "MODIFIER",
    "updated_at": "UPDATED_TIME",
    "revision": "__REVISION__",
}
TEXT = "SINGLE_LINE_TEXT"
# The type that a kintone type becomes; the second where an installation has not got the first.
THEIRS: dict[str, tuple[str, ...]] = {
    "SINGLE_LINE_TEXT": ("text", "lookup", "calc_text"),
    "MULTI_LINE_TEXT": ("multiline",),
    "RICH_TEXT": ("richtext", "multiline"),
    "NUMBER": ("number", "lookup"),
    "CALC": ("calc", "calc_date", "calc_datetime", "calc_time"),
    "RADIO_BUTTON": ("radio", "choice"),
    "CHECK_BOX": ("checkbox", "multichoice"),
    "DROP_DOWN": ("choice",),
    "MULTI_SELECT": ("multichoice",),
    "DATE": ("date",),
    "TIME": ("time", "text"),
    "DATETIME": ("datetime",),
    "FILE": ("file",),
    "LINK": ("link", "text"),
    "USER_SELECT": ("user",),
    "ORGANIZATION_SELECT": ("department",),
    "GROUP_SELECT": ("group",),
    "REFERENCE_TABLE": ("reference",),
    "SUBTABLE": ("table",),
    "RECORD_NUMBER": ("record_number",),
    "CREATOR": ("creator",),
    "CREATED_TIME": ("created_at",),
    "MODIFIER": ("modifier",),
    "UPDATED_TIME": ("updated_at",),
}
SYSTEM = ("RECORD_NUMBER", "MODIFIER", "CREATOR", "UPDATED_TIME", "CREATED_TIME", "STATUS", "STATUS_ASSIGNEE")
PROCESS = ("STATUS", "STATUS_ASSIGNEE")
# Sent back by clients with the rest of a record; the engine fills them, so they are passed over.
NOT_WRITTEN = frozenset(
    [*SYSTEM, "CATEGORY", "CALC", "REFERENCE_TABLE", "GROUP", "__ID__", "__REVISION__"]
)  # fmt: skip


def kintone_type(spec: FieldSpec, extras: Mapping[str, Any] | None = None) -> str:
    """The type that clients are told. A choice made as radio buttons stays what it was made as."""
    made_as = (extras or {}).get("type")
    if made_as and spec.type in THEIRS.get(made_as, ()):
        return str(made_as)
    kind = facade.field_types().get(spec.type)
    return str(getattr(kind, "kintone", "") or OURS.get(spec.type, TEXT))


def our_type(kintone: str) -> str | None:
    """The type of field that one of kintone's becomes here; None for one that cannot be made."""
    known = facade.field_types()
    return next((name for name in THEIRS.get(kintone, ()) if name in known), None)


def written(spec: FieldSpec, kind: str) -> bool:
    """Whether clients may write the field: not if the engine fills it in."""
    return kind not in NOT_WRITTEN and bool(facade.field_types()[spec.type].entered)


def extras_of(settings: Mapping[str, Any]) -> dict[str, Any]:
    """What clients said about fields that our definition has no place for, by code."""
    return dict(settings.get("kintone", {}).get("fields", {}))


def system_fields(app: AppSchema) -> list[FieldSpec]:
    """The system fields as clients know them: those placed on the form under a code of their own, else the usual."""
    placed = {kintone_type(f): f for f in app.fields if kintone_type(f) in SYSTEM}
    usual = {
        kintone_type(f): f for f in app.by_code.values() if f.code[0] != "$" and kintone_type(f) in SYSTEM
    }
    return [placed.get(kind) or usual[kind] for kind in SYSTEM if kind in usual]
