"""Moving records on: record/status.json, records/status.json, record/assignees.json."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from tomoni.core.actor import Actor
from tomoni.core.errors import Conflict, Forbidden, Invalid, NotFound
from tomoni.kintone import limits
from tomoni.kintone.call import Ask, call, whole
from tomoni.kintone.entities import coded, user_id, user_ids
from tomoni.kintone.errors import KintoneError, translated, within, wrong
from tomoni.records import facade
from tomoni.records.facade import AppSchema, Record

MOST_PEOPLE = 100


@call("PUT", "record/status", bulk=True)
def update_status(ask: Ask) -> dict[str, Any]:
    """Run an action of the process; `assignee` names who acts next."""
    actor, app = ask.app("view")
    record = _moved(ask, actor, app, dict(ask.params), "")
    return {"revision": str(record.revision)}


@call("PUT", "records/status", bulk=True)
def update_statuses(ask: Ask) -> dict[str, Any]:
    """Run actions on several records, all or none."""
    actor, app = ask.app("view")
    answers = []
    for number, item in enumerate(ask.items("records", limits.WRITES)):
        if not isinstance(item, dict):
            raise wrong(f"records[{number}]", _("オブジェクトで指定してください。"))
        record = _moved(ask, actor, app, item, f"records[{number}].")
        answers.append({"id": str(record.id), "revision": str(record.revision)})
    return {"records": answers}


def _moved(ask: Ask, actor: Actor, app: AppSchema, item: dict[str, Any], place: str) -> Record:
    number = whole(item.get("id") or "", f"{place}id", 1)
    name = item.get("action")
    if not isinstance(name, str) or not name:
        raise wrong(f"{place}action", _("必須です。"))
    if not app.states:
        raise KintoneError("GAIA_ST02", 400)
    revision = ask.revision(item.get("revision"), f"{place}revision")
    assignee = item.get("assignee")
    chosen = [user_id(str(assignee))] if assignee not in (None, "") else []
    return act(actor, app, number, name, revision, chosen)


def act(
    actor: Actor, app: AppSchema, number: int, name: str, revision: int | None, chosen: list[int]
) -> Record:
    """Run an action; who acts next is chosen on the way, or set afterwards where the process does not ask."""
    try:
        record = facade.run_action(
            actor=actor,
            app=app.code,
            record=number,
            action=name,
            revision=revision,
            assignee=chosen[0] if chosen else None,
        )
        state = facade.schema(code=app.code).state(record.status)
        if chosen and (state is None or not state.assignee.who) and list(record.assignees) != chosen:
            record = facade.assign_record(actor=actor, app=app.code, record=number, users=chosen)
        return record
    except Forbidden:
        raise KintoneError("GAIA_NT01", 403) from None
    except Invalid as error:
        if "assignee" in error.errors:
            raise KintoneError("GAIA_SA01", 400, message=str(error)) from None
        raise KintoneError("GAIA_IL03", 400, message=str(error)) from None
    except (Conflict, NotFound) as error:
        raise translated(error, number) from error


@call("PUT", "record/assignees", bulk=True)
def update_assignees(ask: Ask) -> dict[str, Any]:
    """Replace those who act on a record."""
    actor, app = ask.app("edit")
    number = ask.number("id", least=1)
    if not app.states:
        raise KintoneError("GAIA_ST02", 400)
    codes = coded(ask.items("assignees", MOST_PEOPLE, required=False), "assignees")
    with within("assignees", number):
        record = facade.assign_record(
            actor=actor, app=app.code, record=number, users=user_ids(codes), revision=ask.revision()
        )
    return {"revision": str(record.revision)}
