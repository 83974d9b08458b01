"""Texts with placeholders. What leaves the house carries no personal data, and nothing an outsider typed freely.

`{受付番号}` and the like come from the registry; `{希望の日時}` is a field of the app, allowed only when it is tagged
"no personal data" and is not free text (free text from an anonymous form would turn our mail into somebody else's letter).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tomoni.automation import registry
from tomoni.automation.applike import AppLike
from tomoni.automation.kinds.base import Context, Failed, Fault
from tomoni.core.clock import TOKYO
from tomoni.core.town import town
from tomoni.records.schema.spec import FieldSpec

PLACE = re.compile(r"\{([^{}\n]{1,100})\}")
SAFE_TYPES = frozenset(
    {"choice", "multichoice", "number", "date", "datetime", "slot", "status", "record_number", "department"}
)
MAX_VALUE = 200


def names(text: str) -> list[str]:
    """The placeholders of a text, in order."""
    return [m.group(1).strip() for m in PLACE.finditer(text)]


def usable_fields(spec: AppLike) -> list[FieldSpec]:
    """The fields whose value a text may show."""
    return [f for f in spec.fields if not f.deleted and f.personal == "none" and f.type in SAFE_TYPES]


def faults(text: str, spec: AppLike, path: str) -> Iterator[Fault]:
    """(path, message) for every placeholder that is unknown or would give away personal data."""
    fields = {f.code: f for f in spec.fields if not f.deleted}
    usable = {f.code for f in usable_fields(spec)}
    for name in dict.fromkeys(names(text)):
        if name in registry.PLACEHOLDERS or name in usable:
            continue
        if name in fields and fields[name].personal != "none":
            yield (
                path,
                gettext("{%(name)s} は個人情報の項目なので、外へ出る文には入れられません。") % {"name": name},
            )
        elif name in fields:
            yield (
                path,
                gettext("{%(name)s} は自由に書ける項目なので、文には入れられません。") % {"name": name},
            )
        else:
            yield path, gettext("{%(name)s} という差し込みはありません。") % {"name": name}


def _one_line(value: str) -> str:
    flat = re.sub(r"\s+", " ", value).strip()
    return flat if len(flat) <= MAX_VALUE else flat[: MAX_VALUE - 1] + "…"


def show(value: Any) -> str:
    """A value in words, on one line."""
    if isinstance(value, datetime):
        local = value.astimezone(TOKYO)
        return f"{date_format(local.date(), 'Y年n月j日')} {local:%H:%M}"
    if isinstance(value, date):
        return date_format(value, "Y年n月j日")
    if isinstance(value, list | tuple):
        return "、".join(show(v) for v in value)
    return "" if value is None else _one_line(str(value))


def render(text: str, context: Context) -> str:
    """Fill a text in one pass (a value cannot bring in a placeholder). Raises `Failed` if a placeholder is not allowed any more."""
    if bad := [message for _path, message in faults(text, context.schema, "")]:
        raise Failed(str(bad[0]))

    def fill(match: re.Match[str]) -> str:
        name = match.group(1).strip()
        if name in registry.PLACEHOLDERS:
            return _one_line(registry.PLACEHOLDERS[name].resolve(context))
        return show(context.record.values.get(name))

    return PLACE.sub(fill, text)


def install_placeholders() -> None:
    """The placeholders every app has. Rooms above may replace them, for example to give the receipt number of a form."""
    add = registry.placeholder
    add("受付番号", help=_("申し込んだ人に渡した受付番号"), resolve=lambda c: str(c.record.number))
    add("番号", help=_("一覧に出る記録の番号"), resolve=lambda c: str(c.record.number))
    add("状態", help=_("いまの状態"), resolve=lambda c: str(c.record.status or ""))
    add("前の状態", help=_("変わる前の状態"), resolve=lambda c: str(c.payload.get("from") or ""))
    add("アプリ", help=_("アプリの名前"), resolve=lambda c: str(c.schema.name))
    add(
        "確認ページ",
        help=_("住民が状態を確かめるページのアドレス"),
        resolve=lambda c: f"{settings.BASE_URL}/r/",
    )
    add("自治体", help=_("自治体の名前"), resolve=lambda c: town().name)
    add("電話", help=_("自治体の代表電話"), resolve=lambda c: town().telephone)
