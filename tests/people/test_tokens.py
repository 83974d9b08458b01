from datetime import timedelta

import pytest

from tomoni.core import clock
from tomoni.core.errors import Forbidden, Invalid, NotFound
from tomoni.people.actions.tokens import create_token, revoke_token
from tomoni.people.models import ApiToken
from tomoni.people.queries import actor_for_token

pytestmark = pytest.mark.django_db


def test_a_token_is_kept_as_a_digest_and_acts_with_its_scopes(actor):
    raw = create_token(actor=actor("dx"), label="連携", scopes=["view", "add"], app_code="dental")
    stored = ApiToken.objects.get()
    assert raw not in str(stored.__dict__)
    found = actor_for_token(raw)
    assert found is not None
    assert found.kind == "token"
    assert {"token:view", "token:add", "token-app:dental"} <= found.roles
    assert found.rights == frozenset()


def test_expired_and_revoked_ones_are_nobody(actor):
    dx = actor("dx")
    raw = create_token(actor=dx, label="短い", days=1)
    with clock.at(clock.now() + timedelta(days=2)):
        assert actor_for_token(raw) is None
    revoke_token(actor=dx, token_id=ApiToken.objects.get().pk)
    assert actor_for_token(raw) is None


def test_others_tokens_are_out_of_reach(actor, person):
    create_token(actor=actor("dx"), label="dx")
    with pytest.raises(NotFound):
        revoke_token(actor=actor("clerk"), token_id=ApiToken.objects.get().pk)
    with pytest.raises(Forbidden):
        create_token(actor=actor("clerk"), label="x", user_id=person("dx").pk)
    with pytest.raises(Forbidden):
        create_token(actor=actor("resident"), label="x")


@pytest.mark.parametrize(
    "bad", [{"label": ""}, {"scopes": []}, {"scopes": ["root"]}, {"days": 0}, {"days": 4000}]
)
def test_bad_input_is_named(actor, bad):
    with pytest.raises(Invalid) as refused:
        create_token(actor=actor("dx"), **({"label": "x"} | bad))
    assert set(refused.value.errors) == set(bad)
