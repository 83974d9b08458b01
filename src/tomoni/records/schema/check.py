"""Whether a definition can be published: codes, types, options, process, rights. Raises `Invalid` with plain words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from tomoni.core.actor import system
from tomoni.core.errors import Invalid
from tomoni.records import fieldtypes
from tomoni.records._core import fold
from tomoni.records.fieldtypes import Context, Unclean
from tomoni.records.fieldtypes.table import check_column
from tomoni.records.rights import VERBS
from tomoni.records.schema.snapshot import SYSTEM_FIELDS
from tomoni.records.schema.spec import ActionSpec, AppSpec, FieldSpec, RightSpec, StateSpec

MOST_FIELDS = 500
RESERVED = frozenset(
    ["and", "or", "in", "not", "like", "is", "empty", "order", "by", "asc", "desc", "limit", "offset"]
)
_APP_CODE = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}[a-z0-9]|[a-z0-9]")
_MARKS = "_・･＿＄￥（）［］／－ー〜～％＆＋：「」"
_PEOPLE = r"staff|creator|role:[a-z_]{1,20}|department:.{1,40}|unit:.{1,40}|user:\d{1,18}"
_WHO_RIGHT = re.compile(rf"{_PEOPLE}|form(:[A-Za-z0-9_-]{{1,64}})?")
# In a record's context: who works on it, who is named in it, who heads a department (`head`: the creator's).
WHO_ACTION = re.compile(rf"{_PEOPLE}|assignee|field:.{{1,64}}|head(:.{{1,40}})?")
STATE_KINDS = ("new", "doing", "wait", "done", "stop")


def app_code(code: str) -> str:
    """An app's code: small letters, digits, - and _; it is part of addresses."""
    if not isinstance(code, str) or not _APP_CODE.fullmatch(code):
        raise Invalid({"code": [_("アプリのコードは英小文字・数字・-・_で64文字以内にしてください。")]})
    return code


def name(text: str, key: str = "name", most: int = 100) -> str:
    """A name people read: one line, not blank, no control characters."""
    made = text.strip() if isinstance(text, str) else ""
    if not made or len(made) > most:
        raise Invalid({key: [_("1文字以上%(most)s文字以内で入力してください。") % {"most": most}]})
    if any(unicodedata.category(c) in ("Cc", "Cs") for c in made):
        raise Invalid({key: [_("使えない文字（制御文字）が入っています。入力し直してください。")]})
    return made


def field_code(code: str) -> str:
    """A field's code: letters of any language, digits and a few marks; not a word of the query language."""
    made = unicodedata.normalize("NFC", code.strip()) if isinstance(code, str) else ""
    if not made or len(made) > 64:
        raise Invalid({"code": [_("項目のコードは1文字以上64文字以内にしてください。")]})
    if made[0].isdigit() or not all(
        c in _MARKS or unicodedata.category(c)[0] in "LMN" or unicodedata.category(c) == "Co" for c in made
    ):
        raise Invalid(
            {
                "code": [
                    _("項目のコードには文字・数字・_・（）などだけが使えます。数字で始めることはできません。")
                ]
            }
        )
    if made.lower() in RESERVED:
        raise Invalid(
            {"code": [_("「%(code)s」は検索の言葉なので、項目のコードに使えません。") % {"code": made}]}
        )
    return made


def field(spec: FieldSpec) -> FieldSpec:
    """A field ready to be stored: every part checked, options complete."""
    code = field_code(spec.code)
    kind = fieldtypes.REGISTRY.get(spec.type)
    if kind is None or spec.type == "revision":
        raise Invalid({code: [_("この種類の項目はありません: %(type)s") % {"type": str(spec.type)[:40]}]})
    label = name(spec.label or code, code, 200)
    if any(f.code == code and f.type != spec.type for f in SYSTEM_FIELDS):
        raise Invalid(
            {code: [_("「%(code)s」は自動で入る項目の名前です。別のコードにしてください。") % {"code": code}]}
        )
    try:
        options = kind.check_options(spec.options)
        made = replace(spec, code=code, label=label, options=options, fields=columns(spec), table="")
        if spec.unique and not kind.may_be_unique:
            raise Unclean(_("この種類の項目では重複の禁止は使えません。"))
        if spec.default not in (None, "", []) and kind.storage != "system":
            kind.clean(spec.default, made, Context(actor=system("schema")))
    except Unclean as error:
        raise Invalid({code: error.messages}) from None
    if spec.personal not in ("none", "personal", "sensitive"):
        raise Invalid({code: [_("個人情報の区分が正しくありません。")]})
    return made


