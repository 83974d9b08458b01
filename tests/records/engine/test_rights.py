"""Who sees and does what: verbs × who, the record rule, own records, residents' forms, process actions."""

from __future__ import annotations

from datetime import date

import pytest
from records_shapes import dental

from tomoni.core.actor import ANONYMOUS, Actor, system
from tomoni.core.errors import Forbidden, Invalid, NotFound
from tomoni.people.models import Department, DepartmentVersion, Membership, RoleAssignment
from tomoni.people.queries import actor_for
from tomoni.records import facade
from tomoni.records.schema.spec import ActionSpec, FieldSpec, RightSpec, StateSpec

FORM = Actor(kind="anonymous", roles=frozenset({"form:dental-form"}))


def make(actor, *rights, **more):
    return facade.create_app(actor=actor("admin", "owner"), spec=dental(rights=rights, **more))


def attempts(who, record):
    """What each verb comes to: ok, no (403), none (404)."""
    calls = {
        "view": lambda: facade.find(actor=who, app="dental"),
        "get": lambda: facade.get(actor=who, app="dental", record=record),
        "history": lambda: facade.history(actor=who, app="dental", record=record),
        "add": lambda: facade.create_record(actor=who, app="dental", values={"氏名": "新"}),
        "edit": lambda: facade.update_record(actor=who, app="dental", record=record, values={"人数": "5"}),
        "import": lambda: facade.create_records(actor=who, app="dental", rows=[]),
        "manage": lambda: facade.move_fields(actor=who, app="dental", order=[]),
        "delete": lambda: facade.delete_record(actor=who, app="dental", record=record),
    }
    found = {}
    for verb, call in calls.items():
        try:
            call()
            found[verb] = "ok"
        except Forbidden:
            found[verb] = "no"
        except NotFound:
            found[verb] = "none"
    return found


VERBS = ("view", "add", "edit", "delete", "manage", "import")
WHO = ("staff", "role:clerk", "department:kenko", "department:kenko-bu", "user")


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("who", WHO)
def test_a_right_gives_its_verb_and_no_other(actor, who, verb):
    clerk = actor("clerk")
    name = f"user:{clerk.id}" if who == "user" else who
    make(actor, RightSpec(name, ("view", verb) if verb != "view" else ("view",)))
    record = facade.create_record(actor=system("test"), app="dental", values={"氏名": "山田"}).id
    expected = dict.fromkeys(("add", "edit", "delete", "manage", "import"), "no") | {verb: "ok"}
    expected |= {"view": "ok", "get": "ok", "history": "ok"}
    assert attempts(clerk, record) == expected


@pytest.mark.parametrize(
    "who",
    [
        "role:manager",
        "department:zeimu",
        "department:nowhere",
        "user:999999",
        "role:",
        "department:kenko2",
        "form",
    ],
)
def test_a_right_of_others_gives_nothing_and_tells_nothing(actor, section, who):
    Department.objects.create(code="zeimu")
    if who == "role:":
        with pytest.raises(Invalid):
            make(actor, RightSpec(who, ("view",)))
        return
    make(actor, RightSpec(who, ("add",)), RightSpec("role:partner", ("view",)))
    record = facade.create_record(actor=system("test"), app="dental", values={"氏名": "山田"}).id
    for who_asks in (actor("clerk"), actor("resident"), ANONYMOUS):
        assert set(attempts(who_asks, record).values()) == {"none"}


def test_those_below_a_department_are_meant_too(actor, section, person):
    team = Department.objects.create(code="kenko-shika")
    DepartmentVersion.objects.create(
        department=team, name="歯科係", level="team", parent=section, valid_from=date(2020, 4, 1)
    )
    nurse = person("clerk", "nurse")
    Membership.objects.filter(user=nurse).delete()
    Membership.objects.create(user=nurse, department=team, valid_from=date(2020, 4, 1))
    make(actor, RightSpec("department:kenko-bu", ("view",)))
    assert facade.find(actor=actor_for(nurse), app="dental").total == 0
    facade.set_rights(
        actor=actor("admin", "owner"), app="dental", rights=(RightSpec("department:kenko-shika", ("view",)),)
    )
    assert facade.find(actor=actor_for(nurse), app="dental").total == 0
    with pytest.raises(NotFound):
        facade.find(actor=actor("clerk"), app="dental")


