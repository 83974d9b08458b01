"""保存年限 and 廃棄: what is due, who decides, what goes for good, what stays, and that the audit chain holds."""

from datetime import date

import pytest
from django.core.files.storage import default_storage

from tomoni.core import audit, files, jobs, outbox
from tomoni.core.actions import action
from tomoni.core.errors import Conflict, Forbidden, Invalid, NotFound
from tomoni.core.models import AuditEntry, StoredFile
from tomoni.people.models import Membership
from tomoni.records import facade as records
from tomoni.records.keeping import due
from tomoni.records.keeping.actions import dispose, hold_record, write_texts
from tomoni.records.keeping.jobs import carry_out, go_on
from tomoni.records.keeping.models import Disposal
from tomoni.records.models import Revision

pytestmark = pytest.mark.django_db


@action("test.store")
def keep_file(*, actor, content):
    return files.store(content, name="資料.txt", actor=actor)


@pytest.mark.parametrize(
    ("completed", "years", "free"),
    [
        (date(2020, 4, 1), 5, date(2026, 4, 1)),
        (date(2021, 3, 31), 5, date(2026, 4, 1)),
        (date(2021, 4, 1), 5, date(2027, 4, 1)),
        (date(2024, 2, 29), 1, date(2025, 4, 1)),
    ],
)
def test_years_count_from_april_after_the_fiscal_year(completed, years, free):
    assert due.stays_until(completed, years) == free
    assert completed < due.cutoff(years, free)
    assert not (completed < due.cutoff(years, date(free.year, 3, 31)))


def test_what_is_due_today(schema, finished):
    old, _edge, young = finished(2020, 3, 31), finished(2021, 3, 31), finished(2021, 4, 1)
    found = due.due(schema())
    assert found.years == ((2019, 1), (2020, 1))
    assert old in found.records
    assert young not in found.records


def test_a_record_taken_up_again_is_not_due(schema, actor, finished):
    number = finished(2019, 5, 1)
    records.run_action(actor=actor("clerk"), app="desk", record=number, action="戻す")
    assert due.due(schema()).records == ()
    records.run_action(actor=actor("clerk"), app="desk", record=number, action="終える")
    assert due.due(schema()).records == ()


def test_the_trash_counts_and_a_restored_record_does_not_begin_anew(schema, actor, finished):
    number = finished(2019, 5, 1)
    records.delete_record(actor=actor("clerk"), app="desk", record=number)
    assert due.due(schema()).records == (number,)
    records.restore_record(actor=actor("clerk"), app="desk", record=number)
    assert due.due(schema()).records == (number,)


def test_a_date_field_may_say_when(schema, actor, finished):
    write_texts.set_retention(actor=actor("dx"), app="desk", years=1, completed="終わった日", basis="")
    finished(2018, 5, 1)
    number = finished(2019, 5, 1, 終わった日="2024-03-31")
    assert due.due(schema()).records == (number,)


def test_not_without_years(schema, actor, finished):
    write_texts.set_retention(actor=actor("dx"), app="desk", years=None, completed="", basis="")
    finished(2000, 5, 1)
    assert due.due(schema()).records == ()
    with pytest.raises(Invalid):
        dispose.propose_disposal(actor=actor("clerk"), app="desk")


def approved(actor, **more):
    found = dispose.propose_disposal(actor=actor("clerk"), app="desk", **more)
    dispose.decide_disposal(actor=actor("manager"), disposal=found.pk, approve=True)
    jobs.drain()
    outbox.drain()
    found.refresh_from_db()
    return found


def test_all_of_it_goes_and_the_chain_holds(schema, actor, finished):
    stored = keep_file(actor=actor("clerk"), content=b"secret paper")
    gone = finished(2019, 5, 1, 氏名="廃棄太郎", 資料=[stored.pk])
    stays = finished(2025, 5, 1, 氏名="保存花子")
    records.add_comment(actor=actor("clerk"), app="desk", record=gone, text="電話しました")
    audit.seal()
    found = approved(actor)
    assert found.state == Disposal.State.DONE
    assert found.left == []
    assert found.files == 1
    with pytest.raises(NotFound):
        records.get(actor=actor("dx"), app="desk", record=gone, trashed=True)
    assert not Revision.objects.filter(record=gone).exists()
    assert records.find(actor=actor("clerk"), app="desk", query='氏名 like "廃棄太郎"').records == []
    assert not StoredFile.objects.filter(pk=stored.pk).exists()
    from tomoni.records.talk.models import Comment

    assert not Comment.objects.filter(record=gone).exists()
    assert records.get(actor=actor("clerk"), app="desk", record=stays).values["氏名"] == "保存花子"
    audit.seal()
    assert audit.verify().ok
    assert AuditEntry.objects.filter(verb="keeping.erase", target=f"disposal:{found.pk}").count() == 1
    assert len(found.digests) == 1
    assert "廃棄太郎" not in str(found.__dict__)


