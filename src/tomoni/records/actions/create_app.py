"""Create an app (アプリの作成): definition and tables in one transaction."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from tomoni.core import clock
from tomoni.core.actions import action
from tomoni.core.actor import Actor
from tomoni.core.errors import Invalid
from tomoni.people.models import Department
from tomoni.records.actions import _fields, _publish
from tomoni.records.ddl import statements
from tomoni.records.models import App, Counter
from tomoni.records.schema import check
from tomoni.records.schema.snapshot import AppSchema
from tomoni.records.schema.spec import AppSpec, RightSpec


@action("records.create_app", right="apps.create")
def create_app(*, actor: Actor, spec: AppSpec) -> AppSchema:
    """Make an app with its tables. The maker owns it; without `rights` the maker's department works in it.

    Raises `Invalid` for a definition that cannot be, by field code or part.
    """
    code = check.app_code(spec.code)
    if App.objects.filter(code=code).exists():
        raise Invalid({"code": [_("このコードのアプリはすでにあります。")]})
    fields = check.definition(spec)
    department = spec.department_code or _home_code(actor)
    now = clock.now()
    app = App(
        code=code,
        owner_id=actor.id if actor.kind in ("user", "token") else None,
        department_code=department,
        task_id=spec.task_id,
        kit=spec.kit,
        kit_version=spec.kit_version,
        created_at=now,
        updated_at=now,
    )
    _publish.store(app, replace(spec, rights=spec.rights or tuple(default_rights(department))))
    app.save()
    made = _fields.create(app, fields)
    Counter.objects.create(app=app)
    statements.create_app_tables(app.pk, made)
    return _publish.publish(app, actor, "app.create", {"code": code})


def default_rights(department: str) -> list[RightSpec]:
    """The department that made the app works in it."""
    if not department:
        return []
    verbs: Any = ("view", "add", "edit", "delete", "import", "export")
    return [RightSpec(who=f"department:{department}", verbs=verbs)]


def _home_code(actor: Actor) -> str:
    if actor.home_department is None:
        return ""
    return Department.objects.filter(pk=actor.home_department).values_list("code", flat=True).first() or ""