def test_a_transfer_takes_effect_by_date(actor, person):
    make(actor, RightSpec("department:kenko", ("view",)))
    clerk = person("clerk")
    Membership.objects.filter(user=clerk).update(valid_to=date(2026, 4, 1))
    facade.find(actor=actor_for(clerk, date(2026, 3, 31)), app="dental")
    with pytest.raises(NotFound):
        facade.find(actor=actor_for(clerk, date(2026, 4, 1)), app="dental")


def test_creator_sees_and_changes_only_own_records(actor):
    make(actor, RightSpec("staff", ("add",)), RightSpec("creator", ("view", "edit")))
    clerk, other = actor("clerk"), actor("clerk", "other")
    mine = facade.create_record(actor=clerk, app="dental", values={"氏名": "私の"})
    theirs = facade.create_record(actor=other, app="dental", values={"氏名": "他の"})
    by_nobody = facade.create_record(actor=system("x"), app="dental", values={"氏名": "誰でもない"})
    assert [r.id for r in facade.find(actor=clerk, app="dental").records] == [mine.id]
    facade.update_record(actor=clerk, app="dental", record=mine.id, values={"人数": "1"})
    for hidden in (theirs, by_nobody):
        assert attempts(clerk, hidden.id)["edit"] == "none"
        assert attempts(clerk, hidden.id)["get"] == "none"
    with pytest.raises(Forbidden):
        facade.delete_record(actor=clerk, app="dental", record=mine.id)


def test_residents_form_adds_and_reads_nothing(actor):
    make(actor, RightSpec("form", ("add",)))
    made = facade.create_record(actor=FORM, app="dental", values={"氏名": "住民"}, source="form")
    assert (made.creator, made.source) == (None, "form")
    found = attempts(FORM, made.id)
    assert found.pop("add") == "ok"
    assert set(found.values()) <= {"no", "none"}
    assert set(attempts(ANONYMOUS, made.id).values()) == {"none"}
    with pytest.raises(Forbidden):
        facade.find(actor=FORM, app="dental", query='氏名 like "住民"')


def test_a_right_of_one_form_is_not_that_of_another(actor):
    make(actor, RightSpec("form:other", ("add",)))
    with pytest.raises(NotFound):
        facade.create_record(actor=FORM, app="dental", values={"氏名": "住民"})


def test_the_record_rule_holds_for_everything_but_managers(actor, section):
    make(
        actor,
        RightSpec("staff", ("view", "add", "edit", "delete", "import")),
        RightSpec("role:manager", ("manage",)),
        record_rule="担当 in (LOGINUSER()) or 担当課 in (PRIMARY_ORGANIZATION()) and 人数 > 5",
    )
    clerk, boss = actor("clerk"), actor("manager")
    rows = [
        {"担当": [str(clerk.id)]},
        {"担当課": ["kenko"], "人数": "6"},
        {"担当課": ["kenko"], "人数": "5"},
        {},
    ]
    ids = [
        facade.create_record(actor=system("t"), app="dental", values={"氏名": "x", **row}).id for row in rows
    ]
    page = facade.find(actor=clerk, app="dental", query="order by $id asc")
    assert [r.id for r in page.records] == ids[:2]
    assert page.total == 2
    assert facade.find(actor=clerk, app="dental", query="人数 = 5 or 人数 is empty").total == 1
    for hidden in ids[2:]:
        found = attempts(clerk, hidden)
        assert (found["get"], found["edit"], found["delete"], found["history"]) == ("none",) * 4
        with pytest.raises(NotFound):
            facade.run_action(actor=clerk, app="dental", record=hidden, action="確認する")
    assert facade.find(actor=boss, app="dental").total >= 4
    assert facade.find(actor=system("job"), app="dental").total >= 4


