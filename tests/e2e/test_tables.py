"""A table (テーブル) in a form, as people use it: with the pointer, with the keyboard, without JavaScript, on a phone."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest

from tests.e2e.conftest import clean_env

RECORD = re.compile(r"/build/apps/supplies/\d+/(#|$)")
MAKE = """
import django; django.setup()
from tomoni.core.actor import system
from tomoni.records import facade
from tomoni.records.schema.spec import AppSpec, FieldSpec as F, RightSpec
columns = (
    F("品名", "text", "品名", required=True),
    F("数量", "number", "数量", default="1", options={"unit": "個", "min": "1", "digits": 0}),
    F("必要な日", "date", "必要な日"),
)
facade.create_app(actor=system("test"), spec=AppSpec(
    code="supplies", name="物品の申請", title_field="件名",
    fields=(F("件名", "text", "件名", required=True), F("明細", "table", "申請する物", fields=columns)),
    rights=(RightSpec("staff", ("view", "add", "edit")),),
))
"""


@pytest.fixture(scope="module")
def supplies(server):
    """The app, made beside the running server."""
    env = clean_env() | {"TOMONI_DATA": str(server.data), "DJANGO_SETTINGS_MODULE": "tomoni.config.settings"}
    env["PYTHONPATH"] = os.environ.get("PYTHONPATH", "")
    done = subprocess.run([sys.executable, "-c", MAKE], env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]


def cells(page):
    """The names in the rows of the widget."""
    return page.locator("tbody [data-field$='品名'] input").evaluate_all("all => all.map(i => i.value)")


def focused(page):
    return page.evaluate(
        "document.activeElement.getAttribute('aria-label') || document.activeElement.name || ''"
    )


def fill(page, place, name, amount=""):
    row = page.locator("[data-rowset-rows] > tr").nth(place)
    row.locator("[data-field$='品名'] input").fill(name)
    if amount:
        row.locator("[data-field$='数量'] input").fill(amount)


def saved(page):
    """The rows on the record's page."""
    rows = page.locator(".in-table tbody tr")
    return [rows.nth(n).locator("td").all_inner_texts()[:2] for n in range(rows.count())]


def test_rows_are_added_moved_removed_and_saved(visitor, supplies):
    page = visitor.sign_in("dx").go("/build/apps/supplies/new/")
    page.fill("[name=件名]", "文具の補充")
    fill(page, 0, "鉛筆", "24")
    page.click("[data-rowset-add]")
    assert focused(page).endswith("品名")
    page.keyboard.type("消しゴム")
    page.keyboard.press("Alt+ArrowUp")
    assert cells(page) == ["消しゴム", "鉛筆"]
    assert focused(page).endswith("品名")
    page.click("[data-rowset-add]")
    fill(page, 2, "いらない物")
    page.click("[aria-label='3行目を消す']")
    assert focused(page) == "2行目を消す"
    page.click("[aria-label='2行目を上へ']")
    assert cells(page) == ["鉛筆", "消しゴム"]
    assert page.locator("[data-rowset-status]").inner_text() == "行を動かしました。"
    visitor.shot("table-form")
    assert visitor.axe() == []
    assert visitor.fits()
    page.click(".actions .btn--primary")
    page.wait_for_url(RECORD)
    assert [row[0] for row in saved(page)] == ["鉛筆", "消しゴム"]
    visitor.shot("table-record")
    assert visitor.axe() == []
    assert visitor.fits()
    assert visitor.problems == []


def test_an_error_in_a_cell_is_led_to(visitor, supplies):
    page = visitor.sign_in("dx").go("/build/apps/supplies/new/")
    page.fill("[name=件名]", "文具")
    fill(page, 0, "鉛筆")
    page.click("[data-rowset-add]")
    fill(page, 1, "", "多い")
    page.click(".actions .btn--primary")
    link = page.locator("[data-error-summary] li", has_text="2行目の数量").locator("a")
    link.click()
    row = page.locator("[data-rowset-rows] > tr").nth(1)
    assert row.locator(".error").count() == 2
    assert row.locator("[data-field$='数量'] input").get_attribute("aria-invalid") == "true"
    assert visitor.axe() == []
    assert visitor.fits()


@pytest.mark.parametrize("window", ["phone", "desktop"])
def test_without_javascript(new_visitor, supplies, window):
    visitor = new_visitor(window, javascript=False)
    page = visitor.sign_in("dx").go("/build/apps/supplies/new/")
    page.fill("[name=件名]", "書類の棚")
    fill(page, 0, "棚")
    page.locator("[name='明細.0.品名']").press("Enter")  # sends the form, not a button of the table
    page.wait_for_url(RECORD)
    page.click("a:has-text('内容を直す')")
    page.click("[data-rowset-add]")
    fill(page, 1, "仕切り", "4")
    page.click("[aria-label='2行目を上へ']")
    page.click("[data-rowset-add]")
    page.click("[aria-label='3行目を消す']")
    page.click(".actions .btn--primary")
    page.wait_for_url(RECORD)
    assert [row[0] for row in saved(page)] == ["仕切り", "棚"]
