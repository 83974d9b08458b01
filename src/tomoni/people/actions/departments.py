"""The department tree by date (組織改編): create, change from a day on, close on a day."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from tomoni.core import audit, clock, privacy, stale
from tomoni.core.actions import action
from tomoni.core.actor import Actor
from tomoni.core.errors import Invalid, NotFound
from tomoni.people.dates import start_day
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


def _check(name: str, level: str, telephone: str) -> None:
    errors = privacy.individual_number_errors({"name": name, "telephone": telephone})
    if not name.strip() or len(name) > 100:
        errors["name"] = [_("名前を100文字までで入力してください。")]
    if level not in DepartmentVersion.Level.values:
        errors["level"] = [_("部・課・係のどれかを選んでください。")]
    if errors:
        raise Invalid(errors)


def _locked(code: str) -> Department:
    """The department, held until the action ends: two changes at once must see each other."""
    department = Department.objects.select_for_update().filter(code=code).first()
    if department is None:
        raise NotFound
    return department


def facts(version: DepartmentVersion) -> dict[str, Any]:
    """What a version says, under the names of `change_department`."""
    return {
        "name": version.name,
        "level": version.level,
        "parent": version.parent.code if version.parent else "",
        "telephone": version.telephone,
        "order": version.order,
    }


def state_of(department: Department) -> dict[str, Any]:
    """All versions of a department; its mark tells whether a form is stale."""
    versions = department.versions.select_related("parent").order_by("valid_from")
    return {f"{v.valid_from}–{v.valid_to}": facts(v) for v in versions}


def plan_of(department: Department) -> DepartmentVersion | None:
    """The last version if it is a plan: it begins, or ends, after today. None when nothing is planned."""
    last = department.versions.order_by("-valid_from").first()
    today = clock.today()
    if last is None:
        return None
    closes = last.valid_to is not None and last.valid_to > today
    changes = last.valid_from > today and department.versions.filter(valid_to=last.valid_from).exists()
    return last if closes or changes else None


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
    day = start_day(valid_from)
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,38}", code):
        raise Invalid({"code": [_("記号は半角の英小文字・数字・ハイフンで、39文字までにしてください。")]})
    if Department.objects.filter(code=code).exists():
        raise Invalid({"code": [_("この記号はもう使われています。")]})
    _check(name, level, telephone)
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
    opened_on: str | None = None,
) -> DepartmentVersion:
    """Rename or move a department from a day on; what was before stays readable `as_of` earlier days.

    `opened_on`: the mark (`core.stale`) of what the form was opened on; `Conflict` when somebody saved since.
    """
    day = start_day(valid_from)
    department = _locked(code)
    _check(name, level, telephone)
    above = _parent(parent, day)
    if above is not None and department.pk in ancestors(day).get(above.pk, frozenset()):
        raise Invalid({"parent": [_("自分より下の組織を、上にすることはできません。")]})
    if department.versions.filter(valid_from__gt=day).exists():
        raise Invalid(
            {"valid_from": [_("この日より後の変更がもう登録されています。後の日付にしてください。")]}
        )
    mine = {"name": name.strip(), "level": level, "parent": parent, "telephone": telephone, "order": order}
    latest = department.versions.order_by("-valid_from").first()
    if latest is not None and latest.valid_from == day and facts(latest) == mine:
        return latest  # saved twice (a double tap): nothing changed
    stale.check(opened_on, state_of(department), mine, facts(latest) if latest else {})
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
    start_day(valid_to, "valid_to")
    department = _locked(code)
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


@action("people.cancel_department_plan", right=MANAGE)
def cancel_department_plan(*, actor: Actor, code: str, version_id: int) -> None:
    """Take back what is planned last: a closing first, else a change that has not begun; what was before goes on.

    Raises `Invalid` if `version_id` is not that plan (any more), or if the department above has gone by then.
    """
    department = _locked(code)
    plan = plan_of(department)
    if plan is None or plan.pk != version_id:
        raise Invalid(_("この予定は、もう取り消せません。ほかの人が先に変えたか、始まっています。"))
    if plan.valid_to is not None and plan.valid_to > clock.today():
        plan.valid_to = None
        plan.save(update_fields=["valid_to"])
    else:
        _back_to_former(department, plan)
    audit.record(
        actor=actor,
        verb="department.cancel",
        target=f"department:{department.pk}",
        fields={"from": plan.valid_from.isoformat()},
    )


def _back_to_former(department: Department, plan: DepartmentVersion) -> None:
    former = department.versions.get(valid_to=plan.valid_from)
    above = former.parent
    if above is not None and not above.versions.filter(valid(plan.valid_from)).exists():
        raise Invalid(_("前の上の組織が、その日にはありません。取り消さずに、上の組織を選び直してください。"))
    plan.delete()
    former.valid_to = None
    former.save(update_fields=["valid_to"])
