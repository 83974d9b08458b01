"""Records made elsewhere and messages to other systems: by whom, what goes out, and where to it may not go."""

import hashlib
import hmac
import json
import socket
import threading
from datetime import datetime
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from tomoni.automation import facade, webhook
from tomoni.automation.actions import edit_rule
from tomoni.automation.models import Rule, Run
from tomoni.automation.rules import from_data
from tomoni.core import clock, outbox
from tomoni.core.errors import Invalid
from tomoni.core.models import Delivery
from tomoni.records import facade as records
from tomoni.records.schema.spec import AppSpec, FieldSpec, RightSpec

pytestmark = pytest.mark.django_db


@pytest.fixture
def other(actor):
    """App `visits`, into which only dx may write."""
    spec = AppSpec(
        code="visits",
        name="訪問",
        fields=(
            FieldSpec("題", "text", "題"),
            FieldSpec("いつ", "date", "いつ"),
            FieldSpec("もと", "link", "もと", options={"protocol": "web"}),
            FieldSpec("印", "multichoice", "印", options={"choices": ["い", "ろ"]}),
        ),
        rights=(RightSpec("role:dx", ("view", "add", "edit", "manage")),),
    )
    records.create_app(actor=actor("dx"), spec=spec)
    return "visits"


def make(other, *pairs, **more):
    return {"kind": "create_record", "app": other, "values": [list(p) for p in pairs], **more}


def test_a_record_is_made_elsewhere_with_a_link_back(rule, record, actor, other):
    pairs = [("題", "{件名}の訪問"), ("いつ", "{日}"), ("印", "{印}"), ("もと", "{この記録のアドレス}")]
    rule(actions=[make(other, *pairs, back="件名")])
    made = record(件名="見守り", 日="2026-12-01", 印=["い", "ろ"])
    outbox.drain()
    found = records.find(actor=actor("dx"), app=other, query="").records[0]
    assert found.values["題"] == "見守りの訪問"
    assert found.values["いつ"].isoformat() == "2026-12-01"
    assert found.values["印"] == ["い", "ろ"]
    assert found.values["もと"].endswith(f"/build/apps/desk/{made.id}/")
    assert records.get(actor=actor("clerk"), app="desk", record=made.id).values["件名"] == str(found.number)


def test_only_into_apps_where_its_author_may_add(rule, actor, other, app):
    spec = from_data({"name": "x", "trigger": "created", "actions": [make(other, ("題", "x"))]})
    dx = actor("dx")
    records.set_rights(actor=dx, app=other, rights=(RightSpec("role:admin", ("view", "add")),))
    records.update_app(actor=system(), app=other, owner_id=actor("clerk").id)
    with pytest.raises(Invalid, match="登録できるアプリ"):
        edit_rule.create_rule(actor=dx, app=app, spec=spec)


def system():
    from tomoni.core.actor import system as made

    return made("test")


@pytest.mark.parametrize("pairs", [[("無い項目", "x")], [("題", "{無い}")], []])
def test_what_does_not_fit_is_refused(rule, other, pairs):
    with pytest.raises(Invalid):
        rule(actions=[make(other, *pairs)])


def test_two_rules_that_call_each_other_stop_and_say_so(rule, record, actor, other):
    rule(name="行き", actions=[make(other, ("題", "x"))])
    facade.install(
        actor=actor("dx"),
        app=other,
        rules=[{"name": "帰り", "trigger": "created", "actions": [make("desk", ("件名", "y"))]}],
    )
    record(件名="x")
    outbox.drain()
    stopped = Run.objects.get(outcome="loop")
    assert (
        stopped.reason == "同じ自動処理に戻ってきたので、ここで止めました（「行き」 → 「帰り」 → 「行き」）。"
    )
    assert Run.objects.count() == 3


@pytest.fixture
def receiver(settings):
    """A small server that notes what it gets; it is named as an origin, so plain and local are allowed."""
    got, status = [], [204]

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            got.append((dict(self.headers), body))
            self.send_response(status[0])
            self.end_headers()

        def log_message(self, *args):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}"
    settings.WEBHOOK_HOSTS = [url]
    yield url, got, status
    server.shutdown()
    server.server_close()


