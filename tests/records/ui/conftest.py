"""An app with every type of field, owned by the DX person, used by the section."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from tomoni.records.schema.spec import ActionSpec, AppSpec, FieldSpec, RightSpec, StateSpec, ViewSpec

F = FieldSpec
FIELDS = (
    F("氏名", "text", "氏名", required=True, personal="personal", purpose="連絡のため"),
    F("生年月日", "date", "生年月日", help="母子健康手帳を見て書いてください。"),
    F("枠", "slot", "希望の日時", options={"capacity": 2}),
    F("種類", "choice", "相談の種類", options={"choices": ["むし歯", "歯みがき", "そのほか"]}),
    F("困りごと", "multichoice", "困っていること", options={"choices": ["痛み", "出血"]}),
    F("内容", "multiline", "相談したいこと"),
    F("人数", "number", "来る人数", options={"min": "1", "max": "10", "unit": "人", "digits": 0}),
    F("写真", "file", "写真", options={"max_count": 2, "kinds": ["image", "pdf", "text"]}),
    F("場所", "location", "家の場所"),
    F("担当者", "user", "担当者"),
    F("担当課", "department", "担当課"),
    F("連絡日時", "datetime", "連絡した日時"),
)
SPEC = AppSpec(
    code="dental",
    name="歯科相談",
    description="予約を受けて記録します。",
    fields=FIELDS,
    states=(StateSpec("受付", "new"), StateSpec("確認", "doing"), StateSpec("完了", "done")),
    actions=(
        ActionSpec("差し戻す", "確認", "受付"),
        ActionSpec("確認を始める", "受付", "確認", primary=True),
        ActionSpec("完了にする", "確認", "完了", primary=True),
    ),
    views=(
        ViewSpec("受付中", query='ステータス in ("受付", "確認") order by レコード番号 desc'),
        ViewSpec("すべて", columns=("レコード番号", "氏名", "人数", "担当者", "写真", "ステータス")),
        ViewSpec("暦", "calendar", date_field="枠"),
        ViewSpec("誕生日", "calendar", date_field="生年月日"),
    ),
    rights=(
        RightSpec("department:kenko", ("view", "add", "edit", "delete", "export")),
        RightSpec("role:manager", ("view",)),
    ),
    title_field="氏名",
    department_code="kenko",
)


@pytest.fixture
def dental(actor):
    """The app, with twelve slots from three days ahead."""
    from tomoni.core import clock
    from tomoni.records import facade
    from tomoni.records.record import SlotSpec

    schema = facade.create_app(actor=actor("dx"), spec=SPEC)
    start = clock.local_now().replace(hour=9, minute=0, second=0, microsecond=0) + timedelta(days=3)
    half = timedelta(minutes=30)
    slots = [SlotSpec(start + half * i, start + half * (i + 1), 2, "保健センター") for i in range(12)]
    facade.add_slots(actor=actor("dx"), app="dental", field="枠", slots=slots)
    return schema


@pytest.fixture
def stranger(person):
    """A clerk of another department: the app is none of their business."""
    from tomoni.people.models import Department, DepartmentVersion, Membership, RoleAssignment, User

    other = Department.objects.create(code="zeimu")
    DepartmentVersion.objects.create(
        department=other, name="税務課", level="section", valid_from=date(2020, 4, 1)
    )
    user = User.objects.create(username="stranger", display_name="よその課", kind="staff")
    RoleAssignment.objects.create(user=user, role="clerk", valid_from=date(2020, 4, 1))
    Membership.objects.create(user=user, department=other, valid_from=date(2020, 4, 1))
    return user


@pytest.fixture
def add(actor) -> Callable:
    """Make records: `add(3)`, `add(1, 氏名="…")`."""
    from tomoni.records import facade

    def make(count: int = 1, **values: object) -> list[object]:
        by = actor("clerk")
        return [
            facade.create_record(
                actor=by,
                app="dental",
                values={"氏名": f"住民 {i}", "人数": "2", "担当者": [str(by.id)]} | values,
            )
            for i in range(count)
        ]

    return make