def columns(spec: FieldSpec) -> tuple[FieldSpec, ...]:
    """The columns of a table (テーブル), checked; every other type has none, and a table holds no table."""
    if spec.fields and spec.type != "table":
        raise Unclean(_("列を持てるのは、テーブルの項目だけです。"))
    if any(column.type == "table" for column in spec.fields):
        raise Unclean(_("テーブルの中にテーブルは置けません。"))
    for column in spec.fields:
        check_column(column)
    return tuple(field(column) for column in spec.fields)


def definition(spec: AppSpec) -> tuple[FieldSpec, ...]:
    """Every part of a specification that can be checked without the app: the checked fields. Raises `Invalid`."""
    name(spec.name)
    fields = tuple(field(f) for f in spec.fields)
    distinct(fields)
    process(spec.states, spec.actions)
    rights(spec.rights)
    return fields


def distinct(fields: Sequence[FieldSpec]) -> None:
    """No two fields whose codes look the same (NFKC, case), columns of tables included."""
    fields = [*fields, *(column for f in fields for column in f.fields)]
    if len(fields) > MOST_FIELDS:
        raise Invalid(_("項目は1つのアプリに500個までです。"))
    seen: set[str] = set()
    for item in fields:
        key = fold(item.code)
        if key in seen:
            raise Invalid({item.code: [_("同じコードの項目がすでにあります。")]})
        seen.add(key)


def who(items: Iterable[str], pattern: re.Pattern[str], key: str) -> None:
    """Every `who` is one that the engine knows."""
    for item in items:
        if not isinstance(item, str) or not pattern.fullmatch(item):
            raise Invalid({key: [_("権限の対象が正しくありません: %(who)s") % {"who": str(item)[:60]}]})


def rights(items: Sequence[RightSpec]) -> None:
    """Known people and known verbs. A resident form may add and nothing else: reading is by receipt number."""
    who((r.who for r in items), _WHO_RIGHT, "rights")
    for item in items:
        if unknown := [v for v in item.verbs if v not in VERBS]:
            raise Invalid({"rights": [_("この権限はありません: %(verb)s") % {"verb": str(unknown[0])[:40]}]})
        if item.who.partition(":")[0] == "form" and set(item.verbs) - {"add"}:
            raise Invalid({"rights": [_("住民のフォームに許せるのは追加だけです。")]})


def process(states: Sequence[StateSpec], actions: Sequence[ActionSpec]) -> None:
    """States have different names; actions go from a state to a state."""
    names: set[str] = set()
    for state in states:
        name(state.name, "states")
        if state.name in names:
            raise Invalid({"states": [_("同じ名前の状態が2つあります: %(name)s") % {"name": state.name}]})
        if state.kind not in STATE_KINDS:
            raise Invalid({"states": [_("状態の種類が正しくありません: %(name)s") % {"name": state.name}]})
        names.add(state.name)
        who([*state.assignee.who, *state.escalate], WHO_ACTION, "states")
        days = state.deadline_days
        if days is not None and not 0 < days <= 3650:
            raise Invalid({"states": [_("期限の日数は1から3650までにしてください。")]})
    seen: set[tuple[str, str]] = set()
    for item in actions:
        name(item.name, "actions")
        if item.source not in names or item.target not in names:
            raise Invalid({"actions": [_("処理「%(name)s」の状態がありません。") % {"name": item.name}]})
        if (item.name, item.source) in seen:
            raise Invalid(
                {"actions": [_("同じ状態から同じ名前の処理が2つあります: %(name)s") % {"name": item.name}]}
            )
        seen.add((item.name, item.source))
        who(item.who, WHO_ACTION, "actions")


def fits(schema: Any) -> None:
    """References inside a snapshot: title, view columns."""
    codes = {code for code, spec in schema.by_code.items() if not spec.table}  # a table is shown as a whole
    if schema.title_field and schema.title_field not in codes:
        raise Invalid(
            {"title_field": [_("見出しの項目がありません: %(code)s") % {"code": schema.title_field}]}
        )
    for view in schema.views:
        name(view.name, "views")
        for code in (*view.columns, *([view.date_field] if view.date_field else [])):
            if code not in codes:
                raise Invalid(
                    {
                        "views": [
                            _("一覧「%(view)s」の項目がありません: %(code)s")
                            % {"view": view.name, "code": code}
                        ]
                    }
                )
