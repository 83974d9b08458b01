from datetime import date

import pytest

from tomoni.core import clock
from tomoni.core.actor import system
from tomoni.core.errors import Forbidden, Invalid
from tomoni.people.actions import departments as act
from tomoni.people.actions.roles import add_membership, grant_role
from tomoni.people.queries import actor_for, ancestors, department_by_code, tree

SYS = system("test")
pytestmark = pytest.mark.django_db


@pytest.fixture
def town():
    act.create_department(
        actor=SYS, code="a-bu", name="総務部", level="division", valid_from=date(2020, 4, 1)
    )
    act.create_department(
        actor=SYS, code="b-bu", name="福祉部", level="division", valid_from=date(2020, 4, 1)
    )
    act.create_department(
        actor=SYS, code="jinji", name="人事課", level="section", parent="a-bu", valid_from=date(2020, 4, 1)
    )


def test_a_change_takes_effect_on_its_day_and_the_past_stays(town):
    act.change_department(
        actor=SYS, code="jinji", name="人財課", level="section", parent="b-bu", valid_from=date(2026, 4, 1)
    )
    assert department_by_code("jinji", date(2026, 3, 31)).name == "人事課"
    assert department_by_code("jinji", date(2026, 4, 1)).name == "人財課"
    top = {n.version.name: n.depth for n in tree(date(2026, 4, 1))}
    assert top == {"総務部": 0, "福祉部": 0, "人財課": 1}


def test_a_department_cannot_hang_below_itself(town):
    with pytest.raises(Invalid) as refused:
        act.change_department(
            actor=SYS,
            code="a-bu",
            name="総務部",
            level="division",
            parent="jinji",
            valid_from=date(2026, 4, 1),
        )
    assert "parent" in refused.value.errors


def test_closing_is_refused_while_somebody_is_in_it(town, person):
    user = person("clerk")
    add_membership(actor=SYS, user_id=user.pk, department_code="jinji", valid_from=date(2020, 4, 1))
    with pytest.raises(Invalid):
        act.close_department(actor=SYS, code="jinji", valid_to=date(2027, 4, 1))
    with pytest.raises(Invalid):
        act.close_department(actor=SYS, code="a-bu", valid_to=date(2027, 4, 1))
    act.close_department(actor=SYS, code="b-bu", valid_to=date(2027, 4, 1))
    assert department_by_code("b-bu", date(2027, 3, 31)) is not None
    assert department_by_code("b-bu", date(2027, 4, 1)) is None


def test_transfer_moves_the_departments_of_the_actor_by_date(town, person):
    user = person("clerk")
    add_membership(actor=SYS, user_id=user.pk, department_code="jinji", valid_from=date(2027, 4, 1))
    before, after = actor_for(user, date(2027, 3, 31)), actor_for(user, date(2027, 4, 1))
    jinji = department_by_code("jinji").department_id
    assert jinji not in before.departments
    assert jinji in after.departments
    assert ancestors()[jinji] <= after.departments
    assert after.home_department == jinji


def test_writes_need_the_right(town, actor):
    with pytest.raises(Forbidden):
        act.create_department(actor=actor("clerk"), code="x", name="x", level="team")


def test_only_an_admin_makes_an_admin(town, actor, person):
    with pytest.raises(Invalid):
        grant_role(actor=actor("dx"), user_id=person("clerk").pk, role="admin")


def test_tree_costs_two_queries(town, django_assert_num_queries):
    clock.today()
    with django_assert_num_queries(2):
        tree(date(2026, 1, 1))
