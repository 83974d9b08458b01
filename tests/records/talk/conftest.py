"""The counselling app of the pages' tests, and a second person of the section."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tomoni.records.schema.spec import ActionSpec, AppSpec, FieldSpec, NoticeSpec, RightSpec, StateSpec

F = FieldSpec
SPEC = AppSpec(
    code="repair",
    name="修理の依頼",
    fields=(
        F("件名", "text", "件名", required=True),
        F("氏名", "text", "氏名", personal="personal", purpose="連絡のため"),
        F("期限", "date", "期限"),
        F("訪問", "datetime", "訪問"),
        F("担当者", "user", "担当者"),
    ),
    states=(StateSpec("受付", "new"), StateSpec("完了", "done")),
    actions=(ActionSpec("完了にする", "受付", "完了"),),
    rights=(RightSpec("department:kenko", ("view", "add", "edit", "delete", "import", "export")),),
    record_rule="",
    title_field="件名",
    department_code="kenko",
)


@pytest.fixture
def repair(actor):
    """Publish the app with notices: `repair(NoticeSpec(…))`."""
    from tomoni.records import facade

    def make(*notices: NoticeSpec, **more: object):
        return facade.create_app(actor=actor("dx"), spec=replace(SPEC, notices=notices, **more))

    return make


@pytest.fixture
def colleague(section):
    """A second person of the section, with a mail address."""
    from tomoni.people.models import Membership, RoleAssignment, User

    user = User.objects.create(
        username="hana", display_name="山田 花子", kind="staff", email="hana@example.jp"
    )
    RoleAssignment.objects.create(user=user, role="clerk", valid_from=date(2020, 4, 1))
    Membership.objects.create(user=user, department=section, valid_from=date(2020, 4, 1))
    return user
