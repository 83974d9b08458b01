"""The native API: tokens and sessions, rights, errors, and an OpenAPI document that tells the truth."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from tomoni.people.facade import create_token
from tomoni.records import facade

pytestmark = pytest.mark.django_db
BASE = "/api/v1/apps/dental/"


@pytest.fixture
def token(actor):
    """A raw token: `token("clerk", "view", "add")`."""

    def make(role, *scopes, app_code=""):
        by = actor("admin", "root")
        return create_token(actor=by, label="試験", scopes=scopes, app_code=app_code, user_id=actor(role).id)

    return make


def call(raw, method, path="records", body=None, **headers):
    data = json.dumps(body) if isinstance(body, dict | list) else body
    extra = {"content_type": "application/json", "data": data} if body is not None else {}
    if raw:
        headers["authorization"] = f"Bearer {raw}"
    return getattr(Client(enforce_csrf_checks=True), method)(BASE + path, headers=headers, **extra)


def test_a_record_through_its_life(dental, token, actor):
    raw = token("clerk", "view", "add", "edit", "delete")
    made = call(
        raw,
        "post",
        body={"values": {"氏名": "API 太郎", "人数": 3, "困りごと": ["痛み"]}},
        **{"Idempotency-Key": "k1"},
    )
    assert made.status_code == 201, made.content.decode()
    assert made.json()["values"]["人数"] == "3"
    again = call(raw, "post", body={"values": {"氏名": "API 太郎"}}, **{"Idempotency-Key": "k1"})
    assert again.json()["id"] == made.json()["id"]
    listed = call(raw, "get", 'records?query=氏名 like "太郎"&fields=氏名&limit=10').json()
    assert listed["records"][0]["values"] == {"氏名": "API 太郎"}
    assert (listed["total"], listed["next"]) == (1, None)
    one = call(raw, "get", "records/1").json()
    assert one["actions"] == ["確認を始める"]
    changed = call(raw, "put", "records/1", {"values": {"人数": "4"}, "revision": 1})
    assert changed.json()["revision"] == 2
    stale = call(raw, "put", "records/1", {"values": {"人数": "5"}, "revision": 1})
    assert (stale.status_code, stale.json()["code"], stale.json()["revision"]) == (409, "conflict", 2)
    acted = call(raw, "post", "records/1/actions", {"action": "確認を始める", "comment": "APIから"})
    assert acted.json()["status"] == "確認"
    assert call(raw, "delete", "records/1").status_code == 204
    assert call(raw, "get", "records/1").status_code == 404


def test_tokens_do_at_most_their_scopes(dental, add, token, stranger):
    add(1)
    reader = token("clerk", "view")
    assert call(reader, "get").status_code == 200
    for method, path, body in (
        ("post", "records", {"values": {"氏名": "x"}}),
        ("put", "records/1", {"values": {"氏名": "x"}}),
        ("delete", "records/1", None),
        ("post", "records/1/actions", {"action": "確認を始める"}),
    ):
        assert call(reader, method, path, body).status_code == 403
    assert call(token("clerk", "view", app_code="other"), "get").status_code == 404
    assert call(token("clerk", "view", app_code="dental"), "get").status_code == 200
    assert call(token("resident", "view", "add", "edit"), "get").status_code == 404
    apps = Client().get("/api/v1/apps/", headers={"authorization": f"Bearer {reader}"}).json()["apps"]
    assert [(a["code"], a["verbs"]) for a in apps] == [("dental", ["view"])]


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer wrong", "Basic eDp5", "Bearer " + "x" * 500, "bearer \x00"]
)
def test_strangers_are_told_nothing(header, dental):
    answer = Client().get(BASE + "records", headers={"authorization": header} if header else {})
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("Bearer")
    assert "dental" not in answer.content.decode()


def test_sessions_need_the_csrf_token(dental, person):
    client = Client(enforce_csrf_checks=True)
    client.force_login(person("clerk"), backend="tomoni.people.backends.AuthenticationBackend")
    assert client.get(BASE + "records").status_code == 200
    body = json.dumps({"values": {"氏名": "x"}})
    refused = client.post(BASE + "records", body, content_type="application/json")
    assert (refused.status_code, refused.json()["code"]) == (403, "csrf")
    client.get("/build/apps/dental/new/")
    cookie = next(c.value for name, c in client.cookies.items() if "csrf" in name)
    taken = client.post(
        BASE + "records", body, content_type="application/json", headers={"x-csrftoken": cookie}
    )
    assert taken.status_code == 201


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("records?limit=0", 422),
        ("records?limit=501", 422),
        ("records?limit=abc", 422),
        ("records?fields=ない", 422),
        ("records?query=ない = 1", 422),
        ("records?after=xxxx", 422),
        ("records?unknown=1", 422),
        ("records/999", 404),
        ("records/99999999999999999999999", 404),
        ("nothing", 404),
    ],
)
def test_bad_questions_are_answered_in_words(path, status, dental, token):
    answer = call(token("clerk", "view"), "get", path)
    assert answer.status_code == status


@pytest.mark.parametrize(
    "body",
    [
        "",
        "{",
        "[]",
        "null",
        '{"values": []}',
        '{"values": {"ない": 1}}',
        '{"values": {"氏名": {"a": 1}}}',
        '{"values": {"氏名": ""}}',
        '{"values": {"氏名": "x"}, "extra": 1}',
        '{"values": {"氏名": "x", "人数": 1e999}}',
        '{"values": {"氏名": "x", "人数": true}}',
        "[" * 5000,
    ],
)
def test_bad_bodies_write_nothing(body, dental, token, actor):
    answer = call(token("clerk", "add"), "post", body=body)
    assert answer.status_code == 422
    assert answer.json()["code"] == "invalid"
    assert facade.find(actor=actor("dx"), app="dental").total == 0


def test_limits_and_methods(dental, token):
    raw = token("clerk", "add")
    assert call(raw, "post", body={"values": {"氏名": "x" * 2_100_000}}).status_code == 413
    wrong = Client().post(BASE + "records", {"a": "b"}, headers={"authorization": f"Bearer {raw}"})
    assert wrong.status_code == 422
    assert call(raw, "patch", "records/1", {}).status_code == 405


def test_openapi_matches_the_answers(dental, add, token):
    add(1, 種類="むし歯", 場所={"lat": "35", "lon": "136"}, 困りごと=["痛み"])
    raw = token("clerk", "view")
    document = call(raw, "get", "openapi.json").json()
    assert document["openapi"] == "3.1.0"
    assert set(document["paths"]) == {
        "/apps/dental/records",
        "/apps/dental/records/{id}",
        "/apps/dental/records/{id}/actions",
    }
    schemas = document["components"]["schemas"]
    record = call(raw, "get").json()["records"][0]
    assert set(record["values"]) == set(schemas["Values"]["properties"])
    assert set(record) == set(schemas["Record"]["properties"])
    assert schemas["NewValues"]["required"] == ["氏名"]
    kinds = {"string": str, "array": list, "object": dict, "null": type(None), "integer": int}
    for code, value in record["values"].items():
        allowed = schemas["Values"]["properties"][code]["type"]
        assert isinstance(
            value, tuple(kinds[t] for t in ([allowed] if isinstance(allowed, str) else allowed))
        )
    definition = call(raw, "get", "").json()
    assert [f["code"] for f in definition["fields"]] == list(schemas["Values"]["properties"])


def test_list_queries_do_not_grow(dental, add, token, django_assert_max_num_queries):
    raw = token("clerk", "view")
    add(60)
    call(raw, "get")
    with django_assert_max_num_queries(18):
        assert len(call(raw, "get", "records?limit=50").json()["records"]) == 50
