"""A town whose process is killed in the middle: `killed.py prepare|import|type|check WHICH|finish`.

`import` takes a file in, `type` changes the type of a field in a job; both print `begun` and then `ended`.
`check` says in JSON what is stored; `finish` lets a new worker take up what was left and then says the same.
"""

import json
import sys
from datetime import timedelta

import django

django.setup()

from tomoni.core import clock, jobs  # noqa: E402
from tomoni.core.actor import system  # noqa: E402
from tomoni.core.models import Job  # noqa: E402
from tomoni.people.models import RoleAssignment, User  # noqa: E402
from tomoni.records import facade, search  # noqa: E402
from tomoni.records.ddl.tables import tables  # noqa: E402
from tomoni.records.jobs import change_type  # noqa: E402
from tomoni.records.models import Field  # noqa: E402
from tomoni.records.schema.spec import AppSpec, FieldSpec  # noqa: E402

ROWS = 3_000
ACTOR = system("test")


def prepare() -> None:
    user = User.objects.create(username="dx", kind="staff")
    RoleAssignment.objects.create(user=user, role="admin", valid_from=clock.today())
    fields = (FieldSpec("名", "text", "名"), FieldSpec("数", "text", "数"), FieldSpec("印", "multichoice", "印", options={"choices": ["あ", "い"]}))  # fmt: skip
    for code in ("import", "type"):
        facade.create_app(actor=ACTOR, spec=AppSpec(code=code, name=code, fields=fields))
    facade.create_records(actor=ACTOR, app="type", rows=rows())


def rows() -> list[dict]:
    return [{"名": f"受付 {n} 番", "数": str(n), "印": ["あ"]} for n in range(ROWS)]


def kill_import() -> None:
    found = rows()
    print("begun", flush=True)
    facade.create_records(actor=ACTOR, app="import", rows=found)
    print("ended", flush=True)


def kill_type() -> None:
    app = facade.schema(code="type")
    owner = User.objects.get(username="dx")
    change_type.enqueue(
        actor_id=owner.pk, app_id=app.id, field_id=app.field("数").id, type="number", options={}
    )
    print("begun", flush=True)
    jobs.drain()
    print("ended", flush=True)


def check() -> None:
    found = {"import": stored("import"), "type": stored("type")}
    job = Job.objects.filter(function__contains="change_type").order_by("pk").last()
    found["job"] = (
        {"state": job.state, "message": (job.result or {}).get("message", ""), "error": job.error}
        if job
        else None
    )
    found["left"] = Field.objects.filter(app__code="type", code="数").count()
    print(json.dumps(found))


def stored(code: str) -> dict:
    """What the app holds: its records, rows of each table, what is found, the kind and sum of 数."""
    app = facade.schema(code=code)
    made = tables(app)
    kind = app.field("数").type
    values = [r.values["数"] for r in every(code)]
    return {
        "type": kind,
        "records": made.record._default_manager.count(),
        "links": made.link._default_manager.count(),
        "found": facade.count(actor=ACTOR, app=code, query='名 like "受付"'),
        "sum": str(sum(int(v) for v in values)),
        "filled": sum(v not in (None, "") for v in values),
        "next": 1 + max((r.id for r in every(code)), default=0),
        "waiting": app.id in search.waiting(),
    }


def every(code: str) -> list:
    found, after = [], None
    while True:
        page = facade.find(actor=ACTOR, app=code, limit=500, after=after, count=False)
        found += page.records
        if (after := page.next) is None:
            return found


def finish() -> None:
    Job.objects.filter(state=Job.State.RUNNING).update(lease_until=clock.now() - timedelta(seconds=1))
    jobs.drain()
    check()


if __name__ == "__main__":
    {"prepare": prepare, "import": kill_import, "type": kill_type, "check": check, "finish": finish}[
        sys.argv[1]
    ]()
