"""An app with a process, a record, and a clock that can be moved."""

from datetime import UTC, datetime, timedelta

import pytest

from tomoni.core import clock
from tomoni.records.schema.spec import ActionSpec, AppSpec, FieldSpec, RightSpec, StateSpec

NOON = datetime(2026, 11, 10, 3, 0, tzinfo=UTC)
STATES = (StateSpec("受付", "new", "受付"), StateSpec("確認", "doing", "確認"), StateSpec("完了", "done"))
ACTIONS = (ActionSpec("確認に回す", "受付", "確認"), ActionSpec("終える", "確認", "完了"))


def app_spec(code="reception", **more):
    values = {
        "code": code,
        "name": "歯科相談の受付",
        "fields": (FieldSpec("名前", "text", "名前"),),
        "states": STATES,
        "actions": ACTIONS,
        "rights": (
            RightSpec("role:clerk", ("view", "add", "edit")),
            RightSpec("role:dx", ("view", "add", "edit", "manage")),
            RightSpec("role:manager", ("view",)),
        ),
        "task_id": "T-001",
    }
    return AppSpec(**(values | more))


@pytest.fixture
def app(actor):
    from tomoni.records import facade

    facade.create_app(actor=actor("dx"), spec=app_spec())
    return "reception"


@pytest.fixture
def new_record(app, actor):
    """Make a record in 受付: `new_record()` → id."""

    from tomoni.records import facade

    def make(name="山田"):
        return facade.create_record(actor=actor("clerk"), app=app, values={"名前": name}).id

    return make


@pytest.fixture
def record(new_record):
    return new_record()


@pytest.fixture
def after():
    """Run at some seconds after noon: `with after(30): …`."""
    return lambda seconds: clock.at(NOON + timedelta(seconds=seconds))


@pytest.fixture
def clerks(actor):
    """Several different clerks: `clerks(3)`."""
    return lambda n: [actor("clerk", f"clerk{i}") for i in range(n)]
