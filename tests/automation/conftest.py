"""An app with a process, and rules made through the facade."""

from __future__ import annotations

import pytest


@pytest.fixture
def app(actor):
    """App `desk`: title, mail address, note, day, kind; 受付 → 確認 → 完了; owned by the dx person, used by the section."""
    from tomoni.records import facade as records
    from tomoni.records.schema.spec import ActionSpec, AppSpec, FieldSpec, RightSpec, StateSpec

    spec = AppSpec(
        code="desk",
        name="窓口",
        department_code="kenko",
        fields=(
            FieldSpec("氏名", "text", "氏名", personal="personal", purpose="連絡", retention_years=1),
            FieldSpec("宛先", "text", "宛先", personal="personal", purpose="連絡", retention_years=1),
            FieldSpec("件名", "text", "件名"),
            FieldSpec("日", "date", "日"),
            FieldSpec("種類", "choice", "種類", options={"choices": ["相談", "申請"]}),
            FieldSpec("印", "multichoice", "印", options={"choices": ["い", "ろ"]}),
        ),
        states=(StateSpec("受付", "new"), StateSpec("確認", "doing"), StateSpec("完了", "done")),
        actions=(
            ActionSpec("始める", "受付", "確認"),
            ActionSpec("終える", "確認", "完了"),
            ActionSpec("戻す", "確認", "受付"),
        ),
        rights=(
            RightSpec("department:kenko", ("view", "add", "edit")),
            RightSpec("role:dx", ("view", "add", "edit", "manage")),
        ),
    )
    records.create_app(actor=actor("dx"), spec=spec)
    return "desk"


@pytest.fixture
def rule(actor, app):
    """Make rules from kit data: `rule(trigger="created", actions=[…])` gives the stored rule."""
    from tomoni.automation import facade
    from tomoni.automation.models import Rule

    def make(**data):
        ids = facade.install(
            actor=actor("dx"), app=app, rules=[{"name": "きまり", "trigger": "created", **data}]
        )
        return Rule.objects.get(pk=ids[0])

    return make


@pytest.fixture
def record(actor, app):
    """Make a record: `record(件名="x")`."""
    from tomoni.records import facade as records

    def make(**values):
        return records.create_record(actor=actor("clerk"), app=app, values=values)

    return make


@pytest.fixture
def act(actor, app):
    """Run a process action: `act(record, "始める")`."""
    from tomoni.records import facade as records

    return lambda found, name: records.run_action(actor=actor("clerk"), app=app, record=found.id, action=name)
