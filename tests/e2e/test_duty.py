"""Approvals, rights and deputies in the browser, on a phone and at a desk."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.e2e.conftest import clean_env

MAKE = """
import django; django.setup()
from tomoni.core.actor import system
from tomoni.people.models import User
from tomoni.records import facade
from tomoni.records.schema.spec import *
dx, boss = (User.objects.get(username=n).pk for n in ("dx", "manager"))
both = (f"user:{dx}", f"user:{boss}")
code = "ringi-" + SIZE
if any(a.code == code for a in facade.apps(actor=system("test"))):
    raise SystemExit
facade.create_app(actor=system("test"), spec=AppSpec(
    code=code, name="購入の伺い", title_field="件名",
    fields=(FieldSpec("件名", "text", "件名", required=True), FieldSpec("見積額", "number", "見積額", options={"unit": "円", "digits": 0})),
    states=(StateSpec("起案", "new"), StateSpec("課長の確認", "wait", assignee=AssigneeSpec("all", both), deadline_days=3,
            escalate=("head",)), StateSpec("完了", "done"), StateSpec("取りやめ", "stop")),
    actions=(ActionSpec("確認に回す", "起案", "課長の確認", primary=True), ActionSpec("認める", "課長の確認", "完了", primary=True),
             ActionSpec("差し戻す", "課長の確認", "起案"), ActionSpec("取りやめる", "起案", "取りやめ")),
    rights=(RightSpec("staff", ("view", "add", "edit")), RightSpec("role:dx", ("manage",))),
    settings={"returns": ["role:manager"]},
))
facade.create_record(actor=system("test"), app=code, values={"件名": "紙折り機", "見積額": "280000"})
"""


@pytest.fixture
def ringi(server, size):
    """The app, made beside the running server, one for each window."""
    env = clean_env() | {"TOMONI_DATA": str(server.data), "DJANGO_SETTINGS_MODULE": "tomoni.config.settings"}
    env["PYTHONPATH"] = os.environ.get("PYTHONPATH", "")
    code = f"SIZE = {size!r}\n{MAKE}"
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return f"/build/apps/ringi-{size}"


def good(visitor, name):
    """The page stands: no barrier, nothing cut off, no message in the console."""
    visitor.shot(name)
    assert visitor.axe() == []
    assert visitor.fits()
    assert visitor.problems == []


def test_two_people_approve_and_the_page_says_who_is_missing(ringi, visitor, new_visitor, size):
    visitor.sign_in("dx")
    visitor.go(f"{ringi}/1/")
    visitor.page.get_by_role("button", name="確認に回す").first.click()
    visitor.page.get_by_role("button", name="認める").first.click()
    visitor.page.wait_for_load_state()
    assert "あと1人の処理を待っています" in visitor.page.content()
    good(visitor, "approval")
    other = new_visitor(size).sign_in("manager")
    other.go(f"{ringi}/1/")
    other.page.get_by_text("前の状態に戻す", exact=True).click()
    other.page.fill("#back-why", "見積書がありません")
    other.page.get_by_role("button", name="戻す", exact=True).click()
    other.page.wait_for_load_state()
    assert "見積書がありません" in other.page.content()
    good(other, "returned")


def test_the_process_is_set_in_words(ringi, visitor):
    visitor.sign_in("dx")
    visitor.go(f"{ringi}/process/")
    visitor.page.locator("#h-duties ~ .stack summary").nth(1).click()
    visitor.page.fill("[name='deadline.1']", "5")
    good(visitor, "process")
    visitor.page.get_by_role("button", name="保存する").click()
    visitor.page.wait_for_load_state()
    assert "5日を過ぎると作業者に知らせます" in visitor.page.content()
    visitor.go(f"{ringi}/stuck/")
    good(visitor, "stuck")


def test_a_field_is_hidden_and_the_trial_says_why(ringi, visitor, new_visitor, size):
    visitor.sign_in("dx")
    visitor.go(f"{ringi}/rights/")
    visitor.page.get_by_text("項目の規則を足す").click()
    visitor.page.select_option("#fr-field", "見積額")
    visitor.page.select_option("#fr-who", "role:dx")
    visitor.page.locator("#fr-level ~ .btn-row button, form:has(#fr-level) button").last.click()
    visitor.page.wait_for_load_state()
    visitor.page.fill("#t-person", "clerk")
    visitor.page.select_option("#t-field", "見積額")
    visitor.page.get_by_role("button", name="確かめる").click()
    visitor.page.wait_for_load_state()
    assert "この人に許す行がありません" in visitor.page.content()
    good(visitor, "rights")
    clerk = new_visitor(size).sign_in("clerk")
    clerk.go(f"{ringi}/")
    assert "紙折り機" in clerk.page.content()
    assert "280" not in clerk.page.inner_text("main")
    assert "見積額" not in clerk.page.content()


def test_a_deputy_is_named(visitor):
    visitor.sign_in("manager")
    visitor.go("/build/duty/")
    visitor.page.fill("#deputy", "dx")
    visitor.page.get_by_role("button", name="代理を決める").click()
    visitor.page.wait_for_load_state()
    good(visitor, "deputy")