def test_a_signed_message_without_personal_data(rule, record, receiver):
    url, got, _status = receiver
    rule(actions=[{"kind": "webhook", "url": f"{url}/hook?a=1", "fields": ["種類"]}])
    record(件名="秘密", 氏名="秘密太郎", 種類="相談")
    outbox.drain()
    headers, body = got[0]
    told = json.loads(body)
    assert told["fields"] == {"種類": "相談"}
    assert told["app"] == "desk"
    assert "秘密" not in body.decode()
    stamp = headers["X-Tomoni-Timestamp"]
    right = hmac.new(webhook.secret("desk").encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    assert headers["X-Tomoni-Signature"] == f"v1={right}"
    assert headers["X-Tomoni-Key"] == "app-desk-1"


def test_personal_fields_only_by_choice(rule, receiver):
    url, _got, _status = receiver
    with pytest.raises(Invalid, match="個人情報"):
        rule(actions=[{"kind": "webhook", "url": url, "fields": ["氏名"]}])
    rule(actions=[{"kind": "webhook", "url": url, "fields": ["氏名"], "personal": True}])


def test_an_answer_that_says_no_is_in_the_log_and_a_silent_one_is_tried_again(rule, record, receiver):
    url, got, status = receiver
    rule(actions=[{"kind": "webhook", "url": url, "fields": []}])
    status[0] = 503
    record(件名="x")
    outbox.drain()
    assert Run.objects.get().outcome == "ran"
    assert Delivery.objects.get(consumer="automation.webhook").attempts == 1
    status[0] = 410
    with clock.at(datetime.fromisoformat("2099-01-01T00:00:00+09:00")):
        outbox.drain()
    assert len(got) == 2
    run = Run.objects.get()
    assert run.outcome == "failed"
    assert "410" in run.reason


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example.jp/", "https://elsewhere.example.jp/", "https://hooks.example.jp:8443/", "ftp://hooks.example.jp/",
        "https://user@hooks.example.jp/", "https://hooks.example.jp.evil.example/", "https://[::1/", "x", "https://hooks.example.jp/あ",
    ],
)  # fmt: skip
def test_only_allowed_hosts(settings, url):
    settings.WEBHOOK_HOSTS = ["hooks.example.jp"]
    assert webhook.target("https://hooks.example.jp/a").host == "hooks.example.jp"
    with pytest.raises(webhook.Refused):
        webhook.target(url)


@pytest.mark.parametrize(
    "number",
    ["127.0.0.1", "10.1.2.3", "192.168.0.1", "169.254.169.254", "::1", "fe80::1", "::ffff:10.0.0.1", "100.64.0.1", "224.0.0.1"],
)  # fmt: skip
def test_a_name_that_leads_into_the_house_is_refused(settings, monkeypatch, number):
    settings.WEBHOOK_HOSTS = ["hooks.example.jp"]
    found = [(0, 0, 0, "", ("8.8.8.8", 443)), (0, 0, 0, "", (number, 443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *a, **k: found)
    with pytest.raises(webhook.Refused):
        webhook.address(webhook.target("https://hooks.example.jp/"))


def test_pages_of_the_new_actions(client_as, rule, app, other, settings):
    settings.WEBHOOK_HOSTS = ["hooks.example.jp"]
    made, client = rule(actions=[{"kind": "notice", "to": "section", "text": "x"}]), client_as("dx")
    base = f"/build/automation/desk/{made.pk}/actions/add/?kind="
    page = client.get(base + "webhook").content.decode()
    assert webhook.secret("desk") in page
    given = {"url": "https://hooks.example.jp/x", "fields_told": ["種類"], "revision": made.revision}
    assert client.post(base + "webhook", given).status_code == 302
    assert "訪問" in client.get(base + "create_record").content.decode()
    given = {"app": other, "values": "題 = {件名}\nいつ＝{今日}", "back": ""}
    assert client.post(base + "create_record", given).status_code == 302
    stored = Rule.objects.get(pk=made.pk).actions
    assert stored[1] == {"kind": "webhook", "url": "https://hooks.example.jp/x", "fields": ["種類"]}
    assert stored[2]["values"] == [["題", "{件名}"], ["いつ", "{今日}"]]
    assert client.get(f"/build/automation/desk/{made.pk}/?try=1").status_code == 200
