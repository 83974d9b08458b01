"""Whom a notice is for: the section, the assignees, the creator, or everyone with a role."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from tomoni.automation.applike import AppLike
from tomoni.automation.kinds.base import Context
from tomoni.people import facade as people

MAX = 200
ROLES = ("dx", "manager", "admin", "clerk")


def words(to: str) -> str:
    """The group in words."""
    names = {
        "section": _("担当の課の職員"),
        "assignee": _("作業者"),
        "creator": _("登録した人"),
        "role:dx": _("DX推進担当"),
        "role:manager": _("管理職"),
        "role:admin": _("システム管理者"),
        "role:clerk": _("職員全員"),
    }
    return names.get(to, to)


def choices(spec: AppLike) -> Iterator[tuple[str, str]]:
    """What the form offers."""
    for to in ("section", "assignee", "creator", *(f"role:{role}" for role in ROLES)):
        yield to, words(to)


def known(to: str, spec: AppLike) -> bool:
    """Whether the group exists."""
    return to in dict(choices(spec))


def find(to: str, context: Context) -> list[int]:
    """The ids of the people, at most `MAX`; empty when the group has nobody today."""
    if to == "section":
        department = (
            people.department_by_code(context.schema.department_code)
            if context.schema.department_code
            else None
        )
        return (
            list(people.people_of(department.department_id).values_list("pk", flat=True)[:MAX])
            if department
            else []
        )
    if to == "assignee":
        return list(context.record.assignees)[:MAX]
    if to == "creator":
        return [context.record.creator] if context.record.creator is not None else []
    if to.startswith("role:"):
        return list(people.people_with_role(to.removeprefix("role:")).values_list("pk", flat=True)[:MAX])
    return []
