"""People, organisations and groups: kintone names them by code, Tomoni's rules by `who` words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from tomoni.kintone.errors import KintoneError, wrong
from tomoni.people import facade as people
from tomoni.people.models import Department, User

EVERYONE = "everyone"
ADMINISTRATORS = "Administrators"
ASSIGNEE, CREATOR, HEAD = "作業者", "作成者", "head"
_FIELDS = {ASSIGNEE: "assignee", CREATOR: "creator"}


@dataclass(slots=True)
class Codes:
    """Codes and names by id, read in bulk: logins of people, codes of departments."""

    users: dict[int, tuple[str, str]] = field(default_factory=dict)
    departments: dict[int, tuple[str, str]] = field(default_factory=dict)

    def load(self, users: Iterable[int] = (), departments: Iterable[int] = ()) -> Codes:
        """Read what is not known yet: at most two queries."""
        missing = {n for n in users if n is not None} - self.users.keys()
        if missing:
            rows = User.objects.filter(pk__in=missing).values_list("pk", "username", "display_name")
            self.users.update({pk: (login, name or login) for pk, login, name in rows})
        wanted = set(departments) - self.departments.keys()
        if wanted:
            names = people.department_names()
            codes = Department.objects.filter(pk__in=wanted).values_list("pk", "code")
            self.departments.update({pk: (code, names.get(pk, code)) for pk, code in codes})
        return self

    def user(self, number: int | None) -> dict[str, str]:
        """A person as kintone shows one; nobody (a resident, the system) has an empty code."""
        code, name = self.users.get(number or 0, ("", ""))
        return {"code": code, "name": name}

    def department(self, number: int) -> dict[str, str]:
        """An organisation as kintone shows one."""
        code, name = self.departments.get(number, (str(number), str(number)))
        return {"code": code, "name": name}


def to_entity(who: str, codes: Codes) -> tuple[dict[str, Any], bool]:
    """A `who` word as an entity, and whether those below are meant too (includeSubs)."""
    kind, _sep, value = who.partition(":")
    if who in ("creator", "assignee"):
        return {"type": "FIELD_ENTITY", "code": CREATOR if who == "creator" else ASSIGNEE}, False
    if kind == "user":
        codes.load(users=[int(value)] if value.isdigit() else [])
        return {"type": "USER", "code": codes.users.get(int(value or 0), (value, ""))[0]}, False
    if kind in ("department", "unit"):
        return {"type": "ORGANIZATION", "code": value}, kind == "department"
    if kind == "role":
        return {"type": "GROUP", "code": ADMINISTRATORS if value == "admin" else value}, False
    if kind == "field":
        return {"type": "FIELD_ENTITY", "code": value}, False
    if kind == HEAD:
        return {"type": "CUSTOM_FIELD", "code": who}, False
    return {"type": "GROUP", "code": EVERYONE if who == "staff" else who}, False


def from_entity(item: Any, place: str, *, creator: bool = False) -> str:
    """The `who` word of `{"entity": {"type", "code"}, "includeSubs"}`; errors by place."""
    entity = item.get("entity") if isinstance(item, Mapping) else None
    if not isinstance(entity, Mapping):
        raise wrong(f"{place}.entity", _("必須です。"))
    kind, code = entity.get("type"), entity.get("code")
    if kind == "CREATOR":
        return "creator"
    if not isinstance(code, str) or not code:
        raise wrong(f"{place}.entity.code", _("必須です。"))
    if kind == "USER":
        return f"user:{user_id(code)}"
    if kind == "ORGANIZATION":
        if people.department_by_code(code) is None:
            raise KintoneError("GAIA_IL28", id=code)
        subs = item.get("includeSubs") in (True, "true")
        return f"department:{code}" if subs else f"unit:{code}"
    if kind == "GROUP":
        return group_word(code)
    if kind == "FIELD_ENTITY":
        return _FIELDS.get(code, f"field:{code}")
    if kind == "CUSTOM_FIELD" and code.partition(":")[0] == HEAD:
        return code
    raise wrong(f"{place}.entity.type", _("この種類は指定できません。"))


def user_id(code: str) -> int:
    """The id of a login; GAIA_IL26 for one that is not there."""
    found = people.user_by_login(code)
    if found is None:
        raise KintoneError("GAIA_IL26", id=code)
    return int(found.pk)


def user_ids(codes: Iterable[str]) -> list[int]:
    """The ids of logins, in one query."""
    wanted = list(dict.fromkeys(codes))
    rows = dict(User.objects.filter(username__in=wanted, is_active=True).values_list("username", "pk"))
    for code in wanted:
        if code not in rows:
            raise KintoneError("GAIA_IL26", id=code)
    return [rows[code] for code in wanted]


def group_word(code: str) -> str:
    """The `who` word of a group: everyone is all staff, the others are roles."""
    if code == EVERYONE:
        return "staff"
    if code == ADMINISTRATORS:
        return "role:admin"
    if code == "form" or code.startswith("form:"):
        return code
    if not (code.isascii() and code.replace("_", "").isalpha() and code.islower() and len(code) <= 20):
        raise KintoneError("GAIA_IL27", id=code)
    return f"role:{code}"


def coded(items: Any, place: str) -> list[str]:
    """The codes of `[{"code": …}, …]`, or of plain texts."""
    if items is None or items == "":
        return []
    if not isinstance(items, list):
        items = [items]
    found = []
    for item in items:
        code = item.get("code") if isinstance(item, Mapping) else item
        if not isinstance(code, str) or not code:
            raise wrong(place, _("code を指定してください。"))
        found.append(code)
    return found
