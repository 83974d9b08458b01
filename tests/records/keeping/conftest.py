"""An app with a process, kept for five years, with cases of former years."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

NOW = datetime(2026, 11, 24, 3, tzinfo=UTC)


@pytest.fixture(autouse=True)
def now():
    """Noon of 24 November 2026 in Tokyo: fiscal year 2026."""
    from tomoni.core import clock

    with clock.at(NOW):
        yield NOW


@pytest.fixture
def app(actor):
    """App `desk` of 健康推進課, owned by the dx person."""
    from tomoni.records import facade as records
    from tomoni.records.schema.spec import ActionSpec, AppSpec, FieldSpec, RetentionSpec, RightSpec, StateSpec

    spec = AppSpec(
        code="desk",
        name="窓口",
        description="窓口の相談を受けて答えるため",
        department_code="kenko",
        fields=(
            FieldSpec("氏名", "text", "氏名", personal="personal", purpose="連絡するため", retention_years=5),
            FieldSpec(
                "病名", "text", "病名", personal="sensitive", purpose="相談に答えるため", retention_years=5
            ),
            FieldSpec("件名", "text", "件名", help="何の相談か"),
            FieldSpec("終わった日", "date", "終わった日"),
            FieldSpec("資料", "file", "資料"),
        ),
        states=(StateSpec("受付", "new", deadline_days=3), StateSpec("完了", "done")),
        actions=(
            ActionSpec("終える", "受付", "完了", who=("department:kenko",)),
            ActionSpec("戻す", "完了", "受付"),
        ),
        rights=(
            RightSpec("department:kenko", ("view", "add", "edit", "delete")),
            RightSpec("form", ("add",)),
        ),
        retention=RetentionSpec(5, "", "別表第1"),
    )
    records.create_app(actor=actor("dx"), spec=spec)
    records.update_app(actor=actor("dx"), app="desk", owner_id=actor("dx").id)
    return "desk"


@pytest.fixture
def finished(actor, app):
    """A case that was finished on a day: `finished(2020, 3, 31)` gives its number."""
    from tomoni.core import clock
    from tomoni.records import facade as records

    def make(year: int, month: int, day: int, **values) -> int:
        clerk = actor("clerk")  # as they are today: nobody was a member of the section before April 2020
        with clock.at(datetime(year, month, day, 3, tzinfo=UTC)):
            record = records.create_record(actor=clerk, app=app, values={"件名": "相談", **values})
            records.run_action(actor=clerk, app=app, record=record.id, action="終える")
        return record.id

    return make


@pytest.fixture
def schema(app):
    """The definition as it is now."""
    from tomoni.records import facade as records

    return lambda: records.schema(code=app)


@pytest.fixture
def move(person):
    """End a person's membership on a day, into no or another department."""
    from tomoni.people.models import Department, DepartmentVersion, Membership

    def make(role: str, day, to: str = "") -> None:
        Membership.objects.filter(user=person(role)).update(valid_to=day)
        if to:
            place, new = Department.objects.get_or_create(code=to)
            if new:
                DepartmentVersion.objects.create(
                    department=place, name="税務課", level="section", valid_from=day.replace(year=2020)
                )
            Membership.objects.create(user=person(role), department=place, valid_from=day)

    return make
