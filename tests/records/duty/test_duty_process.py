"""Processes: who works on a record, one, any or all; deputies; returns; deadlines; how long records stay."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from tomoni.core import clock
from tomoni.core.actor import system
from tomoni.core.errors import Forbidden, Invalid, NotFound
from tomoni.core.models import Notice
from tomoni.people.models import Department, DepartmentVersion, Membership
from tomoni.people.queries import actor_for
from tomoni.records import facade
from tomoni.records.duty import facade as duty
from tomoni.records.duty.actions.escalate import escalate
from tomoni.records.duty.today import overdue
from tomoni.records.schema.spec import (
    ActionSpec,
    AppSpec,
    AssigneeSpec,
    FieldSpec,
    RightSpec,
    StateSpec,
)

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
ACTIONS = (
    ActionSpec("回す", "起案", "承認待ち", primary=True),
    ActionSpec("承認", "承認待ち", "完了", primary=True),
    ActionSpec("差戻し", "承認待ち", "起案"),
)


def make(actor, rule=None, first=None, **more):
    """An approval with a rule for the state 承認待ち."""
    states = (
        StateSpec("起案", "new", assignee=first or AssigneeSpec()),
        StateSpec("承認待ち", "wait", assignee=rule or AssigneeSpec(), **more.pop("wait", {})),
        StateSpec("完了", "done"),
    )
    spec = AppSpec(
        code="ringi", name="伺い", fields=(FieldSpec("件名", "text", "件名"), FieldSpec("担当", "user", "担当")),
        states=states, actions=more.pop("actions", ACTIONS),
        rights=(RightSpec("staff", ("view", "add", "edit")),), **more,
    )  # fmt: skip
    return facade.create_app(actor=actor("admin", "owner"), spec=spec)


def draft(who, **values):
    return facade.create_record(actor=who, app="ringi", values={"件名": "購入"} | values)


def run(who, record, action="承認", **more):
    return facade.run_action(actor=who, app="ringi", record=record.id, action=action, **more)


def test_only_the_assignee_acts(actor):
    clerk, dx, other = actor("clerk"), actor("dx"), actor("clerk", "other")
    make(actor, AssigneeSpec("one", (f"user:{dx.id}",)))
    made = draft(clerk)
    moved = run(clerk, made, "回す")
    assert moved.assignees == (dx.id,)
    for nobody in (clerk, other, actor("admin", "owner")):
        with pytest.raises(Forbidden):
            run(nobody, made)
    done = run(dx, made)
    assert (done.status, done.assignees) == ("完了", ())


def test_one_of_several_is_chosen_by_who_moves(actor):
    clerk, dx, other = actor("clerk"), actor("dx"), actor("clerk", "other")
    make(actor, AssigneeSpec("one", (f"user:{dx.id}", f"user:{other.id}")))
    made = draft(clerk)
    with pytest.raises(Invalid) as choose:
        run(clerk, made, "回す")
    assert choose.value.details["candidates"] == [dx.id, other.id]
    with pytest.raises(Invalid):
        run(clerk, made, "回す", assignee=clerk.id)
    assert run(clerk, made, "回す", assignee=other.id).assignees == (other.id,)
    with pytest.raises(Forbidden):
        run(dx, made)
    assert run(other, made).status == "完了"


def test_any_of_them_may_act_and_who_joins_the_section_too(actor, person, section):
    clerk = actor("clerk")
    other = Department.objects.create(code="zeimu")
    DepartmentVersion.objects.create(
        department=other, name="税務課", level="section", valid_from=date(2020, 4, 1)
    )
    make(actor, AssigneeSpec("any", ("unit:zeimu",)))
    made = draft(clerk)
    run(clerk, made, "回す")
    with pytest.raises(Forbidden):
        run(clerk, made)
    newcomer = person("clerk", "newcomer")
    Membership.objects.filter(user=newcomer).update(department=other)
    assert run(actor_for(newcomer), made).status == "完了"


def test_all_of_them_must_act_and_one_is_enough_to_send_back(actor):
    clerk, dx, boss = actor("clerk"), actor("dx"), actor("manager")
    make(actor, AssigneeSpec("all", (f"user:{dx.id}", f"user:{boss.id}")))
    made = draft(clerk)
    waiting = run(clerk, made, "回す")
    assert waiting.assignees == (dx.id, boss.id)
    half = run(dx, made)
    assert half.status == "承認待ち"
    assert [(a.user, a.action) for a in duty.approvals(app="ringi", record=half)] == [
        (dx.id, "承認"),
        (boss.id, ""),
    ]
    with pytest.raises(Forbidden):
        run(dx, made)
    back = run(boss, made, "差戻し")
    assert back.status == "起案"
    run(clerk, made, "回す")
    assert run(boss, made).status == "承認待ち", "what was approved before the return counts no more"
    assert run(dx, made).status == "完了"


def test_heads_fields_and_the_creator_are_found(actor, person, section):
    clerk, boss = person("clerk"), person("manager")
    Membership.objects.filter(user=boss).update(is_head=True)
    make(actor, AssigneeSpec("any", ("head",)), first=AssigneeSpec("any", ("creator", "field:担当")))
    dx = actor("dx")
    made = draft(actor_for(clerk), 担当=[str(dx.id)])
    assert facade.get(actor=dx, app="ringi", record=made.id).assignees == (clerk.pk, dx.id)
    with pytest.raises(Forbidden):
        run(actor_for(boss), made, "回す")
    assert run(dx, made, "回す").assignees == (boss.pk,)
    assert run(actor_for(boss), made).status == "完了"


def test_a_record_goes_back_to_an_earlier_state_with_a_reason(actor):
    clerk, dx = actor("clerk"), actor("dx")
    make(
        actor,
        settings={"returns": ["role:dx"]},
        actions=(*ACTIONS, ActionSpec("やり直す", "完了", "承認待ち")),
    )
    made = draft(clerk)
    run(clerk, made, "回す")
    run(clerk, made)
    back = {"app": "ringi", "record": made.id, "to": "起案"}
    with pytest.raises(Forbidden):
        facade.return_record(actor=clerk, comment="違う", **back)
    with pytest.raises(Invalid):
        facade.return_record(actor=dx, comment=" ", **back)
    assert facade.return_record(actor=dx, comment="金額が違います", **back).status == "起案"
    newest = facade.history(actor=dx, app="ringi", record=made.id)[0]
    assert newest.comment == "金額が違います"
    fresh = draft(clerk)
    with pytest.raises(Invalid):
        facade.return_record(actor=dx, app="ringi", record=fresh.id, to="完了", comment="x")


def test_a_deputy_acts_on_the_named_days_and_it_is_marked(actor):
    clerk, dx, boss = actor("clerk"), actor("dx"), actor("manager")
    make(actor, AssigneeSpec("one", (f"user:{boss.id}",)))
    made = draft(clerk)
    run(clerk, made, "回す")
    with clock.at(NOW):
        today = clock.today()
        tomorrow = today + timedelta(days=1)
        duty.delegate(actor=boss, user=boss.id, deputy=dx.id, starts=tomorrow, until=tomorrow, apps=["ringi"])
        with pytest.raises(Forbidden):
            run(dx, made)
    with clock.at(NOW + timedelta(days=2)), pytest.raises(Forbidden):
        run(dx, made)
    with clock.at(NOW + timedelta(days=1)):
        assert run(dx, made).status == "完了"
    newest = facade.history(actor=clerk, app="ringi", record=made.id)[0]
    assert (newest.user_id, newest.acted_for) == (dx.id, boss.id)


def test_a_deputy_of_a_deputy_is_none_and_other_apps_are_not_meant(actor):
    clerk, dx, boss, other = actor("clerk"), actor("dx"), actor("manager"), actor("clerk", "other")
    make(actor, AssigneeSpec("one", (f"user:{boss.id}",)))
    made = draft(clerk)
    run(clerk, made, "回す")
    day = clock.today()
    duty.delegate(actor=boss, user=boss.id, deputy=dx.id, starts=day)
    duty.delegate(actor=dx, user=dx.id, deputy=other.id, starts=day)
    with pytest.raises(Forbidden):
        run(other, made)
    facade.create_app(actor=actor("admin", "owner"), spec=AppSpec(code="betsu", name="別"))
    for item in duty.delegations(boss):
        duty.end_delegation(actor=boss, delegation=item.id) if item.user == "テスト manager" else None
    duty.delegate(actor=boss, user=boss.id, deputy=dx.id, starts=day, apps=["betsu"])
    with pytest.raises(Forbidden):
        run(dx, made)


def test_who_may_name_a_deputy(actor, person):
    clerk, dx, boss = actor("clerk"), actor("dx"), actor("manager")
    day = clock.today()
    with pytest.raises(Forbidden):
        duty.delegate(actor=dx, user=clerk.id, deputy=dx.id, starts=day)
    assert duty.delegate(actor=boss, user=clerk.id, deputy=dx.id, starts=day).pk
    with pytest.raises(Invalid):
        duty.delegate(actor=clerk, user=clerk.id, deputy=clerk.id, starts=day)
    with pytest.raises(Invalid):
        duty.delegate(actor=clerk, user=clerk.id, deputy=dx.id, starts=day, until=day - timedelta(days=1))
    with pytest.raises(NotFound):
        duty.end_delegation(actor=clerk, delegation=999)
    assert [d.deputy for d in duty.delegations(clerk)] == ["テスト dx"]
    assert duty.delegations(actor("clerk", "other")) == []


def test_overdue_records_are_told_once_a_day(actor):
    clerk, dx, boss = actor("clerk"), actor("dx"), actor("manager")
    wait = {"deadline_days": 3, "escalate": (f"user:{boss.id}",)}
    make(actor, AssigneeSpec("one", (f"user:{dx.id}",)), wait=wait)
    with clock.at(NOW):
        made = draft(clerk)
        run(clerk, made, "回す")
    with clock.at(NOW + timedelta(days=3)):
        assert escalate(actor=system("t"), app="ringi") == 0, "due today is not overdue"
    with clock.at(NOW + timedelta(days=4)):
        assert [item.days for item in duty.late(actor=clerk, app="ringi")] == [1]
        assert escalate(actor=system("t"), app="ringi") == 1
        assert escalate(actor=system("t"), app="ringi") == 0
        assert set(Notice.objects.values_list("user_id", flat=True)) == {dx.id, boss.id}
        assert [len(list(overdue(who))) for who in (dx, boss, clerk)] == [1, 1, 0]
    with clock.at(NOW + timedelta(days=5)):
        assert escalate(actor=system("t"), app="ringi") == 1
        run(dx, made)
        assert escalate(actor=system("t"), app="ringi") == 0
        assert list(overdue(dx)) == []


def test_stays_are_measured_by_state(actor):
    clerk = actor("clerk")
    make(actor)
    for days in (1, 2, 3, 10):
        with clock.at(NOW):
            made = draft(clerk)
        with clock.at(NOW + timedelta(days=days)):
            run(clerk, made, "回す")
    with clock.at(NOW + timedelta(days=20)):
        found = duty.stuck(actor=clerk, app="ringi", since=NOW, until=NOW + timedelta(days=30))
    first, waiting = found
    assert (first.state, first.count, first.median, first.p90, first.waiting) == ("起案", 4, 2.5, 10.0, 0)
    assert (waiting.count, waiting.median, waiting.waiting, waiting.oldest) == (0, None, 4, 19.0)
    assert [(m.month, m.count) for m in first.months] == [("2026-11", 3), ("2026-12", 1)]


def test_a_preview_says_which_records_cannot(actor):
    clerk, dx = actor("clerk"), actor("dx")
    make(actor, AssigneeSpec("one", (f"user:{dx.id}",)))
    a, b = draft(clerk), draft(clerk)
    run(clerk, a, "回す")
    found = facade.preview_action(actor=dx, app="ringi", records=[a.id, b.id, 99], action="承認")
    assert found[a.id] == ""
    assert "起案" in found[b.id]
    assert 99 not in found
    assert facade.preview_action(actor=clerk, app="ringi", records=[a.id], action="承認")[a.id]
