"""Change what an app is called, who answers for it and what it belongs to (アプリの設定)."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from tomoni.core import stale
from tomoni.core.actions import action
from tomoni.core.actor import Actor
from tomoni.core.errors import Invalid
from tomoni.people.models import Department, User
from tomoni.records.actions import _publish
from tomoni.records.schema import check
from tomoni.records.schema.snapshot import AppSchema

TEXTS = ("description", "title_field", "task_id", "department_code")
MOST_DESCRIPTION = 10_000


@action("records.update_app")
def update_app(*, actor: Actor, app: str, opened_on: str | None = None, **changes: Any) -> AppSchema:
    """Change `name`, `description`, `title_field`, `task_id`, `department_code`, `owner_id`, `deputy_id`.

    Needs `manage`; raises `Invalid` by name of the setting. `opened_on`: the mark (`core.stale`) of what the form showed
    of the changed settings; `Conflict` when they are others by now.
    """
    row, schema = _publish.locked(actor, app)
    if unknown := set(changes) - {"name", "owner_id", "deputy_id", *TEXTS}:
        raise TypeError(f"update_app: {sorted(unknown)}")
    present = {key: getattr(schema, key) for key in changes}
    stale.check(opened_on, present, changes, present)
    if "name" in changes:
        row.name = check.name(changes["name"])
    for key in TEXTS:
        if key in changes:
            text = changes[key] if isinstance(changes[key], str) else ""
            if len(text) > (MOST_DESCRIPTION if key == "description" else 64):
                raise Invalid({key: [_("長すぎます。短くしてください。")]})
            setattr(row, key, text.strip())
    moved = row.department_code and row.department_code != schema.department_code
    if moved and not Department.objects.filter(code=row.department_code).exists():
        raise Invalid({"department_code": [_("この部署はありません。")]})
    for key in ("owner_id", "deputy_id"):
        if key in changes:
            setattr(row, key, _person(key, changes[key]))
    return _publish.publish(row, actor, "app.update", {k: changes[k] for k in changes})


def _person(key: str, user_id: Any) -> int | None:
    """A member of staff who still works here; nobody is allowed for the deputy only."""
    if user_id is None and key == "deputy_id":
        return None
    if not User.objects.filter(pk=user_id, is_active=True, kind=User.Kind.STAFF).exists():
        raise Invalid({key: [_("一覧から選んでください。")]})
    return int(user_id)
