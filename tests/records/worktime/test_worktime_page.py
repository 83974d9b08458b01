"""The panel on the record page, and time without JavaScript: from the page to the next request."""

import re

import pytest
from django.urls import reverse

from tomoni.core import clock
from tomoni.records.worktime.middleware import COOKIE
from tomoni.records.worktime.models import Presence, Worked

pytestmark = pytest.mark.django_db


def url(app, record):
    return reverse("records:record", args=[app, record])


@pytest.fixture
def noon(after):
    """Requests at a second after noon: `noon(30, client, "/path")`."""

    def ask(second, client, path):
        with after(second):
            return client.get(path)

    return ask


def test_from_the_page_to_the_next_request(client_as, app, record, noon):
    client = client_as("clerk")
    assert noon(0, client, url(app, record)).status_code == 200
    noon(90, client, "/choose/challenges/")
    assert Worked.objects.get().screen == 90
    noon(95, client, "/choose/challenges/")
    assert Worked.objects.get().screen == 90


def test_a_later_request_counts_nothing(client_as, app, record, noon):
    client = client_as("clerk")
    noon(0, client, url(app, record))
    noon(301, client, "/choose/challenges/")
    assert not Worked.objects.exists()


def test_from_record_to_record(client_as, app, new_record, noon):
    client, a, b = client_as("clerk"), new_record("甲"), new_record("乙")
    noon(0, client, url(app, a))
    noon(20, client, url(app, b))
    noon(50, client, url(app, a))
    assert {w.record: w.screen for w in Worked.objects.all()} == {a: 20, b: 30}


def test_who_only_reads_is_not_counted(client_as, app, record, noon):
    client = client_as("manager")
    page = noon(0, client, url(app, record))
    assert page.status_code == 200
    assert "data-worktime" not in page.content.decode()
    assert COOKIE not in client.cookies
    assert not Presence.objects.exists()


def test_the_hint_is_no_secret_and_no_power(client_as, noon):
    """A forged cookie only costs a look; it counts nothing and is taken back."""
    client = client_as("clerk")
    client.cookies[COOKIE] = "1"
    answer = noon(0, client, "/choose/challenges/")
    assert answer.cookies[COOKIE].value == ""
    assert not Presence.objects.exists()


def test_other_pages_do_not_ask_the_database(client_as, noon, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = client_as("clerk")
    with CaptureQueriesContext(
        connection,
    ) as asked:
        noon(0, client, "/choose/challenges/")
    assert not [q for q in asked.captured_queries if "worktime" in q["sql"]]


def test_the_panel_works_without_a_script(client_as, app, record, after):
    client = client_as("clerk")
    with after(0):
        page = client.get(url(app, record)).content.decode()
        nonce = re.search(r'name="nonce" value="(\w+)"', page)[1]
        values = {"app": app, "record": record, "nonce": nonce, "next": url(app, record), "tap": "phone:5"}
        back = client.post(reverse("worktime:tap"), values)
        assert back["Location"] == url(app, record)
        page = client.get(url(app, record)).content.decode()
    assert "取り消す" in page
    assert "電話 5分を足しました" in page
    with after(5):
        other = client_as("dx").get(url(app, record)).content.decode()
    assert "取り消す" not in other


def test_no_figure_of_the_record_is_shown(client_as, app, record, noon):
    """One record is one person's work: its minutes are nobody's to see."""
    client = client_as("clerk")
    noon(0, client, url(app, record))
    noon(250, client, url(app, record))
    page = client_as("dx")
    with clock.at(clock.now()):
        shown = page.get(url(app, record)).content.decode()
    assert "250" not in shown
    assert "4.2" not in shown
