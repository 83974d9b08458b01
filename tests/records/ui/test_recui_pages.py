"""Every page as every role: what opens, what is refused, what one may not even know of."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tomoni.core import clock

pytestmark = pytest.mark.django_db

BASE = "/build/apps/dental/"
READ = [
    "",
    "?record=1",
    "?panel=add",
    "?panel=add&field=枠",
    "?panel=columns",
    "calendar/",
    "calendar/?view=誕生日",
    "1/",
]
WORK = ["new/", "1/edit/", "trash/", "slots/", "slots/pattern/", "csv/", "csv/?charset=cp932"]
MANAGE = [
    "form/",
    "form/?at=f:人数",
    "form/changes/",
    "form/preview/",
    "form/preview/?as=pc",
    "process/",
    "views/",
    "views/0/",
    "rights/",
    "about/",
]


@pytest.mark.parametrize("page", READ + WORK)
def test_section_reads_and_works(page, dental, add, client_as):
    add(2)
    assert client_as("clerk").get(BASE + page).status_code == 200


@pytest.mark.parametrize("page", MANAGE)
def test_only_who_manages_opens_the_settings(page, dental, add, client_as):
    add(1)
    assert client_as("dx").get(BASE + page).status_code == 200
    assert client_as("clerk").get(BASE + page).status_code == 403


@pytest.mark.parametrize("page", READ)
def test_readers_only_read(page, dental, add, client_as):
    add(1)
    page_of_reader = client_as("manager", "head").get(BASE + page)
    assert page_of_reader.status_code == 200


@pytest.mark.parametrize("page", READ + WORK + MANAGE)
def test_others_may_not_know_of_it(page, dental, add, stranger, client_as):
    add(1)
    client = Client()
    client.force_login(stranger, backend="tomoni.people.backends.AuthenticationBackend")
    assert client.get(BASE + page).status_code == 404
    assert client_as("resident").get(BASE + page).status_code == 403
    anonymous = Client().get(BASE + page)
    assert anonymous.status_code == 302
    assert "/accounts/login/" in anonymous["Location"]


def test_landing_shows_only_own_apps(dental, stranger, client_as):
    page = client_as("clerk").get("/build/")
    assert "歯科相談" in page.content.decode()
    assert "アプリをつくる" not in page.content.decode()
    client = Client()
    client.force_login(stranger, backend="tomoni.people.backends.AuthenticationBackend")
    other = client.get("/build/").content.decode()
    assert "歯科相談" not in other
    assert "使えるアプリはまだありません" in other
    assert client.get("/build/new/").status_code == 403


@pytest.mark.parametrize(
    "page",
    [
        "",
        "?view=すべて",
        "?record=1&view=すべて&sort=レコード番号",
        "calendar/",
        "1/",
        "1/edit/",
        "csv/",
        "trash/",
        "form/",
        "/build/",
        "/",
    ],
)
def test_queries_do_not_grow_with_records(page, dental, add, client_as):
    client = client_as("dx")
    url = page if page.startswith("/") else BASE + page

    def count() -> int:
        client.get(url)
        with CaptureQueriesContext(
            connection,
        ) as caught:
            response = client.get(url)
            if response.streaming:
                b"".join(response.streaming_content)
        return len(caught)

    with clock.at(clock.now()):  # what is noted once a minute or a second is noted by neither
        add(60)  # more than a page shows: only then is the list counted
        few = count()
        add(140)
        assert count() <= few
    assert few <= 45


@pytest.mark.parametrize(
    "url",
    [
        "/build/apps/nope/",
        BASE + "999/",
        BASE + "999/edit/",
        BASE + "99999999999999999999/",
        BASE + "?view=ない",
        BASE + "calendar/?view=ない",
        BASE + "calendar/?month=2026-13",
        BASE + "calendar/?month=９９",
        BASE + "form/ない項目/",
        BASE + "views/9/",
        BASE + "1/files/1/",
    ],
)
def test_what_is_not_there(url, dental, add, client_as):
    add(1)
    assert client_as("dx").get(url).status_code == 404


@pytest.mark.parametrize(
    "url",
    [
        "new/",
        "1/edit/",
        "1/act/",
        "1/delete/",
        "1/restore/",
        "1/revert/",
        "bulk/",
        "form/",
        "form/changes/",
        "form/discard/",
        "rights/",
    ],
)
def test_every_write_needs_the_csrf_token(url, dental, add, person):
    add(1)
    client = Client(enforce_csrf_checks=True)
    client.force_login(person("dx"), backend="tomoni.people.backends.AuthenticationBackend")
    assert client.post(BASE + url, {}).status_code == 403


@pytest.mark.parametrize(
    "url", ["1/act/", "1/delete/", "1/restore/", "1/revert/", "bulk/", "form/discard/", "form/restore/"]
)
def test_writes_are_posts(url, dental, add, client_as):
    add(1)
    assert client_as("dx").get(BASE + url).status_code == 405


def test_english(dental, add, client_as):
    add(1)
    client = client_as("dx")
    for page in (*READ, *WORK[:3], *MANAGE):
        assert client.get(BASE + page, headers={"accept-language": "en"}).status_code == 200
