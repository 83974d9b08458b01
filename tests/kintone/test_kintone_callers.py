"""Who may call, and how: tokens, password header, session with CSRF, limits."""

from __future__ import annotations

import base64
import json

import pytest
from kintone_caller import Api

pytestmark = pytest.mark.django_db


def basic(login: str, password: str) -> dict[str, str]:
    return {"X-Cybozu-Authorization": base64.b64encode(f"{login}:{password}".encode()).decode()}


@pytest.fixture
def app_code(made) -> str:
    from tomoni.records import facade

    return facade.code_of(app_id=int(made))


def test_nobody_and_a_wrong_token(client, made):
    Api(client).fails(401, "CB_AU01", "GET", "records", app=made)
    Api(client, **{"X-Cybozu-API-Token": "tmn_x"}).fails(520, "GAIA_IA02", "GET", "records", app=made)


def test_tokens_add_up_and_keep_to_their_scopes(client, made, app_code, token, api):
    view = token("dx", app=app_code, scopes=("view",))
    add = token("dx", app="another", scopes=("add",))
    both = Api(client, **{"X-Cybozu-API-Token": f"{add}, {view}"})
    both.ok("GET", "records", app=made)
    both.fails(403, "GAIA_NO01", "POST", "record", app=made, record={})
    both.fails(403, "GAIA_NO01", "PUT", "preview/app/views", app=made, views={})
    only = Api(client, **{"X-Cybozu-API-Token": add})
    only.fails(403, "GAIA_NO01", "GET", "records", app=made)
    assert only.ok("GET", "apps") == {"apps": []}
    only.fails(403, "GAIA_NO01", "POST", "preview/app", name="x")


def test_a_person_without_rights_is_told_nothing(made, api_of, api):
    other = api_of("clerk", login="elsewhere")
    api.ok("PUT", "app/acl", app=made, rights=[])
    other.fails(403, "GAIA_NO01", "GET", "records", app=made)
    assert other.ok("GET", "apps") == {"apps": []}


def test_tokens_are_throttled_by_address(client, made):
    bad = Api(client, **{"X-Cybozu-API-Token": "tmn_x"})
    for _n in range(30):
        bad.call("GET", "apps")
    bad.fails(429, "GAIA_TM01", "GET", "apps")
    assert int(bad.response["Retry-After"]) > 0


def test_the_password_header_is_off_by_default(client, made, person, settings):
    headers = basic("dx", "correct-horse-battery-7")
    Api(client, **headers).fails(401, "CB_WA02", "GET", "apps")
    settings.ENV = settings.ENV.model_copy(update={"kintone_password": True})
    assert len(Api(client, **headers).ok("GET", "apps")["apps"]) == 1
    Api(client, **basic("dx", "wrong")).fails(401, "CB_WA01", "GET", "apps")
    Api(client, **basic("nobody", "wrong")).fails(401, "CB_WA01", "GET", "apps")
    Api(client, **{"X-Cybozu-Authorization": "???"}).fails(401, "CB_WA01", "GET", "apps")


def test_a_changed_password_counts_at_once(client, made, person, settings):
    settings.ENV = settings.ENV.model_copy(update={"kintone_password": True})
    headers = basic("dx", "correct-horse-battery-7")
    Api(client, **headers).ok("GET", "apps")
    user = person("dx")
    user.set_password("another-horse-battery-8")
    user.save()
    Api(client, **headers).fails(401, "CB_WA01", "GET", "apps")
    user.is_active = False
    user.save()
    Api(client, **basic("dx", "another-horse-battery-8")).fails(401, "CB_WA01", "GET", "apps")


def test_accounts_with_a_second_factor_are_refused(client, made, person, settings):
    from allauth.mfa.models import Authenticator

    settings.ENV = settings.ENV.model_copy(update={"kintone_password": True})
    headers = basic("dx", "correct-horse-battery-7")
    Authenticator.objects.create(user=person("dx"), type="totp", data={"secret": "x"})
    Api(client, **headers).fails(401, "CB_TW02", "GET", "apps")
    Authenticator.objects.all().delete()
    Api(client, **headers).ok("GET", "apps")
    settings.ENV = settings.ENV.model_copy(update={"staff_mfa": True})
    Api(client, **headers).fails(401, "CB_TW02", "GET", "apps")


def test_passwords_are_throttled_by_login(client, made, person, settings):
    settings.ENV = settings.ENV.model_copy(update={"kintone_password": True})
    wrong = Api(client, **basic("dx", "wrong"))
    for _n in range(10):
        wrong.fails(401, "CB_WA01", "GET", "apps")
    Api(client, **basic("dx", "correct-horse-battery-7")).fails(429, "GAIA_TM01", "GET", "apps")


def test_a_session_writes_with_the_csrf_token(made, person):
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    client.force_login(person("dx"), backend="tomoni.people.backends.AuthenticationBackend")
    api = Api(client)
    api.ok("GET", "records", app=made)
    record = {"氏名": {"value": "a"}}
    api.fails(403, "CB_CS01", "POST", "record", app=made, record=record)
    client.get("/")
    cookie = next(c.value for name, c in client.cookies.items() if "csrf" in name)
    api.ok("POST", "record", app=made, record=record, __REQUEST_TOKEN__=cookie)
    made_ = client.generic(
        "POST",
        "/k/v1/record.json",
        json.dumps({"app": made, "record": record}),
        content_type="application/json",
        headers={"X-CSRFToken": cookie},
    )
    assert made_.status_code == 200
    gone = client.delete(f"/k/v1/records.json?app={made}&ids[0]=1&__REQUEST_TOKEN__={cookie}")
    assert gone.status_code == 200
    read = client.generic(
        "POST",
        "/k/v1/records.json",
        json.dumps({"app": made}),
        content_type="application/json",
        headers={"X-HTTP-Method-Override": "GET"},
    )
    assert read.status_code == 200


def test_requests_are_bounded(api, made, monkeypatch):
    from tomoni.kintone import limits

    monkeypatch.setattr(limits, "rate", limits.Rate(limit=2, seconds=3600))
    api.ok("GET", "apps")
    api.ok("GET", "apps")
    api.fails(429, "GAIA_TM01", "GET", "apps")


def test_a_body_that_is_too_large(api, made, client, settings, monkeypatch):
    from tomoni.kintone import limits

    monkeypatch.setattr(limits, "BODY", 1_000)
    long = {"氏名": {"value": "あ" * 1_000}}
    api.fails(413, "CB_IL02", "POST", "record", app=made, record=long)
    settings.UPLOAD_MAX_BYTES = -2 * 1024 * 1024 + 100
    body = api.fails(413, "CB_IL02", "POST", "record", app=made, record=long)
    assert body["message"]


def test_what_is_no_call(api, made, client):
    api.fails(404, "CB_IL02", "GET", "nothing/here")
    api.fails(405, "CB_IL02", "DELETE", "record", app=made)
    assert api.response["Allow"] == "GET, POST, PUT"
    broken = client.generic(
        "POST", "/k/v1/record.json", "{", content_type="application/json", headers=api.headers
    )
    assert (broken.status_code, broken.json()["code"]) == (400, "CB_IJ01")
    english = client.get("/k/v1/records.json", headers={**api.headers, "Accept-Language": "en"}).json()
    assert english["errors"] == {"app": {"messages": ["Required."]}}
