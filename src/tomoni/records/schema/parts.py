"""Whether the parts of a snapshot refer to what is there: layout, rights on records and fields, notices, retention."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _

from tomoni.core.errors import Invalid
from tomoni.records.schema import check
from tomoni.records.schema.snapshot import AppSchema
from tomoni.records.schema.spec import LayoutItem

MOST_RULES = 200
RECORD_VERBS = frozenset({"view", "edit", "delete"})
ACCESS = ("none", "view", "edit")
EVENTS = frozenset({"created", "updated", "comment", "status", "import"})
DATES = frozenset({"date", "datetime", "slot", "created_at", "updated_at"})
WHO = check.WHO_ACTION
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


def fits(schema: AppSchema) -> None:
    """Raise `Invalid` under the part's name for what does not fit."""
    _layout(schema)
    _record_rights(schema)
    _field_rights(schema)
    _notices(schema)
    _retention(schema)
    returns = schema.settings.get("returns") or ()
    check.who(returns if isinstance(returns, list | tuple) else [returns], WHO, "returns")


def placed(items: Iterable[LayoutItem]) -> Iterator[str]:
    """The codes of the fields that a layout places, in reading order."""
    for item in items:
        if item.kind in ("field", "table"):
            yield item.code
        yield from placed(item.items)


def _layout(schema: AppSchema) -> None:
    codes = list(placed(schema.layout))
    own = {f.code for f in schema.fields}
    for code in codes:
        if code not in own:
            raise Invalid({"layout": [_("配置にある項目がありません: %(code)s") % {"code": code[:64]}]})
    if len(set(codes)) < len(codes):
        raise Invalid({"layout": [_("同じ項目が2か所に置かれています。")]})


def _record_rights(schema: AppSchema) -> None:
    if len(schema.record_rights) > MOST_RULES:
        raise Invalid({"record_rights": [_("規則は200個までです。")]})
    for rule in schema.record_rights:
        check.who((g.who for g in rule.grants), WHO, "record_rights")
        if any(set(g.verbs) - RECORD_VERBS for g in rule.grants):
            raise Invalid({"record_rights": [_("レコードの権限に使えるのは、見る・直す・消すです。")]})


def _field_rights(schema: AppSchema) -> None:
    seen: set[str] = set()
    for rule in schema.field_rights:
        if rule.code not in schema.by_code:
            raise Invalid({"field_rights": [_("この項目はありません: %(code)s") % {"code": rule.code[:64]}]})
        if rule.code in seen:
            raise Invalid({"field_rights": [_("同じ項目の権限が2つあります。")]})
        seen.add(rule.code)
        check.who((g.who for g in rule.grants), WHO, "field_rights")
        if any(g.access not in ACCESS for g in rule.grants):
            raise Invalid({"field_rights": [_("項目の権限は、見せない・見る・直すのどれかです。")]})


def _notices(schema: AppSchema) -> None:
    if len(schema.notices) > MOST_RULES:
        raise Invalid({"notices": [_("規則は200個までです。")]})
    for notice in schema.notices:
        check.who(notice.who, WHO, "notices")
        if notice.kind not in ("general", "record", "reminder") or set(notice.events) - EVENTS:
            raise Invalid({"notices": [_("通知の種類が正しくありません。")]})
        if notice.kind != "reminder":
            continue
        field = schema.by_code.get(notice.field)
        if field is None or field.type not in DATES:
            raise Invalid({"notices": [_("リマインダーには、日付の項目を選んでください。")]})
        if abs(notice.days) > 3650 or not _TIME.fullmatch(notice.time):
            raise Invalid({"notices": [_("リマインダーの日数か時刻が正しくありません。")]})


def _retention(schema: AppSchema) -> None:
    years, field = schema.retention.years, schema.by_code.get(schema.retention.completed)
    if years is not None and not 0 < years <= 100:
        raise Invalid({"retention": [_("保存年限は1年から100年までです。")]})
    if schema.retention.completed and (field is None or field.type not in DATES):
        raise Invalid({"retention": [_("完了の日には、日付の項目を選んでください。")]})
