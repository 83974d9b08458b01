"""Which column of a file goes into which field (列の対応): what may be chosen, what is guessed from the headers."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from tomoni.core.actor import Actor
from tomoni.core.errors import Invalid
from tomoni.core.search import fold
from tomoni.records import fieldtypes, tablelines
from tomoni.records.actions import _access, _clean
from tomoni.records.schema.snapshot import AppSchema
from tomoni.records.schema.spec import FieldSpec
from tomoni.records.transfer.models import Import, Mapping

NUMBER = "$id"  # the record number, as key only


@dataclass(frozen=True, slots=True)
class Choice:
    """A field that a column may go into. `wide`: it is a table's column, shown with the table's name."""

    code: str
    label: str
    required: bool = False


def choices(actor: Actor, schema: AppSchema) -> list[Choice]:
    """The fields that the actor may fill in, the marks of tables, and the record number."""
    fixed = _access.Fields(actor, schema).fixed if schema.field_rights else set()
    fields = [
        f for f in _clean.writable(schema)
        if f.code not in fixed and (not f.fields or any(c.code not in fixed for c in f.fields))
    ]  # fmt: skip
    found = [Choice(NUMBER, _("レコード番号"))]
    for head in tablelines.heads(fields):
        if head.spec is not None and (not fieldtypes.get(head.spec.type).entered or head.spec.type == "file"):
            continue
        label = head.label if head.table is None or head.spec is None else f"{head.table.label}：{head.label}"
        needed = bool(
            head.spec and head.table is None and head.spec.required and head.spec.default in (None, "")
        )
        found.append(Choice(head.code, label, needed))
    return found


def keys(schema: AppSchema) -> list[FieldSpec]:
    """The fields that may tell which record a line means: unique ones."""
    return [f for f in schema.fields if f.unique and f.id is not None]


def digest(headers: Sequence[str]) -> str:
    """The name of a set of headers."""
    return hashlib.sha256("\x1f".join(fold(h) for h in headers).encode()).hexdigest()


def guess(schema: AppSchema, offered: Sequence[Choice], headers: Sequence[str]) -> list[str]:
    """A field for each header: its label or code, each field once; empty where nothing fits."""
    by_name: dict[str, list[str]] = {}
    for choice in offered:
        spec = schema.by_code.get(choice.code)
        plain = choice.label.rpartition("：")[2]
        for name in dict.fromkeys(
            (fold(choice.label), fold(plain), fold(choice.code), fold(spec.label) if spec else "")
        ):
            if name:
                by_name.setdefault(name, []).append(choice.code)
    used: set[str] = set()
    found = []
    for header in headers:
        options = [c for c in by_name.get(fold(header.strip()), ()) if c not in used]
        found.append(options[0] if options else "")
        used.update(options[:1])
    return found


def remembered(schema: AppSchema, offered: Sequence[Choice], headers: Sequence[str]) -> Mapping | None:
    """How files with these headers were taken in last time, where its fields are still there."""
    row = Mapping.objects.filter(app_id=schema.id, headers=digest(headers)).first()
    known = {c.code for c in offered}
    if row is None or len(row.mapping) != len(headers):
        return None
    row.mapping = [code if code in known else "" for code in row.mapping]
    return row


def checked(
    actor: Actor, schema: AppSchema, mapping: Sequence[str], mode: str, key: str, policy: str
) -> None:
    """Raise `Invalid` under `mapping`, `mode`, `key` or `policy` for what cannot be done."""
    offered = choices(actor, schema)
    known = {c.code for c in offered}
    used = [code for code in mapping if code]
    errors: dict[str, list[str]] = {}
    if set(used) - known:
        errors["mapping"] = [_("取り込めない項目が選ばれています。選び直してください。")]
    elif repeated := [c.label for c in offered if used.count(c.code) > 1]:
        errors["mapping"] = [_("「%(label)s」が2つの列に選ばれています。") % {"label": repeated[0]}]
    elif not [c for c in used if c not in (NUMBER, tablelines.START)]:
        errors["mapping"] = [_("取り込む列を1つ以上選んでください。")]
    if mode not in Import.Mode.values or policy not in Import.Policy.values:
        errors["mode"] = [_("取り込み方を選んでください。")]
    if mode != Import.Mode.INSERT:
        allowed = {NUMBER, *(f.code for f in keys(schema))}
        if key not in allowed:
            errors["key"] = [_("キーにする項目を選んでください。")]
        elif key not in used:
            errors["key"] = [_("キーにする項目に、ファイルの列を対応させてください。")]
    if mode != Import.Mode.UPDATE and "mapping" not in errors:
        missing = [c.label for c in offered if c.required and c.code not in used]
        if missing:
            errors["mapping"] = [
                _("必須の項目に列がありません: %(labels)s") % {"labels": "、".join(missing)[:200]}
            ]
    if errors:
        raise Invalid(errors)
