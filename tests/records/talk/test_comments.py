"""Comments: who may write, mend, remove; threads, mentions, nothing of it changes the record."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tomoni.core import outbox
from tomoni.core.errors import Forbidden, Invalid, NotFound
from tomoni.core.models import AuditEntry, Notice, OutboxEvent
from tomoni.people.queries import actor_for
from tomoni.records import facade
from tomoni.records.talk.models import Comment


@pytest.fixture
def record(repair, actor):
    repair()
    return facade.create_record(actor=actor("clerk"), app="repair", values={"件名": "蛇口"})


def write(actor, record, text="見ました。", **more):
    return facade.add_comment(actor=actor, app="repair", record=record.id, text=text, **more)


def test_a_comment_leaves_the_record_alone_and_says_that_it_came(record, actor):
    made = write(actor("clerk"), record)
    assert [c.text for c in facade.comments(actor=actor("dx"), app="repair", record=record.id)] == [
        "見ました。"
    ]
    assert facade.get(actor=actor("clerk"), app="repair", record=record.id).revision == 1
    event = OutboxEvent.objects.get(kind="comment.added")
    assert event.payload == {
        "app": "repair", "record": record.id, "comment": made.id, "actor": actor("clerk").ref
    }  # fmt: skip
    assert AuditEntry.objects.filter(verb="comment.add").count() == 1
    assert "見ました" not in str(list(AuditEntry.objects.values()))


def test_who_may_not_see_the_record_neither_reads_nor_writes(record, actor, person):
    from tomoni.people.models import RoleAssignment, User

    other = User.objects.create(username="x", display_name="よその課", kind="staff")
    RoleAssignment.objects.create(user=other, role="clerk", valid_from="2020-04-01")
    for call in (
        lambda a: write(a, record),
        lambda a: facade.comments(actor=a, app="repair", record=record.id),
    ):
        with pytest.raises(NotFound):
            call(actor_for(other))


def test_only_ones_own_comment_is_mended_and_it_says_so(record, actor, colleague):
    made = write(actor("clerk"), record)
    with pytest.raises(Forbidden):
        facade.edit_comment(
            actor=actor_for(colleague), app="repair", record=record.id, comment=made.id, text="ちがう"
        )
    again = facade.edit_comment(
        actor=actor("clerk"), app="repair", record=record.id, comment=made.id, text="直しました。"
    )
    assert (again.text, again.edited_at is not None) == ("直しました。", True)


def test_own_comments_and_for_the_owner_all_can_be_deleted_and_the_text_is_gone(record, actor, colleague):
    first, second = write(actor("clerk"), record, "ひみつ"), write(actor("clerk"), record, "ふたつめ")
    with pytest.raises(Forbidden):
        facade.delete_comment(actor=actor_for(colleague), app="repair", record=record.id, comment=first.id)
    facade.delete_comment(actor=actor("clerk"), app="repair", record=record.id, comment=first.id)
    facade.delete_comment(actor=actor("dx"), app="repair", record=record.id, comment=second.id)
    assert facade.comments(actor=actor("clerk"), app="repair", record=record.id) == []
    assert set(Comment.objects.values_list("text", flat=True)) == {""}
    with pytest.raises(NotFound):
        facade.delete_comment(actor=actor("clerk"), app="repair", record=record.id, comment=first.id)


@pytest.mark.parametrize("text", ["", "  \n", "あ" * 65_536, "番号は 123456789018 です"])
def test_texts_that_are_refused(record, actor, text):
    with pytest.raises(Invalid) as caught:
        write(actor("clerk"), record, text)
    assert list(caught.value.errors) == ["text"]
    assert not Comment.objects.exists()


def test_an_app_may_do_without_comments(repair, actor, client_as):
    repair(settings={"comments": False})
    record = facade.create_record(actor=actor("clerk"), app="repair", values={"件名": "蛇口"})
    with pytest.raises(Invalid):
        write(actor("clerk"), record)
    page = client_as("clerk").get(reverse("records:record", args=["repair", record.id]))
    assert "コメントを書く" not in page.content.decode()


def test_threads_are_one_level_deep(record, actor):
    first = write(actor("clerk"), record)
    answer = write(actor("dx"), record, "はい", parent=first.id)
    second = write(actor("clerk"), record, "では", parent=answer.id)
    assert (answer.parent, second.parent) == (first.id, first.id)
    with pytest.raises(Invalid):
        write(actor("clerk"), record, parent=999_999)


@pytest.mark.parametrize(
    "text",
    [
        "@山田花子 お願いします",
        "@山田 花子さん、お願いします",
        "＠山田花子様 どうぞ",
        "見てください @山田　花子",
    ],
)
def test_a_mention_by_name_tells_that_person(record, actor, colleague, text):
    made = write(actor("clerk"), record, text)
    assert made.users == (colleague.pk,)
    outbox.drain()
    assert [n.user_id for n in Notice.objects.filter(text__contains="宛先")] == [colleague.pk]


def test_a_department_is_told_but_not_who_wrote(record, actor, colleague):
    write(actor("clerk"), record, "@健康推進課 確認をお願いします。")
    outbox.drain()
    told = set(Notice.objects.values_list("user_id", flat=True))
    assert colleague.pk in told
    assert actor("clerk").id not in told


def test_nobody_hears_of_a_record_they_may_not_see(record, actor):
    from tomoni.people.models import User

    other = User.objects.create(username="x", display_name="よその 課長", kind="staff", email="x@example.jp")
    made = write(actor("clerk"), record, "見てください", users=[other.pk])
    assert made.users == (other.pk,)
    outbox.drain()
    assert not Notice.objects.filter(user_id=other.pk).exists()


def test_a_thread_hears_of_its_answers(record, actor, colleague):
    first = write(actor_for(colleague), record)
    write(actor("clerk"), record, "はい", parent=first.id)
    outbox.drain()
    assert list(Notice.objects.values_list("user_id", flat=True)) == [colleague.pk]


def test_the_page_writes_answers_mends_and_removes(record, actor, client_as):
    client = client_as("clerk")
    page = reverse("records:record", args=["repair", record.id])
    url = reverse("record_talk:add", args=["repair", record.id])
    values = {"text": "<b>太字</b>\n二行目", "once": "abcdefgh12345678"}
    client.post(url, values)
    client.post(url, values)  # a double tap
    found = facade.comments(actor=actor("clerk"), app="repair", record=record.id)
    assert len(found) == 1
    client.post(url, {"text": "返事", "parent": found[0].id, "once": "ijklmnop12345678"})
    html = client.get(page).content.decode()
    assert "&lt;b&gt;太字&lt;/b&gt;<br>二行目" in html
    assert "返事" in html
    refused = client.post(url, {"text": "番号 123456789018"})
    assert refused.status_code == 422
    assert "番号 123456789018" in refused.content.decode()
    edit = reverse("record_talk:edit", args=["repair", record.id, found[0].id])
    assert client.get(edit).status_code == 200
    client.post(edit, {"text": "直した"})
    client.post(reverse("record_talk:delete", args=["repair", record.id, found[0].id]))
    html = client.get(page).content.decode()
    assert "（消されたコメント）" in html  # its answer stays
    assert "直した" not in html


def test_purging_a_record_erases_its_comments(record, actor):
    write(actor("clerk"), record)
    facade.delete_record(actor=actor("clerk"), app="repair", record=record.id)
    facade.purge_record(actor=actor("dx"), app="repair", record=record.id)
    outbox.drain()
    assert not Comment.objects.exists()
