"""Changing the municipality's name and contact."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from django.utils.translation import gettext as _

from tomoni.core import audit, privacy, unit
from tomoni.core.actions import action
from tomoni.core.actor import Actor
from tomoni.core.errors import Conflict, Invalid
from tomoni.core.models import Town
from tomoni.core.town import KEY, town

LIMITS = {"name": 100, "code": 6, "contact_section": 100, "telephone": 30, "hours": 200}


def words() -> dict[str, str]:
    """The fields in words."""
    return {
        "name": _("自治体の名前"),
        "code": _("団体コード"),
        "contact_section": _("窓口の課"),
        "telephone": _("電話番号"),
        "hours": _("受付時間"),
    }


@action("core.set_town", right="town.edit")
def set_town(
    *,
    actor: Actor,
    name: str,
    code: str = "",
    contact_section: str = "",
    telephone: str = "",
    hours: str = "",
    revision: int | None = None,
) -> Town:
    """Set what residents see of the municipality. Raises `Invalid` naming each field that must be mended.

    `revision`: what the form was opened on; `Conflict` (mine, theirs, revision) when somebody saved since.
    """
    given = {
        "name": name,
        "code": code,
        "contact_section": contact_section,
        "telephone": telephone,
        "hours": hours,
    }
    values = {field: unicodedata.normalize("NFC", text).strip() for field, text in given.items()}
    values["code"] = unicodedata.normalize("NFKC", values["code"])
    values["telephone"] = unicodedata.normalize("NFKC", values["telephone"])
    errors = _errors(values)
    if errors:
        raise Invalid(errors)
    row = Town.objects.select_for_update().order_by("pk").first() or town()
    if row.pk and all(getattr(row, field) == text for field, text in values.items()):
        return row  # saved twice (a double tap): nothing changed, nobody is in anybody's way
    if revision is not None and revision != row.revision:
        theirs = {field: str(getattr(row, field)) for field in LIMITS}
        raise Conflict(mine=values, theirs=theirs, revision=row.revision)
    for field, text in values.items():
        setattr(row, field, text)
    row.revision += 1
    row.save()
    unit.forget(KEY)
    audit.record(actor=actor, verb="town.set", target=f"town:{row.pk}", fields=values)
    return row


def _errors(values: dict[str, str]) -> dict[str, list[Any]]:
    errors: dict[str, list[Any]] = dict(privacy.individual_number_errors(values))
    for field, limit in LIMITS.items():
        if len(values[field]) > limit:
            errors[field] = [_("%(limit)s文字までで入力してください。") % {"limit": limit}]
    if not values["name"]:
        errors["name"] = [_("自治体の名前を入力してください。")]
    if values["code"] and not is_municipality_code(values["code"]):
        errors["code"] = [_("団体コードは5けた、または検査数字を付けた6けたで入力してください。例: 212016")]
    if values["telephone"] and not re.fullmatch(r"[0-9()+\- ]{9,30}", values["telephone"]):
        errors["telephone"] = [_("電話番号は 例: 058-214-1111 の形で入力してください。")]
    return errors


def is_municipality_code(code: str) -> bool:
    """5 digits, or 6 with a right check digit (JIS X 0402: weights 6–2, modulo 11)."""
    if not re.fullmatch(r"[0-9]{5,6}", code):
        return False
    if len(code) == 5:
        return True
    rest = sum(int(d) * w for d, w in zip(code, (6, 5, 4, 3, 2), strict=False)) % 11
    return (11 - rest) % 10 == int(code[5])