def test_trash_is_behind_the_same_rights(actor):
    make(
        actor,
        RightSpec("staff", ("view",)),
        RightSpec("creator", ("delete",)),
        RightSpec("role:clerk", ("add",)),
    )
    clerk, dx = actor("clerk"), actor("dx")
    made = facade.create_record(actor=clerk, app="dental", values={"氏名": "x"})
    with pytest.raises(Forbidden):
        facade.delete_record(actor=dx, app="dental", record=made.id)
    facade.delete_record(actor=clerk, app="dental", record=made.id)
    with pytest.raises(Forbidden):
        facade.restore_record(actor=dx, app="dental", record=made.id)
    assert [r.id for r in facade.trash(actor=clerk, app="dental").records] == [made.id]
    facade.restore_record(actor=clerk, app="dental", record=made.id)


def test_apps_shows_only_what_may_be_used(actor):
    make(actor, RightSpec("role:clerk", ("view",)))
    assert [(a.code, a.verbs) for a in facade.apps(actor=actor("clerk"))] == [("dental", frozenset({"view"}))]
    assert facade.apps(actor=actor("manager")) == []
    assert facade.apps(actor=ANONYMOUS) == []
    with pytest.raises(NotFound):
        facade.app(actor=actor("manager"), code="dental")
    assert facade.app(actor=actor("clerk"), code="dental").code == "dental"


@pytest.mark.parametrize(
    ("who", "clerk", "other"),
    [
        ((), True, True),
        (("role:clerk",), True, True),
        (("creator",), True, False),
        (("field:担当",), False, True),
        (("field:担当課",), True, True),
        (("assignee",), False, True),
        (("role:manager", "creator"), True, False),
        (("role:manager",), False, False),
    ],
)
def test_who_may_run_an_action(actor, who, clerk, other):
    make(
        actor,
        RightSpec("staff", ("view", "add", "edit")),
        states=(StateSpec("a", "new"), StateSpec("b", "done")),
        actions=(ActionSpec("進む", "a", "b", who=who), ActionSpec("戻る", "b", "a")),
    )
    first, second = actor("clerk"), actor("clerk", "other")
    made = facade.create_record(
        actor=first, app="dental", values={"氏名": "x", "担当": [str(second.id)], "担当課": ["kenko"]}
    )
    facade.assign_record(actor=first, app="dental", record=made.id, users=[second.id])
    for person, allowed in ((first, clerk), (second, other)):
        if allowed:
            facade.run_action(actor=person, app="dental", record=made.id, action="進む")
            facade.run_action(actor=person, app="dental", record=made.id, action="戻る")
        else:
            with pytest.raises(Forbidden):
                facade.run_action(actor=person, app="dental", record=made.id, action="進む")


def test_the_person_without_any_role_who_left_keeps_nothing(actor, person):
    make(actor, RightSpec("staff", ("view",)))
    gone = person("clerk", "gone")
    RoleAssignment.objects.filter(user=gone).delete()
    facade.find(actor=actor_for(gone), app="dental")
    gone.is_active = False
    with pytest.raises(NotFound):
        facade.find(actor=actor_for(gone), app="dental")


def test_whatever_field_names_the_query_may_not_reach_trashed_or_foreign_columns(actor):
    make(actor, RightSpec("staff", ("view",)))
    facade.add_field(actor=actor("admin", "owner"), app="dental", field=FieldSpec("秘密", "text", "秘密"))
    facade.delete_field(actor=actor("admin", "owner"), app="dental", field="秘密")
    for name in ("秘密", "c_1", "created_by", "deleted_at", "id", "pk", "record__id"):
        with pytest.raises(Invalid):
            facade.find(actor=actor("clerk"), app="dental", query=f"{name} is empty")


def test_a_list_of_apps_costs_two_queries(actor, django_assert_num_queries):
    for code in ("one", "two", "three"):
        facade.create_app(
            actor=actor("admin", "owner"),
            spec=dental(code=code, rights=(RightSpec("department:kenko", ("view",)),)),
        )
    clerk = actor("clerk")
    facade.apps(actor=clerk)
    with django_assert_num_queries(2):
        assert len(facade.apps(actor=clerk)) == 3