@pytest.mark.django_db(transaction=True)
def test_the_content_of_files_goes_unless_another_record_has_it(actor, finished):
    first, second = (keep_file(actor=actor("clerk"), content=b"same content") for _ in range(2))
    alone = keep_file(actor=actor("clerk"), content=b"only here")
    finished(2019, 5, 1, 資料=[first.pk, alone.pk])
    finished(2025, 5, 1, 資料=[second.pk])
    approved(actor)
    assert not default_storage.exists(alone.path)
    assert default_storage.exists(second.path)


def test_never_by_the_one_who_proposed(actor, finished):
    finished(2019, 5, 1)
    found = dispose.propose_disposal(actor=actor("manager"), app="desk")
    with pytest.raises(Forbidden):
        dispose.decide_disposal(actor=actor("manager"), disposal=found.pk, approve=True)
    with pytest.raises(Forbidden):
        dispose.decide_disposal(actor=actor("clerk"), disposal=found.pk, approve=True)
    with pytest.raises(Conflict):
        dispose.propose_disposal(actor=actor("clerk"), app="desk")


def test_a_head_decides_and_may_send_back(actor, person, finished):
    finished(2019, 5, 1)
    Membership.objects.filter(user=person("clerk", "head")).update(is_head=True)
    found = dispose.propose_disposal(actor=actor("clerk"), app="desk")
    with pytest.raises(Invalid):
        dispose.decide_disposal(actor=actor("clerk", "head"), disposal=found.pk, approve=False)
    done = dispose.decide_disposal(
        actor=actor("clerk", "head"), disposal=found.pk, approve=False, answer="まだ使います"
    )
    assert done.state == Disposal.State.REJECTED
    assert dispose.propose_disposal(actor=actor("clerk"), app="desk").pk != found.pk


def test_a_held_record_stays_even_if_held_after_the_approval(actor, schema, finished):
    one, two, three = finished(2019, 5, 1), finished(2019, 5, 2), finished(2019, 5, 3)
    hold_record.hold_record(actor=actor("dx"), app="desk", record=one, reason="審査請求中")
    assert due.due(schema()).held == (one,)
    found = dispose.propose_disposal(actor=actor("clerk"), app="desk")
    hold_record.hold_record(actor=actor("dx"), app="desk", record=two, reason="開示請求中")
    dispose.decide_disposal(actor=actor("manager"), disposal=found.pk, approve=True)
    jobs.drain()
    found.refresh_from_db()
    assert found.records == [two, three]
    assert found.kept == [two]
    assert records.get(actor=actor("clerk"), app="desk", record=two).id == two


def test_a_held_record_cannot_be_purged_by_hand(actor, finished):
    number = finished(2025, 5, 1)
    hold_record.hold_record(actor=actor("dx"), app="desk", record=number, reason="審査請求中")
    records.delete_record(actor=actor("dx"), app="desk", record=number)
    with pytest.raises(Invalid, match="凍結"):
        records.purge_record(actor=actor("dx"), app="desk", record=number)
    hold_record.release_record(actor=actor("dx"), app="desk", record=number)
    records.purge_record(actor=actor("dx"), app="desk", record=number)


def test_one_fiscal_year(actor, finished):
    first, second = finished(2018, 5, 1), finished(2019, 5, 1)
    found = approved(actor, year=2018)
    assert found.records == [first]
    assert records.get(actor=actor("clerk"), app="desk", record=second).id == second


def test_stopped_work_goes_on_where_it_was(actor, finished, monkeypatch):
    monkeypatch.setattr(dispose, "BATCH", 2)
    for day in range(1, 6):
        finished(2019, 5, day)
    found = dispose.propose_disposal(actor=actor("clerk"), app="desk")
    dispose.decide_disposal(actor=actor("manager"), disposal=found.pk, approve=True)
    assert dispose.erase_batch(actor=actor_system(), disposal=found.pk) == 3
    carry_out.func(actor_id=None, disposal=found.pk)
    found.refresh_from_db()
    assert found.state == Disposal.State.DONE
    assert len(found.digests) == 3
    assert found.kept == []
    assert go_on.func() == {"queued": 0}


def actor_system():
    from tomoni.core.actor import system

    return system("keeping")


def test_pages_from_proposal_to_certificate(client_as, actor, finished):
    number = finished(2019, 5, 1, 氏名="廃棄太郎")
    clerk, manager = client_as("clerk"), client_as("manager")
    # The section's clerk may delete but not manage: the page is for those who manage, the proposal is not.
    assert client_as("dx").get("/build/keeping/apps/desk/retention/").status_code == 200
    answer = clerk.post("/build/keeping/apps/desk/propose/", {"reason": "年限が来たため"})
    url = answer["location"]
    assert "承認待ち" in clerk.get(url).content.decode()
    page = manager.get(url).content.decode()
    assert "承認して廃棄する" in page
    assert "廃棄太郎" not in page
    assert "記録の廃棄を承認するか決める" in manager.get("/").content.decode()
    manager.post(f"{url}decide/", {"approve": "1"})
    jobs.drain()
    page = manager.get(url).content.decode()
    assert "廃棄証明書" in page
    assert str(number) in page
    assert "テスト clerk" in page
    assert "テスト manager" in page
