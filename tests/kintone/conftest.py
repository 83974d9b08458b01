"""A caller of the API, as a client of kintone's would be."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from kintone_caller import FIELDS, Api


@pytest.fixture
def token(actor) -> Callable[..., str]:
    """A raw API token of a person."""
    from tomoni.people import facade as people

    def make(role: str = "dx", login: str = "", app: str = "", scopes: tuple[str, ...] = ()) -> str:
        every = scopes or ("view", "add", "edit", "delete", "manage")
        person = actor(role, login)
        return people.create_token(actor=person, label="試験", scopes=every, app_code=app)

    return make


@pytest.fixture
def api(client, token) -> Api:
    """The API as a person of the role dx, who makes apps."""
    return Api(client, **{"X-Cybozu-API-Token": token()})


@pytest.fixture
def api_of(client, token) -> Callable[..., Api]:
    """The API with another token."""
    from django.test import Client

    return lambda *args, **kwargs: Api(Client(), **{"X-Cybozu-API-Token": token(*args, **kwargs)})


@pytest.fixture
def made(api) -> str:
    """The number of a deployed app with a field of each kind."""
    app = api.ok("POST", "preview/app", name="申請")["app"]
    api.ok("POST", "preview/app/form/fields", app=app, properties=FIELDS)
    api.ok("POST", "preview/app/deploy", apps=[{"app": app}])
    return app
