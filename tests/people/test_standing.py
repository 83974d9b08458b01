"""What a person holds is read in one query, anew at every call."""

from datetime import date, timedelta

import pytest

from tomoni.core import clock
from tomoni.people.actions.tokens import create_token, revoke_token
from tomoni.people.models import ApiToken, Department, DepartmentVersion, Membership, RoleAssignment
from tomoni.people.queries import actor_for, actor_for_token, ancestors

pytestmark = pytest.mark.django_db


def department(code, parent=None, since=date(2020, 4, 1)):
    made = Department.objects.create(code=code)
    DepartmentVersion.objects.create(
        department=made, name=code, level="section", parent=parent, valid_from=since
    )
    return made


@pytest.fixture
def raw(actor):
    made = create_token(actor=actor("dx"), label="連携", scopes=["view", "manage"], app_code="dental")
    actor_for_token(made)  # notes when it was used last
    return made


def test_a_token_costs_one_query(raw, django_assert_num_queries):
    with django_assert_num_queries(1):
        found = actor_for_token(raw)
    assert found is not None
    with django_assert_num_queries(1):
        assert actor_for_token("unknown") is None


def test_a_token_is_its_owner_narrowed(raw, person, django_assert_num_queries):
    owner = actor_for(person("dx"))
    found = actor_for_token(raw)
    assert found.roles - owner.roles == {"token:view", "token:manage", "token-app:dental"}
    for name in ("id", "label", "rights", "departments", "units", "heads", "home_department", "is_staff"):
        assert getattr(found, name) == getattr(owner, name)
    user = person("dx")
    with django_assert_num_queries(1):
        actor_for(user)


def test_when_it_was_used_is_noted_once_an_hour(raw):
    first = ApiToken.objects.get().last_used_at
    actor_for_token(raw)
    assert ApiToken.objects.get().last_used_at == first
    with clock.at(clock.now() + timedelta(hours=1, minutes=1)):
        actor_for_token(raw)
    assert ApiToken.objects.get().last_used_at > first + timedelta(hours=1)


def test_every_change_counts_at_the_next_call(raw, person):
    """Nothing is remembered: roles, memberships, the tree, the account and the token itself."""
    user = person("dx")
    before = actor_for_token(raw)
    RoleAssignment.objects.create(user=user, role="manager", valid_from=date(2020, 4, 1))
    assert actor_for_token(raw).roles == before.roles | {"manager"}
    RoleAssignment.objects.filter(user=user, role="manager").update(valid_to=clock.today())
    assert actor_for_token(raw).roles == before.roles

    above = department("above")
    team = department("team", parent=above)
    Membership.objects.create(
        user=user, department=team, is_head=True, is_primary=False, valid_from=date(2020, 4, 1)
    )
    moved = actor_for_token(raw)
    assert moved.departments == before.departments | {team.pk, above.pk}
    assert moved.units == before.units | {team.pk}
    assert moved.heads == before.heads | {team.pk}
    assert moved.home_department == before.home_department
    DepartmentVersion.objects.filter(department=team).update(parent=None)
    assert above.pk not in actor_for_token(raw).departments
    Membership.objects.filter(user=user, department=team).update(valid_to=clock.today())
    assert actor_for_token(raw).departments == before.departments

    user.is_active = False
    user.save()
    assert actor_for_token(raw) is None
    user.is_active = True
    user.save()
    assert actor_for_token(raw) is not None
    revoke_token(actor=actor_for(user), token_id=ApiToken.objects.get().pk)
    assert actor_for_token(raw) is None


def test_a_circle_and_a_department_that_is_gone(person):
    user = person("clerk")
    one, two, gone = department("one"), department("two"), department("gone", since=date(2099, 4, 1))
    DepartmentVersion.objects.filter(department=one).update(parent=two)
    DepartmentVersion.objects.filter(department=two).update(parent=one)
    for place in (one, gone):
        Membership.objects.create(user=user, department=place, is_primary=False, valid_from=date(2020, 4, 1))
    found = actor_for(user)
    assert {one.pk, two.pk, gone.pk} <= found.departments
    assert found.departments == {n for u in found.units for n in ancestors().get(u, {u})}


def test_the_primary_membership_is_the_home(person):
    user = person("clerk")
    first = actor_for(user).home_department
    Membership.objects.filter(user=user).update(is_primary=False)
    main = department("main")
    Membership.objects.create(user=user, department=main, is_primary=True, valid_from=date(2020, 4, 1))
    found = actor_for(user)
    assert (found.home_department, first in found.units) == (main.pk, True)
