"""The history page compares any two versions; the trash says who and until when, and keeps its time."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from tomoni.core import clock
from tomoni.core.actor import system
from tomoni.core.errors import Forbidden
from tomoni.core.models import AuditEntry, Notice
from tomoni.records import facade
from tomoni.records.actions.empty_trash import empty_trash
from tomoni.records.models import Revision
from tomoni.records.talk.actions.mind_trash import mind_trash


@pytest.fixture
def record(repair, actor, request):
    repair(settings={"trash_days": 30})
    made = facade.create_record(
        actor=actor("clerk"), app="repair", values={"件名": "蛇口", "期限": "2026-04-01"}
    )
    for title in ("蛇口の水漏れ", "風呂の水漏れ"):
        facade.update_record(actor=actor("clerk"), app="repair", record=made.id, values={"件名": title})
    return made


def test_any_two_versions_are_compared_in_words(record, client_as):
    client, url = client_as("clerk"), reverse("records:history", args=["repair", record.id])
    html = client.get(url).content.decode()
    assert html.count("この版に戻す") == 2
    html = client.get(url, {"from": 1, "to": 3}).content.decode()
    start = html.index("ちがうところ")
    part = html[start : html.index("</table>", start)]
    assert "蛇口</td>" in part
    assert "風呂の水漏れ" in part
    assert "期限" not in part
    assert "同じです" in client.get(url, {"from": 2, "to": 2}).content.decode()
    assert client.get(url, {"from": 1, "to": 9}).status_code == 404
    assert client.get(url, {"from": "x", "to": 1}).status_code == 422


def test_the_trash_says_who_and_until_when(record, actor, client_as):
    facade.delete_record(actor=actor("clerk"), app="repair", record=record.id)
    html = client_as("dx").get(reverse("records:trash", args=["repair"])).content.decode()
    assert actor("clerk").label in html
    assert "戻せる期限" in html
    assert "ごみ箱を空にする" in html


def test_emptying_the_trash_is_for_the_apps_managers(record, actor, client_as):
    facade.delete_record(actor=actor("clerk"), app="repair", record=record.id)
    with pytest.raises(Forbidden):
        empty_trash(actor=actor("clerk"), app="repair")
    client_as("dx").post(reverse("records:trash_empty", args=["repair"]))
    assert not facade.trash(actor=actor("dx"), app="repair").records
    assert not Revision.objects.exists()
    assert AuditEntry.objects.filter(verb="app.empty_trash").count() == 1


def test_after_its_time_the_trash_is_emptied_with_a_warning_before(record, actor):
    other = facade.create_record(actor=actor("clerk"), app="repair", values={"件名": "新しい"})
    facade.delete_record(actor=actor("clerk"), app="repair", record=record.id)
    with clock.at(clock.now() + timedelta(days=25)):
        facade.delete_record(actor=actor("clerk"), app="repair", record=other.id)
        assert mind_trash(actor=system("t")) == 0
        assert mind_trash(actor=system("t")) == 0
        assert Notice.objects.filter(text__contains="1件が、7日のうちに").count() == 1
    with clock.at(clock.now() + timedelta(days=31)):
        assert mind_trash(actor=system("t")) == 1
    assert [r.id for r in facade.trash(actor=actor("dx"), app="repair").records] == [other.id]


def test_without_a_time_nothing_is_ever_erased(repair, actor):
    repair()
    made = facade.create_record(actor=actor("clerk"), app="repair", values={"件名": "蛇口"})
    facade.delete_record(actor=actor("clerk"), app="repair", record=made.id)
    with clock.at(clock.now() + timedelta(days=3_000)):
        assert mind_trash(actor=system("t")) == 0
    assert facade.trash(actor=actor("dx"), app="repair").records
