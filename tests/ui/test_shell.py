from datetime import timedelta

import pytest
from django.urls import reverse

from tomoni.core import clock, registry
from tomoni.ui import assets
from tomoni.ui.templatetags import ui

pytestmark = pytest.mark.django_db


def test_resident_home_asks_what_for(client):
    page = client.get("/").content.decode()
    assert "どのようなご用件ですか" in page
    assert "5つの部屋" not in page


def test_staff_home_is_today_and_orders_what_waits(client_as, monkeypatch):
    now = clock.now()
    things = [
        registry.Waiting(
            "あとの用件", "/b/", due=now + timedelta(days=3), state="wait", state_label="確認を待つ"
        ),
        registry.Waiting(
            "遅れた用件", "/a/", due=now - timedelta(days=2), state="wait", state_label="確認を待つ"
        ),
        registry.Waiting("期限のない用件", "/c/", state="new", state_label="受付"),
    ]
    monkeypatch.setattr(registry, "TODAY", [lambda actor: things])
    page = client_as("clerk").get("/").content.decode()
    assert page.index("遅れた用件") < page.index("あとの用件") < page.index("期限のない用件")
    assert "2日過ぎています" in page
    assert 'href="/a/">古いものから開く' in page


def test_a_room_without_an_entry_is_not_shown(client_as, monkeypatch):
    monkeypatch.setattr(registry, "MENU", [registry.MenuItem("see", "仕事の時間", "home")])
    page = client_as("clerk").get("/").content.decode()
    assert ">みる<" in page
    assert ">ともに<" not in page


def test_search_is_for_staff_and_never_echoes_markup(client, client_as):
    assert client.get(reverse("search"), {"q": "x"}).status_code == 302
    page = client_as("clerk").get(reverse("search"), {"q": "<b>児童</b>"}).content.decode()
    assert "<b>児童" not in page
    assert "&lt;b&gt;児童" in page


@pytest.mark.parametrize(
    ("back", "goes"), [("/ui/", "/ui/"), ("https://evil.example/", "/"), ("//evil.example", "/")]
)
def test_language_switch_stays_here(client, back, goes, settings):
    answer = client.post(reverse("set_language"), {"language": "en", "next": back})
    assert answer.headers["Location"] == goes
    assert client.get("/").content.decode().count("What would you like to do?") >= 1


def test_unknown_language_changes_nothing(client):
    client.post(reverse("set_language"), {"language": "xx"})
    assert "どのようなご用件ですか" in client.get("/").content.decode()


def test_style_guide_shows_every_block_with_its_code(client):
    from tomoni.ui.views.guide import BLOCKS

    page = client.get(reverse("ui_guide")).content.decode()
    for code, _name in BLOCKS:
        assert f'id="{code}"' in page


def test_errors_say_nothing_of_internals(client):
    answer = client.get("/nothing-here/")
    assert answer.status_code == 404
    page = answer.content.decode()
    assert "Traceback" not in page
    assert "tomoni." not in page


def test_every_page_carries_the_content_policy(client):
    policy = client.get("/").headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_asset_names_come_from_the_manifest(settings):
    assert assets.asset("unknown.css").endswith("unknown.css")


@pytest.mark.parametrize(
    ("value", "digits", "shown"), [(1234567, 0, "1,234,567"), (None, 0, "—"), (3.14159, 1, "3.1")]
)
def test_numbers(value, digits, shown):
    assert ui.number(value, digits) == shown


def test_landing_of_a_room_lists_what_the_actor_may_open(client_as):
    assert client_as("dx").get(reverse("settings")).status_code == 200
    assert client_as("resident").get(reverse("settings")).status_code == 302
