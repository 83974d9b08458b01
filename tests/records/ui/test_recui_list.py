"""Chips, search, order, pages and CSV of the list."""

from __future__ import annotations

import csv
import io
from urllib.parse import quote

import pytest

from tomoni.core.models import AuditEntry
from tomoni.records import facade

pytestmark = pytest.mark.django_db
BASE = "/build/apps/dental/"


def titles(response):
    return [line.title for line in response.context["rows"]]


@pytest.mark.parametrize(
    ("token", "expected"),
    [
        ("種類~in~むし歯", ["三"]),
        ("種類~notin~むし歯、歯みがき", ["一"]),
        ("種類~empty~", ["一"]),
        ("人数~ge~５", ["三"]),
        ("人数~le~1", ["一"]),
        ("生年月日~eq~令和6年5月2日", ["二"]),
        ("生年月日~le~2024-05-02", ["二"]),
        ("氏名~like~二", ["二"]),
        ("氏名~unlike~二", ["三", "一"]),
        ("ステータス~in~確認", ["三"]),
        ("作成日時~eq~今日", ["三", "二", "一"]),
        ("作成日時~le~昨日", []),
        ("作成者~in~自分", ["三", "二", "一"]),
        ('氏名~eq~" or 氏名 is not empty or 氏名 = "', []),
    ],
)
def test_conditions_without_typing_a_query(token, expected, dental, add, client_as, actor):
    add(1, 氏名="一", 人数="1")
    add(1, 氏名="二", 種類="歯みがき", 生年月日="2024-05-02")
    add(1, 氏名="三", 種類="むし歯", 人数="5", 生年月日="2024-05-03")
    facade.run_action(actor=actor("clerk"), app="dental", record=3, action="確認を始める")
    page = client_as("clerk").get(BASE, {"c": token})
    assert page.status_code == 200
    assert titles(page) == expected
    assert len(page.context["chips"]) == 1


def test_adding_a_condition_by_form(dental, add, client_as):
    add(2)
    client = client_as("clerk")
    step = client.get(BASE, {"panel": "add", "field": "種類"})
    assert [o["code"] for o in step.context["operators"]] == ["in", "notin", "empty", "filled"]
    done = client.get(BASE, {"view": "すべて", "field": "種類", "op": "in", "value": ["むし歯", "そのほか"]})
    assert done.status_code == 302
    assert quote("種類~in~むし歯、そのほか", safe="").replace("~", "~") in done["Location"].replace(
        "%7E", "~"
    )
    assert client.get(done["Location"]).status_code == 200
    bad = client.get(BASE, {"field": "生年月日", "op": "eq", "value": "あした"})
    assert bad.status_code == 422
    assert "令和8年4月1日" in bad.content.decode()
    assert client.get(BASE, {"field": "写真", "op": "like", "value": "x"}).status_code == 422
    assert client.get(BASE, {"field": "無い", "op": "eq", "value": "x"}).status_code == 422


@pytest.mark.parametrize("query", ["あ", '氏名 = "', "なし = 1", "氏名 ~ 1", "(" * 500, "order by なし asc"])
def test_a_query_that_cannot_be_read_is_explained(query, dental, add, client_as):
    add(1)
    page = client_as("clerk").get(BASE, {"q": query})
    assert page.status_code == 422
    assert "条件をすべてはずす" in page.content.decode()


def test_search_order_and_aria_sort(dental, add, client_as):
    for name, number in (("山田 花子", "3"), ("山田 太郎", "1"), ("佐藤 花", "2")):
        add(1, 氏名=name, 人数=number)
    client = client_as("clerk")
    assert titles(client.get(BASE, {"s": "山田 花"})) == ["山田 花子"]
    assert titles(client.get(BASE, {"s": "3"})) == ["佐藤 花"], "a number finds the record number"
    page = client.get(BASE, {"sort": "-人数", "view": "すべて"})
    assert titles(page) == ["山田 花子", "佐藤 花", "山田 太郎"]
    assert page.content.decode().count('aria-sort="descending"') == 1
    assert client.get(BASE, {"sort": "写真"}).status_code == 200, "what cannot be sorted by is left alone"


def test_pages_follow_each_other(dental, add, client_as):
    add(120)
    client, seen, url = client_as("clerk"), [], BASE
    while url:
        page = client.get(url)
        seen += [line.record.id for line in page.context["rows"]]
        url = page.context["next_url"]
    assert seen == list(range(120, 0, -1))
    assert len(client.get(BASE, {"n": "100"}).context["rows"]) == 100
    assert client.get(BASE, {"after": "なんでもない"}).status_code == 422


def test_columns_chosen_in_the_address(dental, add, client_as):
    add(1)
    page = client_as("clerk").get(BASE, {"col": ["氏名", "人数", "無い列"]})
    assert [c.label for c in page.context["columns"]] == ["氏名", "来る人数"]


def read(response, charset):
    return list(csv.reader(io.StringIO(b"".join(response.streaming_content).decode(charset))))


def test_csv_is_what_the_list_shows(dental, add, client_as):
    add(600)
    response = client_as("clerk").get(BASE + "csv/", {"view": "すべて", "sort": "レコード番号"})
    rows = read(response, "utf-8-sig")
    assert rows[0] == ["レコード番号", "氏名", "来る人数", "担当者", "写真", "状態"]
    assert len(rows) == 601
    assert rows[1] == ["1", "住民 0", "2", "テスト clerk", "", "受付"]
    assert "attachment" in response["Content-Disposition"]
    assert AuditEntry.objects.filter(verb="app.export").count() == 1


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "＝", " =", "　＠", "\u3000="])
def test_csv_runs_no_formula(start, dental, add, client_as):
    add(1, 内容=f"x\n{start}", 氏名=f"名前{start}")
    add(1, 種類="むし歯", 氏名=f"{start}HYPERLINK(1)")
    rows = read(client_as("clerk").get(BASE + "csv/", {"col": ["氏名"], "sort": "レコード番号"}), "utf-8-sig")
    assert rows[1] == [f"名前{start.rstrip()}"]
    assert rows[2][0].startswith("'")


def test_csv_for_old_excel(dental, add, client_as):
    add(1, 氏名="高島〜平 − 🦷 髙")
    response = client_as("clerk").get(BASE + "csv/", {"charset": "cp932", "geta": "1", "col": ["氏名"]})
    assert read(response, "cp932")[1] == ["高島～平 － 〓 髙"]
    assert client_as("clerk").get(BASE + "csv/", {"charset": "utf-7"}).status_code == 422


def test_csv_needs_the_right(dental, add, client_as):
    add(1)
    assert client_as("manager", "head").get(BASE + "csv/").status_code == 200, "the head is in the section"


def test_calendar_places_records(dental, add, client_as):
    slot = facade.slots(app="dental", field="枠")[0]
    add(1, 枠=slot.starts_at.isoformat(), 生年月日="2024-05-03")
    page = client_as("clerk").get(BASE + "calendar/", {"view": "誕生日", "month": "2024-05"})
    text = page.content.decode()
    assert "憲法記念日" in text
    assert [d.date.day for d in page.context["days"]] == [3]
    assert page.context["month_label"] == "令和6年（2024年）5月"
    month = slot.starts_at.astimezone(__import__("zoneinfo").ZoneInfo("Asia/Tokyo"))
    page = client_as("clerk").get(BASE + "calendar/", {"view": "暦", "month": f"{month:%Y-%m}"})
    assert page.context["days"][0].entries[0].time == "9:00"
