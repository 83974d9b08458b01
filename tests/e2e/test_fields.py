"""Fields that come and go, keys that are suggested, rich text with buttons: in a browser, with and without JavaScript."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest

from tests.e2e.conftest import clean_env

MAKE = """
import django; django.setup()
from tomoni.core.actor import system
from tomoni.records import facade
from tomoni.records.schema.spec import AppSpec, FieldSpec as F, RightSpec
rights, me = (RightSpec("staff", ("view", "add", "edit")),), system("test")
facade.create_app(actor=me, spec=AppSpec(code="halls", name="施設", rights=rights, fields=(
    F("番号", "text", "番号"), F("名称", "text", "名称"), F("料金", "number", "料金"))))
facade.create_record(actor=me, app="halls", values={"番号": "A-1", "名称": "中央体育館", "料金": "1200"})
pick = {"app": "halls", "key": "番号", "show": ["名称"], "copies": [{"from": "名称", "to": "施設名"}, {"from": "料金", "to": "料金"}]}
facade.create_app(actor=me, spec=AppSpec(code="bookings", name="利用の申込", rights=rights, fields=(
    F("施設", "lookup", "施設", options=pick), F("施設名", "text", "施設名"), F("料金", "number", "料金"),
    F("時間", "number", "時間"), F("使用料", "calc", "使用料", options={"formula": "料金 * 時間", "unit": "円"}),
    F("配慮", "radio", "配慮", options={"choices": ["いる", "いらない"]}),
    F("内容", "text", "配慮の内容", required=True, visible_if='配慮 = "いる"'),
    F("多い", "text", "人数の多い理由", visible_if="時間 >= 3"),
    F("備考", "richtext", "備考"),
)))
"""


@pytest.fixture(scope="module")
def bookings(server):
    """The apps, made beside the running server."""
    env = clean_env() | {"TOMONI_DATA": str(server.data), "DJANGO_SETTINGS_MODULE": "tomoni.config.settings"}
    env["PYTHONPATH"] = os.environ.get("PYTHONPATH", "")
    done = subprocess.run([sys.executable, "-c", MAKE], env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]


RECORD = re.compile(r"/build/apps/bookings/\d+/(#|$)")
FORM = "/build/apps/bookings/new/"


def row(page, code):
    return page.locator(f'[data-field="{code}"]')


def test_fields_come_and_go_and_a_key_fills_in_the_rest(visitor, bookings):
    page = visitor.sign_in("dx").go(FORM)
    assert not row(page, "内容").is_visible()
    page.check('input[name="配慮"][value="いる"]')
    assert row(page, "内容").is_visible()
    page.check('input[name="配慮"][value="いらない"]')
    assert not row(page, "内容").is_visible()
    page.fill('[name="時間"]', "２")
    assert not row(page, "多い").is_visible()
    page.fill('[name="時間"]', "３")
    assert row(page, "多い").is_visible()
    page.locator('[name="施設"]').press_sequentially("a-")
    page.locator("datalist option").wait_for(state="attached")
    assert "中央体育館" in page.locator("datalist option").get_attribute("label")
    page.fill('[name="施設"]', "A-1")
    page.locator(".rich--edit").click()
    page.keyboard.type("持ち物の")
    page.get_by_role("button", name="太字").click()
    page.keyboard.type("一覧")
    assert visitor.axe() == []
    assert visitor.fits()
    visitor.shot("fields-form")
    page.click(".actions .btn--primary")
    page.wait_for_url(RECORD)
    shown = page.content()
    assert "中央体育館" in shown
    assert "3,600円" in shown
    assert page.locator(".rich b, .rich strong").inner_text() == "一覧"
    assert visitor.axe() == []
    assert visitor.fits()
    assert visitor.problems == []


def test_without_javascript_the_server_decides(new_visitor, bookings):
    visitor = new_visitor("phone", javascript=False)
    page = visitor.sign_in("dx").go(FORM)
    assert row(page, "内容").is_visible()
    page.check('input[name="配慮"][value="いる"]')
    page.fill('[name="備考"]', "一つめ\n\n二つめ")
    page.click(".actions .btn--primary")
    assert page.locator("[data-error-summary] li").count() == 1
    page.check('input[name="配慮"][value="いらない"]')
    page.fill('[name="内容"]', "消える")
    page.click(".actions .btn--primary")
    page.wait_for_url(RECORD)
    assert page.locator(".rich p").all_inner_texts() == ["一つめ", "二つめ"]
    assert "消える" not in page.content()
