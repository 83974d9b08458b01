"""Notices of apps, the daily mail, reminders: whom they reach, once, without personal data."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from tomoni.core import clock, outbox
from tomoni.core.actor import system
from tomoni.core.errors import Forbidden, Invalid
from tomoni.core.models import Mail, Notice
from tomoni.people.queries import actor_for
from tomoni.records import facade
from tomoni.records.schema.spec import NoticeSpec
from tomoni.records.talk.actions.remind import remind
from tomoni.records.talk.actions.send_digest import send_digest
from tomoni.records.talk.actions.set_preference import set_preferences
from tomoni.records.talk.models import DigestLine

SYSTEM = system("test")


def made(actor, **values):
    return facade.create_record(actor=actor("clerk"), app="repair", values={"件名": "蛇口"} | values)


def told(user):
    return list(Notice.objects.filter(user_id=user.pk).order_by("pk").values_list("text", flat=True))


def test_a_general_notice_reaches_the_section_but_not_who_did_it(repair, actor, colleague):
    repair(NoticeSpec("general", ("department:kenko",), events=("created", "status"), title="修理"))
    record = made(actor)
    outbox.drain()
    facade.run_action(actor=actor("clerk"), app="repair", record=record.id, action="完了にする")
    outbox.drain()
    assert told(colleague) == [
        "修理: 「修理の依頼 1番（蛇口）」が登録されました。",
        "修理: 「修理の依頼 1番（蛇口）」の状態が「完了」になりました。",
    ]
    assert not Notice.objects.filter(user_id=actor("clerk").id).exists()


def test_a_personal_title_is_in_no_notice(repair, actor, colleague):
    repair(NoticeSpec("general", ("department:kenko",), events=("created",)), title_field="氏名")
    made(actor, 氏名="試験 太郎")
    outbox.drain()
    assert told(colleague) == ["「修理の依頼 1番」が登録されました。"]
    assert not DigestLine.objects.filter(text__contains="太郎").exists()


def test_a_notice_on_records_waits_for_its_condition(repair, actor, colleague):
    repair(NoticeSpec("record", ("user:" + str(colleague.pk),), query='件名 like "至急"'))
    record = made(actor)
    outbox.drain()
    assert told(colleague) == []
    facade.update_record(actor=actor("clerk"), app="repair", record=record.id, values={"件名": "至急 水漏れ"})
    outbox.drain()
    assert len(told(colleague)) == 1


def test_the_person_named_in_a_field_is_told_and_nobody_who_may_not_see_it(repair, actor, colleague):
    repair(NoticeSpec("general", ("field:担当者", "role:manager"), events=("created",)))
    made(actor, 担当者=[str(colleague.pk)])
    outbox.drain()
    assert len(told(colleague)) == 1


def test_a_comment_follows_the_apps_notice(repair, actor, colleague):
    repair(NoticeSpec("general", ("department:kenko",), events=("comment",)))
    record = made(actor)
    facade.add_comment(actor=actor("clerk"), app="repair", record=record.id, text="見ました。")
    outbox.drain()
    assert told(colleague) == ["「修理の依頼 1番（蛇口）」にコメントがつきました。"]


def test_an_import_is_one_notice(repair, actor, colleague):
    repair(NoticeSpec("general", ("department:kenko",), events=("import",)))
    for _batch in range(3):
        facade.create_records(actor=actor("clerk"), app="repair", rows=[{"件名": "a"}, {"件名": "b"}])
    outbox.drain()
    assert told(colleague) == ["「修理の依頼」に記録がまとめて取り込まれました。"]


def test_mails_come_as_each_person_wants(repair, actor, colleague):
    schema = repair(NoticeSpec("general", (f"user:{colleague.pk}",), events=("created",)))
    me = actor_for(colleague)
    made(actor)
    outbox.drain()
    assert DigestLine.objects.filter(user=colleague).count() == 1  # once a day, where nothing is said
    set_preferences(actor=me, mails={schema.id: "now"})
    made(actor)
    outbox.drain()
    mail = Mail.objects.get(to="hana@example.jp")
    assert reverse("records:record", args=["repair", 2]) in mail.body
    set_preferences(actor=me, mails={schema.id: "none"})
    made(actor)
    outbox.drain()
    assert Mail.objects.filter(to="hana@example.jp").count() == 1
    assert not DigestLine.objects.exists()
    assert len(told(colleague)) == 3  # in the program always


def test_after_twenty_single_mails_in_an_hour_the_rest_waits(repair, actor, colleague):
    schema = repair(NoticeSpec("general", (f"user:{colleague.pk}",), events=("created",)))
    set_preferences(actor=actor_for(colleague), mails={schema.id: "now"})
    for _n in range(22):
        made(actor)
    outbox.drain()
    assert Mail.objects.filter(to="hana@example.jp").count() == 20
    assert DigestLine.objects.count() == 2


def test_the_daily_mail_is_one_for_all_lines_and_forgets_them(repair, actor, colleague):
    repair(NoticeSpec("general", (f"user:{colleague.pk}",), events=("created",)))
    for _n in range(3):
        made(actor)
    outbox.drain()
    assert send_digest(actor=SYSTEM) == 1
    mail = Mail.objects.get()
    assert "3件" in mail.subject
    assert mail.body.count("登録されました") == 3
    assert send_digest(actor=SYSTEM) == 0
    with pytest.raises(Forbidden):
        send_digest(actor=actor("dx"))


@pytest.mark.parametrize(
    ("days", "moment", "count"),
    [
        (-1, "2026-07-31T00:30:00", 1),  # 9:30 in Tokyo on the day before
        (-1, "2026-07-30T23:30:00", 0),  # 8:30: not yet
        (-1, "2026-08-01T01:00:00", 0),  # more than a day late
        (0, "2026-08-01T00:00:00", 1),
        (3, "2026-08-04T05:00:00", 1),
    ],
)
def test_reminders_relative_to_a_date(repair, actor, colleague, days, moment, count):
    repair(NoticeSpec("reminder", ("department:kenko",), field="期限", days=days, title="期限です"))
    made(actor, 期限="2026-08-01")
    with clock.at(datetime.fromisoformat(moment).replace(tzinfo=UTC)):
        assert remind(actor=SYSTEM) == count
        assert remind(actor=SYSTEM) == 0  # once
    assert len(told(colleague)) == count


def test_reminders_in_hours_and_again_when_the_time_moves(repair, actor, colleague):
    repair(NoticeSpec("reminder", ("department:kenko",), field="訪問", hours=-2, query='ステータス = "受付"'))
    record = made(actor, 訪問="2026-08-01T15:00")
    at = datetime(2026, 8, 1, 6, 0, tzinfo=UTC)  # 15:00 in Tokyo
    for moment, count in ((at - timedelta(hours=2, minutes=1), 0), (at - timedelta(hours=2), 1), (at, 0)):
        with clock.at(moment):
            assert remind(actor=SYSTEM) == count
    facade.update_record(
        actor=actor("clerk"), app="repair", record=record.id, values={"訪問": "2026-08-02T15:00"}
    )
    with clock.at(at + timedelta(hours=23)):
        assert remind(actor=SYSTEM) == 1
    facade.run_action(actor=actor("clerk"), app="repair", record=record.id, action="完了にする")
    facade.update_record(
        actor=actor("clerk"), app="repair", record=record.id, values={"訪問": "2026-08-03T15:00"}
    )
    with clock.at(at + timedelta(hours=47)):
        assert remind(actor=SYSTEM) == 0


def test_the_page_of_preferences(repair, actor, client_as):
    schema = repair()
    client, url = client_as("clerk"), reverse("record_talk:preferences")
    assert "修理の依頼" in client.get(url).content.decode()
    assert client.post(url, {f"app-{schema.id}": "none", "app-99": "now"}).status_code == 302
    assert '<option value="none" selected>' in client.get(url).content.decode()
    with pytest.raises(Invalid):
        set_preferences(actor=actor("clerk"), mails={schema.id: "x"})
