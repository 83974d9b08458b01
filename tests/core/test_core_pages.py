"""The core's pages: who may see them, what they show, what bad input gets."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.db import OperationalError, transaction
from django.test import Client

from tomoni.core import audit, clock, mail, notices, outbox
from tomoni.core.actions.set_town import is_municipality_code
from tomoni.core.actor import system
from tomoni.core.jobs import drain, job
from tomoni.core.models import AuditEntry, Delivery, Job, Mail, Notice, OutboxEvent, Town

ACTOR = system("test")
STAFF = ["clerk", "dx", "manager", "admin"]


@job()
def worker(*, actor_id: int) -> dict[str, str]:
    return {"url": "/connect/mail/", "message": "取り込みました"}


@job()
def evil(*, actor_id: int) -> dict[str, str]:
    return {"url": "//evil.example/", "message": "<b>x</b>"}


def mails(count: int) -> None:
    with transaction.atomic():
        for n in range(count):
            mail.send_later(
                to=f"p{n}@example.jp", subject=f"お知らせ {n}", body="本文<b>", related=f"submission:{n}"
            )


@pytest.mark.parametrize(
    ("path", "roles"),
    [
        ("/connect/mail/", STAFF),
        ("/settings/audit/", ["dx", "manager", "admin"]),
        ("/settings/town/", ["dx", "admin"]),
        ("/settings/outbox/", ["dx", "admin"]),
        ("/notices/", [*STAFF, "resident"]),
    ],
)
def test_who_may_see(client_as, path, roles):
    for role in [*STAFF, "resident"]:
        assert client_as(role).get(path).status_code == (200 if role in roles else 403), role
    answer = Client().get(path)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("path", ["/connect/mail/", "/settings/audit/", "/notices/", "/settings/outbox/"])
@pytest.mark.parametrize("before", ["x", "-1", "9" * 30, "１", "1 OR 1=1"])
def test_bad_position(client_as, path, before):
    refused = client_as("dx").get(path, {"before": before})
    assert refused.status_code == 422
    assert "一覧を開き直してください" in refused.text


@pytest.mark.parametrize("text", ["'", "%", "_", "\\", "あ" * 5000, "👨‍👩‍👧", "9" * 40])
def test_any_search_is_answered(client_as, text):
    mails(1)
    for path in ("/connect/mail/", "/settings/audit/"):
        assert client_as("dx").get(path, {"q": text}).status_code == 200


def test_no_null_characters(client_as):
    client = client_as("dx")
    assert client.get("/connect/mail/", {"q": "a\x00b"}).status_code == 400
    assert client.get("/jobs/a%00b/").status_code == 400


def test_a_busy_database_is_no_error_of_ours(client_as, monkeypatch):
    def locked(*args, **kwargs):
        raise OperationalError("database is locked /secret/path")

    client = client_as("dx")
    monkeypatch.setattr("tomoni.core.queries.mail_counts", locked)
    answer = client.get("/connect/mail/")
    assert (answer.status_code, answer["Retry-After"]) == (503, "10")
    assert "secret" not in answer.text


def test_mail_list(client_as, django_assert_max_num_queries):
    client = client_as("clerk")
    assert "まだメールを送っていません" in client.get("/connect/mail/").text
    mails(60)
    Mail.objects.filter(subject="お知らせ 7").update(state="dead")
    with django_assert_max_num_queries(20):
        page = client.get("/connect/mail/")
    assert "お知らせ 59" in page.text
    assert "お知らせ 9<" not in page.text
    assert (
        "お知らせ 9<"
        in client.get("/connect/mail/", {"before": Mail.objects.get(subject="お知らせ 10").pk}).text
    )
    dead = client.get("/connect/mail/", {"state": "dead"}).text
    assert "お知らせ 7<" in dead
    assert "お知らせ 8<" not in dead
    assert "お知らせ 33<" in client.get("/connect/mail/", {"q": "p33@"}).text
    assert client.get("/connect/mail/", {"state": "nonsense"}).status_code == 200
    assert "条件に合うメールはありません" in client.get("/connect/mail/", {"q": "nobody"}).text


def test_mail_detail_and_resend(client_as):
    mails(1)
    row = Mail.objects.get()
    client = client_as("clerk")
    page = client.get(f"/connect/mail/{row.pk}/").text
    assert "本文&lt;b&gt;" in page
    assert "もう一度送る</button>" not in page
    assert client.post(f"/connect/mail/{row.pk}/resend/").status_code == 409
    Mail.objects.update(state="dead", last_error="550 no")
    assert "もう一度送る</button>" in client.get(f"/connect/mail/{row.pk}/").text
    assert client.get(f"/connect/mail/{row.pk}/resend/").status_code == 405
    assert client.post(f"/connect/mail/{row.pk}/resend/").status_code == 302
    assert Mail.objects.get().state == "queued"
    assert client.get("/connect/mail/999/").status_code == 404


def test_audit_in_words(client_as, actor):
    with transaction.atomic():
        audit.record(actor=ACTOR, verb="record.create", target="record:1/2")
        audit.record(actor=ACTOR, verb="town.set", target="town:1")
        audit.record(actor=ACTOR, verb="old.verb", target="thing:9")
    client = client_as("manager")
    page = client.get("/settings/audit/").text
    assert '<th scope="row">記録を登録した <span class="quiet">record.create</span></th>' in page
    assert '<th scope="row">old.verb</th>' in page
    only = client.get("/settings/audit/", {"verb": "town.set"}).text
    assert "town:1" in only
    assert "record:1/2" not in only
    assert '<option value="town.set" selected>自治体の設定を変えた</option>' in only
    assert "town:1" in client.get("/settings/audit/", {"verb": "nonsense"}).text
    said = client.get("/settings/audit/", {"q": "登録した"}).text
    assert "record:1/2" in said
    assert "town:1" not in said
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    english = client.get("/settings/audit/", {"q": "added record"}).text
    assert "Added a record <span" in english
    assert "town:1" not in english


def test_audit_page(client_as, actor):
    client = client_as("manager")
    assert "まだ点検していません" in client.get("/settings/audit/").text
    with transaction.atomic():
        audit.record(actor=actor("manager"), verb="session.in", target="user:1")
    assert "テスト manager" in client.get("/settings/audit/").text
    AuditEntry.objects.all().delete()
    assert "まだ記録がありません" in client.get("/settings/audit/").text
    with transaction.atomic():
        audit.record(actor=ACTOR, verb="record.create", target="record:1/2", fields={"c_1": "山田"})
        audit.record_bulk(actor=ACTOR, verb="record.import", target="app:1", items=[("r:1", {}), ("r:2", {})])
    assert "封印待ち" in client.get("/settings/audit/").text
    answer = client.post("/settings/audit/verify/")
    assert answer.status_code == 302
    drain()
    assert "2件の記録はすべて元のままです" in client.get(answer["Location"]).text
    page = client.get("/settings/audit/").text
    assert "書き換えはありません" in page
    assert "2件をまとめて" in page
    assert "山田" not in page
    assert "自動の処理" in page
    found = client.get("/settings/audit/", {"q": "system import"}).text
    assert "app:1" in found
    assert "record:1/2" not in found
    AuditEntry.objects.filter(seq=1).update(verb="record.delete")
    assert not audit.verify().ok
    assert "1番目の記録に問題があります" in client.get("/settings/audit/").text


def test_verification_is_throttled(client_as):
    client = client_as("dx")
    found = [client.post("/settings/audit/verify/").status_code for _ in range(7)]
    assert found == [302] * 6 + [429]


def test_job_page(client_as, person):
    client, me = client_as("dx"), person("dx")
    identity = worker.enqueue(actor_id=me.pk).id
    page = client.get(f"/jobs/{identity}/").text
    assert "順番待ち" in page
    assert 'hx-trigger="every 2s"' in page
    Job.objects.update(state="running", done=3200, total=10000, note="市民課")
    part = client.get(f"/jobs/{identity}/", headers={"HX-Request": "true"}).text
    assert "3,200 / 10,000（32%）" in part
    assert "<html" not in part
    assert client_as("clerk").get(f"/jobs/{identity}/").status_code == 404
    assert client_as("admin").get(f"/jobs/{identity}/").status_code == 200
    assert Client().get(f"/jobs/{identity}/").status_code == 302
    assert client.get("/jobs/nothing/").status_code == 404
    Job.objects.update(state="ready")
    drain()
    page = client.get(f"/jobs/{identity}/").text
    assert "取り込みました" in page
    assert 'href="/connect/mail/"' in page
    assert "hx-get" not in page
    assert client.post(f"/jobs/{identity}/cancel/").status_code == 409


def test_job_cancel(client_as, person):
    identity = worker.enqueue(actor_id=person("dx").pk).id
    assert client_as("clerk").post(f"/jobs/{identity}/cancel/").status_code == 404
    assert client_as("dx").post(f"/jobs/{identity}/cancel/").status_code == 302
    assert "取り消しました" in client_as("dx").get(f"/jobs/{identity}/").text


def test_a_result_leads_nowhere_else(client_as, person):
    identity = evil.enqueue(actor_id=person("dx").pk).id
    drain()
    page = client_as("dx").get(f"/jobs/{identity}/").text
    assert "evil.example" not in page
    assert "&lt;b&gt;" in page


def test_notices(client_as, person):
    client, me, other = client_as("dx"), person("dx"), person("clerk")
    assert "お知らせはありません" in client.get("/notices/").text
    first = notices.notify(user_id=me.pk, text="申請が届きました", url="/connect/mail/")
    foreign = notices.notify(user_id=other.pk, text="ほかの人の用件")
    notices.notify_many(user_ids=[me.pk, other.pk, me.pk], text="全員へ")
    assert notices.unread(me.pk) == 2
    page = client.get("/notices/").text
    assert "申請が届きました" in page
    assert "ほかの人の用件" not in page
    assert client.post("/notices/read/", {"notice": foreign.pk})["Location"] == "/notices/"
    assert Notice.objects.get(pk=foreign.pk).read_at is None
    assert client.post("/notices/read/", {"notice": first.pk})["Location"] == "/connect/mail/"
    assert notices.unread(me.pk) == 1
    client.post("/notices/read/", {"notice": "x"})
    assert notices.unread(me.pk) == 0
    assert notices.unread(other.pk) == 2
    for bad in ("https://evil.example/", "//evil.example/", "javascript:x"):
        with pytest.raises(ValueError):
            notices.notify(user_id=me.pk, text="x", url=bad)


def test_town(client_as):
    client = client_as("dx")
    good = {
        "name": "ともに市",
        "code": "２１２０１６",
        "telephone": "０５８－２１４－１１１１",
        "hours": "平日",
        "contact_section": "市民課",
    }
    bad = client.post(
        "/settings/town/", good | {"name": " ", "code": "212017", "telephone": "でんわ", "hours": "あ" * 201}
    )
    assert bad.status_code == 422
    assert bad.text.count('class="error"') == 4
    assert Town.objects.count() == 0
    assert client.post("/settings/town/", good | {"revision": "0"}).status_code == 302
    row = Town.objects.get()
    assert (row.name, row.code, row.telephone, row.revision) == ("ともに市", "212016", "058-214-1111", 1)
    client.post("/settings/town/", good | {"name": "ともに町 🦷", "revision": "1"})
    assert Town.objects.get().name == "ともに町 🦷"


@pytest.mark.parametrize("stale", ["1", "", "x", "9" * 30])
def test_town_stale_edit(client_as, stale):
    row = Town.objects.create(name="ともに市", telephone="058-214-1111", hours="平日", revision=2)
    client = client_as("dx")
    shown = client.get("/settings/town/").text
    assert 'name="revision" value="2"' in shown
    mine = {"name": "ともに町", "telephone": "058-214-1111", "hours": "毎日", "revision": stale}
    answer = client.post("/settings/town/", mine)
    assert answer.status_code == 409
    assert "ほかの人が先に保存しました" in answer.text
    assert "<td>ともに町</td><td>ともに市</td>" in answer.text
    assert "<td>毎日</td><td>平日</td>" in answer.text
    assert "<td>058-214-1111</td>" not in answer.text
    assert 'name="revision" value="2"' in answer.text
    row.refresh_from_db()
    assert (row.name, row.revision) == ("ともに市", 2)
    assert client.post("/settings/town/", mine | {"revision": "2"}).status_code == 302
    # The same thing sent twice is no conflict.
    assert client.post("/settings/town/", mine | {"revision": "2"}).status_code == 302
    row.refresh_from_db()
    assert (row.name, row.revision) == ("ともに町", 3)


def test_a_mail_with_a_secret_is_never_shown(client_as):
    with transaction.atomic():
        row = mail.send_later(
            to="p@example.jp", subject="リンク", body="https://x.example/f/a/r/GEHEIM", secret=True
        )
    for role in ("clerk", "admin"):
        client = client_as(role)
        page = client.get(f"/connect/mail/{row.pk}/").text
        assert "本文は見られません" in page
        assert "GEHEIM" not in page
        assert "GEHEIM" not in client.get("/connect/mail/").text
        assert "p@example.jp" not in client.get("/connect/mail/", {"q": "GEHEIM"}).text
    Mail.objects.update(state="dead")
    assert "GEHEIM" not in client.get(f"/connect/mail/{row.pk}/").text


@pytest.mark.parametrize(
    ("code", "right"),
    [
        ("131016", True),
        ("011002", True),
        ("13101", True),
        ("131017", False),
        ("1310", False),
        ("abcde", False),
    ],
)
def test_municipality_code(code, right):
    assert is_municipality_code(code) == right


def test_outbox_page(client_as):
    client = client_as("dx")
    assert "届かなかった処理はありません" in client.get("/settings/outbox/").text
    event = OutboxEvent.objects.create(kind="record.created", created_at=clock.now())
    dead = Delivery.objects.create(
        event=event, consumer="x", state="dead", attempts=12, next_at=clock.now(), last_error="理由"
    )
    assert "理由" in client.get("/settings/outbox/").text
    assert client.post(f"/settings/outbox/{dead.pk}/retry/").status_code == 302
    assert Delivery.objects.get().state == "waiting"
    assert client.post(f"/settings/outbox/{dead.pk}/retry/").status_code == 404
    assert outbox.drain() == 0


def test_english(client_as):
    client = client_as("dx")
    mails(1)
    for path, text in [
        ("/connect/mail/", "Mails sent"),
        ("/settings/audit/", "Audit trail"),
        ("/notices/", "Notices"),
    ]:
        assert text in client.get(path, headers={"Accept-Language": "en"}).text
