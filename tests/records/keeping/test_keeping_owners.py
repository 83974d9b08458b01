"""Who answers for an app: transfers by date and closed accounts leave it ownerless, which is raised once."""

from datetime import date

import pytest

from tomoni.core.errors import Conflict, Forbidden, Invalid
from tomoni.core.models import Notice
from tomoni.people.models import Membership, User
from tomoni.records import facade as records
from tomoni.records.keeping import owners
from tomoni.records.keeping.actions import set_keepers
from tomoni.records.keeping.jobs import look_at_owners
from tomoni.records.keeping.models import Keeping

pytestmark = pytest.mark.django_db


def look():
    return look_at_owners.func()["new"]


def test_an_app_with_an_owner_is_fine(app):
    assert owners.ownerless() == []
    assert look() == 0


def test_a_transfer_by_date_leaves_it_ownerless(app, move):
    move("dx", date(2026, 12, 1), "zeimu")
    assert look() == 0
    assert [k.code for k in owners.soon()] == ["desk"]
    assert [k.code for k in owners.ownerless(date(2026, 12, 1))] == ["desk"]
    assert owners.ownerless(date(2026, 12, 1))[0].owner.gone == "ほかの部署へ異動しました"


def test_a_deputy_who_stays_answers_for_it(app, actor, person, move):
    set_keepers.set_keepers(
        actor=actor("dx"), app=app, owner_id=person("dx").pk, deputy_id=person("clerk").pk
    )
    move("dx", date(2026, 11, 1), "zeimu")
    found = owners.kept(owners.live())[0]
    assert not found.ownerless
    assert found.weak


def test_an_owner_of_another_department_answers_as_long_as_they_work_here(app, actor, person, move):
    Membership.objects.filter(user=person("dx")).delete()
    assert owners.ownerless() == []
    User.objects.filter(pk=person("dx").pk).update(is_active=False)
    assert [k.owner.gone for k in owners.ownerless()] == ["利用者登録が止まっています"]


def test_head_and_office_are_told_once(app, person, move):
    office, head = person("dx", "dx2"), person("manager")
    Membership.objects.filter(user=head).update(is_head=True)
    move("dx", date(2026, 11, 1), "zeimu")
    assert look() == 1
    assert look() == 0
    told = Notice.objects.filter(text__contains="担当者がいなくなりました").values_list("user_id", flat=True)
    assert {office.pk, head.pk} <= set(told)
    assert len(told) == len(set(told))


def test_one_click_take_over(app, actor, client_as, move):
    move("dx", date(2026, 11, 1), "zeimu")
    look()
    answer = client_as("clerk").post("/build/keeping/apps/desk/take-over/")
    assert answer.status_code == 302
    assert answer["location"].endswith("/handover/")
    assert records.schema(code=app).owner_id == actor("clerk").id
    assert Keeping.objects.get().ownerless_since is None
    assert owners.ownerless() == []
    with pytest.raises(Conflict):
        set_keepers.take_over(actor=actor("manager"), app=app)


def test_nobody_takes_over_from_elsewhere(app, actor, move):
    move("dx", date(2026, 11, 1), "zeimu")
    move("clerk", date(2026, 11, 1), "zeimu")
    with pytest.raises(Forbidden):
        set_keepers.take_over(actor=actor("clerk"), app=app)


def test_today_shows_it_to_those_who_can_do_something(app, client_as, person, move):
    person("dx", "dx2")
    move("dx", date(2026, 11, 1), "zeimu")
    look()
    assert "「窓口」を引き継ぐ人を決める" in client_as("dx", "dx2").get("/").content.decode()
    assert "「窓口」を引き継ぐ人を決める" not in client_as("clerk").get("/").content.decode()


def test_owner_and_deputy_are_two_people_who_work_here(app, actor, person):
    dx = actor("dx")
    with pytest.raises(Invalid):
        set_keepers.set_keepers(actor=dx, app=app, owner_id=dx.id, deputy_id=dx.id)
    with pytest.raises(Invalid):
        set_keepers.set_keepers(actor=dx, app=app, owner_id=person("resident").pk, deputy_id=None)
    with pytest.raises(Forbidden):
        set_keepers.set_keepers(actor=actor("clerk"), app=app, owner_id=actor("clerk").id, deputy_id=None)
