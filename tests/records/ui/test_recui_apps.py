"""Buttons of whole apps, of fields that change their type, of assignees; queries that do not grow."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tomoni.core import clock, jobs
from tomoni.records import facade
from tomoni.records.models import App
from tomoni.records.views import fieldtype

pytestmark = pytest.mark.django_db
BASE = "/build/apps/dental/"


def test_copy_makes_an_app_without_records(dental, add, client_as) -> None:
    add(2)
    client = client_as("dx")
    assert "歯科相談の写し" in client.get(BASE + "about/").content.decode()
    made = client.post(BASE + "copy/", {"name": "歯科相談の写し"}, follow=True)
    code = App.objects.get(name="歯科相談の写し").code
    assert made.redirect_chain[-1][0] == f"/build/apps/{code}/about/"
    assert [f.code for f in facade.schema(code=code).fields] == [f.code for f in dental.fields]
    assert "記録はまだありません" in client.get(f"/build/apps/{code}/", {"view": "すべて"}).content.decode()
    assert client.post(BASE + "copy/", {"name": ""}).status_code == 302
    assert App.objects.count() == 2


def test_an_app_goes_to_the_trash_and_comes_back_with_its_records(dental, add, client_as) -> None:
    add(2)
    dx, clerk = client_as("dx"), client_as("clerk")
    assert "消したアプリ" not in dx.get("/build/").content.decode()
    assert clerk.post(BASE + "delete/").status_code == 403
    assert dx.post(BASE + "delete/").status_code == 302
    assert dx.get(BASE).status_code == 404
    assert "/build/trash/" in dx.get("/build/").content.decode()
    assert "歯科相談" in dx.get("/build/trash/").content.decode()
    assert "歯科相談" not in clerk.get("/build/trash/").content.decode()
    assert clerk.post("/build/trash/dental/restore/").status_code in (403, 404)
    back = dx.post("/build/trash/dental/restore/", follow=True)
    assert len(back.context["rows"]) == 2
    assert dx.post("/build/trash/dental/restore/").status_code == 404


def test_type_change_shows_first_what_is_lost(dental, add, client_as) -> None:
    add(1, 氏名="1200")
    add(1, 氏名="約三百")
    client = client_as("dx")
    page = BASE + "form/氏名/type/"
    assert page.replace("氏名", "%E6%B0%8F%E5%90%8D") in client.get(BASE + "form/?at=f:氏名").content.decode()
    assert "いくつでも選ぶ" in client.get(page).content.decode()
    shown = client.post(page, {"type": "number", "_do": "preview"}).content.decode()
    assert "約三百" in shown
    assert "移せずに空になる" in shown
    assert facade.schema(code="dental").field("氏名").type == "text"
    client.post(page, {"type": "number", "_do": "change"})
    assert facade.schema(code="dental").field("氏名").type == "number"
    form = client.get(BASE + "form/").content.decode()
    assert "いまの項目と入れ替える" in form
    former = facade.schema(code="dental").trash[0].id
    client.post(BASE + "form/restore/", {"field": former, "swap": "1"})
    assert facade.schema(code="dental").field("氏名").type == "text"


def test_choices_are_proposed_from_the_values(dental, add, client_as) -> None:
    add(2, 氏名="山田")
    add(1, 氏名="佐藤")
    page = client_as("dx").get(BASE + "form/氏名/type/?type=choice").content.decode()
    assert "山田\n佐藤" in page
    assert client_as("dx").post(BASE + "form/氏名/type/", {"type": "choice"}).status_code == 422
    assert client_as("dx").get(BASE + "form/写真/type/").status_code == 404
    assert client_as("clerk").get(BASE + "form/氏名/type/").status_code == 403


def test_many_records_are_changed_by_a_job(dental, add, client_as, monkeypatch) -> None:
    add(3, 氏名="12")
    monkeypatch.setattr(fieldtype, "AT_ONCE", 2)
    client = client_as("dx")
    away = client.post(BASE + "form/氏名/type/", {"type": "number", "_do": "change"})
    assert away["Location"].startswith("/jobs/")
    assert facade.schema(code="dental").field("氏名").type == "text"
    jobs.drain()
    assert facade.schema(code="dental").field("氏名").type == "number"
    assert "3件を移し" in client.get(away["Location"]).content.decode()


def test_assignees_are_chosen_on_the_record(dental, add, client_as, person) -> None:
    add(1)
    clerk, page = person("clerk"), BASE + "1/"
    client = client_as("clerk")
    assert "まだ決まっていません" in client.get(page).content.decode()
    client.post(page + "assign/", {"assignee": [str(clerk.pk)], "_revision": "1"})
    assert "テスト clerk" in client.get(page).content.decode()
    assert facade.find(actor=_actor(clerk), app="dental", query="作業者 in (LOGINUSER())").total == 1
    stale = client.post(page + "assign/", {"assignee": [], "_revision": "1"})
    assert stale.status_code == 409
    assert client.post(page + "assign/", {"assignee": ["999999"], "_revision": "2"}).status_code == 422


def _actor(user):
    from tomoni.people.queries import actor_for

    return actor_for(user)


@pytest.mark.parametrize(
    ("path", "most"),
    [
        ("", 25),
        ("?view=すべて&n=100&record=1", 32),
        ("1/", 40),
        ("1/edit/", 40),
        ("form/", 20),
        ("form/?at=f:氏名", 20),
        ("form/氏名/type/?type=choice", 25),
        ("about/", 20),
        ("rights/", 25),
        ("process/", 25),
        ("views/", 20),
        ("trash/", 25),
        ("/build/", 25),
        ("/build/trash/", 20),
    ],
)
def test_queries_of_a_page_do_not_grow_with_records(path, most, dental, add, client_as) -> None:
    client = client_as("dx")

    def cost() -> int:
        with CaptureQueriesContext(connection) as found:
            assert client.get(url).status_code == 200
        queries.append([q["sql"][:150] for q in found])
        return len(found)

    url, queries = path if path.startswith("/") else BASE + path, []
    with clock.at(clock.now()):  # what is noted once a minute or a second is noted by neither
        add(
            101 if path.startswith("?") or not path else 2
        )  # a list is counted when it is longer than its page
        client.get(url)
        few = cost()
        add(60)
        assert cost() <= few <= most, sorted(set(queries[1]) - set(queries[0]))
