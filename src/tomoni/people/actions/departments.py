"""The department tree by date (組織改編): create, change from a day on, close on a day."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from tomoni.core import audit, clock
from tomoni.core.actions import action
from tomoni.core.actor import Actor
from tomoni.core.errors import Invalid, NotFound
from tomoni.people.models import Department, DepartmentVersion, Membership
from tomoni.people.queries import ancestors, valid

MANAGE = "people.departments"


def _parent(code: str, day: date) -> Department | None:
    if not code:
        return None
    found = Department.objects.filter(code=code).first()
    if found is None or not found.versions.filter(valid(day)).exists():
        raise Invalid({"parent": [_("上の組織が、その日にはありません。")]})
    return found


def _check(name: str, level: str) -> None:
    errors: dict[str, list[str]] = {}
    if not name.strip() or len(name) > 100:
        errors["name"] = [_("名前を100文字までで入力してください。")]
    if level not in DepartmentVersion.Level.values:
        errors["level"] = [_("部・課・係のどれかを選んでください。")]
    if errors:
        raise Invalid(errors)


def _begin(
    actor: Actor, verb: str, department: Department, day: date, *, name: str, **facts: Any
) -> DepartmentVersion:
    """Write the version that holds from `day` on, and note it."""
    made = DepartmentVersion.objects.create(department=department, name=name.strip(), valid_from=day, **facts)
    audit.record(
        actor=actor,
        verb=verb,
        target=f"department:{department.pk}",
        fields={"name": name, "from": day.isoformat()},
    )
    return made


@action("people.create_department", right=MANAGE)
def create_department(
    *,
    actor: Actor,
    code: str,
    name: str,
    level: str,
    parent: str = "",
    telephone: str = "",
    order: int = 0,
    valid_from: date | None = None,
) -> Department:
    """Create a department that exists from a day on."""
    day = valid_from or clock.today()
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,38}", code):
        raise Invalid({"code": [_("記号は半角の英小文字・数字・ハイフンで、39文字までにしてください。")]})
    if Department.objects.filter(code=code).exists():
        raise Invalid({"code": [_("この記号はもう使われています。")]})
    _check(name, level)
    above = _parent(parent, day)
    department = Department.objects.create(code=code)
    _begin(
        actor,
        "department.create",
        department,
        day,
        name=name,
        level=level,
        parent=above,
        telephone=telephone,
        order=order,
    )
    return department


@action("people.change_department", right=MANAGE)
def change_department(
    *,
    actor: Actor,
    code: str,
    name: str,
    level: str,
    parent: str = "",
    telephone: str = "",
    order: int = 0,
    valid_from: date | None = None,
) -> DepartmentVersion:
    """Rename or move a department from a day on; what was before stays readable `as_of` earlier days."""
    day = valid_from or clock.today()
    department = Department.objects.filter(code=code).first()
    if department is None:
        raise NotFound
    _check(name, level)
    above = _parent(parent, day)
    if above is not None and department.pk in ancestors(day).get(above.pk, frozenset()):
        raise Invalid({"parent": [_("自分より下の組織を、上にすることはできません。")]})
    if department.versions.filter(valid_from__gt=day).exists():
        raise Invalid(
            {"valid_from": [_("この日より後の変更がもう登録されています。後の日付にしてください。")]}
        )
    current = department.versions.filter(valid(day)).first()
    if current is not None and current.valid_from == day:
        current.delete()
    elif current is not None:
        current.valid_to = day
        current.save(update_fields=["valid_to"])
    return _begin(
        actor,
        "department.change",
        department,
        day,
        name=name,
        level=level,
        parent=above,
        telephone=telephone,
        order=order,
    )


@action("people.close_department", right=MANAGE)
def close_department(*, actor: Actor, code: str, valid_to: date) -> None:
    """Close a department on a day (exclusive). Refused while people or departments are still in it that day."""
    department = Department.objects.filter(code=code).first()
    if department is None:
        raise NotFound
    if DepartmentVersion.objects.filter(valid(valid_to), parent=department).exists():
        raise Invalid(_("下の組織が残っています。先に移すか閉じてください。"))
    if Membership.objects.filter(valid(valid_to), department=department, user__is_active=True).exists():
        raise Invalid(_("所属している人が残っています。先に異動を登録してください。"))
    current = department.versions.filter(valid(valid_to)).first()
    if current is None:
        raise Invalid(_("その日には、もうありません。"))
    current.valid_to = max(valid_to, current.valid_from)
    current.save(update_fields=["valid_to"])
    audit.record(
        actor=actor,
        verb="department.close",
        target=f"department:{department.pk}",
        fields={"to": valid_to.isoformat()},
    )
