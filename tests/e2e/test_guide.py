"""The steps of docs/guide, walked on the fresh demo: what a page tells to press is there, and its picture is taken.

`tools/pictures.py` runs this file and copies the pictures to docs/guide/images.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from tests.e2e.conftest import ROOT, SIZES, Visitor
from tests.e2e.test_loop import FORM, SAMPLES, TASK, fill_form, press

PICTURES = ROOT / "test-results" / "guide"
APP = "/build/apps/dental-reception"
KEEPING = "/build/keeping/apps/dental-reception"
TRANSFER = "/build/transfer/dental-reception"
QUALITIES, MOST_BYTES = (72, 55, 40), 120_000


@dataclass(frozen=True)
class Step:
    """A page of the guide: who opens it, what stands there, and what the picture begins with."""

    name: str
    role: str
    path: str
    words: tuple[str, ...]
    begin: str = ""
    before: Callable[[Any], None] | None = None


def first_record(page: Any) -> None:
    page.locator("main table tbody a:visible").first.click()
    page.wait_for_load_state()


def preview(page: Any) -> None:
    page.check("[name=kind][value=survey]")
    page.fill("[name=title]", "令和8年度 業務量調査")
    page.select_option("[name=fiscal_year]", "2026")
    page.set_input_files("[name=file]", str(SAMPLES / "survey_dirty.csv"))
    press(page, "読み取って確かめる")
    page.wait_for_load_state()


def calculations(page: Any) -> None:
    button = page.locator("#palette button[value='field:calc']")
    if not button.is_visible():
        button.locator("xpath=ancestor::details").locator("summary").click()
    page.locator("#palette button[value='field:calc_time']").scroll_into_view_if_needed()


def mapping(page: Any) -> None:
    lines = "保護者の氏名,電話番号,相談したいこと\n見本 花子,0123-00-0000,歯みがきのしかた\n"
    page.set_input_files(
        "[name=file]", {"name": "予約.csv", "mimeType": "text/csv", "buffer": lines.encode()}
    )
    press(page, "つぎへ: 列を確かめる")
    page.wait_for_load_state()


STEPS = (
    Step("home", "clerk", "/", ("あなたを待っている用件", "前に見てから変わったこと")),
    Step("see-upload", "dx", "/see/intakes/new/", ("業務量調査", "支払った時間", "ひな形と見本")),
    Step("see-preview", "dx", "/see/intakes/new/", ("確かめる行", "取り込まずにやめる"), before=preview),
    Step("see-hours", "manager", "/see/hours/", ("把握率", "20の分類すべてを見る", "CSVを保存する")),
    Step("see-candidates", "manager", "/see/hours/candidates/", ("順を自分で決める",)),
    Step("see-procedures", "clerk", "/see/procedures/?q=転入", ("転入", "オンライン化", "条件をつける")),
    Step("choose-review", "dx", f"/choose/review/task/{TASK}/", ("やめる", "まとめる", "簡単にする")),
    Step("choose-challenge", "dx", "/choose/challenges/1/", ("仮説", "条件", "次を決める")),
    Step("choose-effect", "dx", "/choose/challenges/1/", ("経過日数", "作業時間"), begin="前と後"),
    Step("choose-calculation", "dx", "/choose/challenges/1/calculation/", ("生み出した時間の計算",)),
    Step("build-kits", "dx", "/build/kits/", ("キットを受け取る", "導入する")),
    Step("build-kit", "dx", "/build/kits/dental-reception/", ("このキットを導入する", "作業")),
    Step("build-list", "clerk", f"{APP}/", ("記録を登録する", "条件を足す", "列を選ぶ", "書き出す")),
    Step("build-record", "clerk", f"{APP}/", ("処理", "作業時間", "履歴"), before=first_record),
    Step("build-import", "dx", f"{TRANSFER}/", ("列の対応を確かめる", "取り込み方", "キー"), before=mapping),
    Step("talk-preferences", "dx", "/build/talk/preferences/", ("通知の受け取り方",)),
    Step("build-history", "dx", f"{APP}/1/history/?from=1&to=3", ("すべての版", "比べる", "ちがうところ")),
    Step("build-calendar", "clerk", f"{APP}/calendar/", ("予約の暦",)),
    Step("build-form", "dx", f"{APP}/form/", ("項目を足す", "元に戻す", "電話とPCでの見え方")),
    Step("build-slots", "dx", f"{APP}/slots/", ("予約枠", "定員")),
    Step("build-process", "dx", f"{APP}/process/", ("処理の流れ", "状態", "できる人")),
    Step("build-calc", "dx", f"{APP}/form/", ("計算（数）", "計算（日付）"), before=calculations),
    Step("build-chart", "clerk", f"{APP}/chart/", ("集計する",)),
    Step("build-deputies", "clerk", "/build/duty/", ("代理を決める", "始めの日", "終わりの日")),
    Step("build-rights", "dx", f"{APP}/rights/", ("この人ならどうなるか", "規則を足す")),
    Step("build-handover", "dx", f"{KEEPING}/handover/", ("印刷する", "項目")),
    Step("build-retention", "dx", f"{KEEPING}/retention/", ("保存年限", "凍結する")),
    Step("build-rules", "dx", "/build/automation/dental-reception/", ("自動処理を作る", "動いた記録を見る")),
    Step("build-rule-log", "dx", "/build/automation/dental-reception/log/", ("条件に合わない", "失敗")),
    Step("connect-form", "dx", "/connect/forms/dental-reception/", ("受付を終える", "ちらしを印刷する")),
    Step(
        "connect-enter",
        "clerk",
        "/connect/forms/dental-reception/enter/",
        ("どこで受けましたか", "受け付ける"),
    ),
    Step("connect-mail", "dx", "/connect/mail/", ("送",)),
    Step("together-voices", "dx", "/together/voices/", ("4と5の割合", "取組を見る")),
    Step("people-list", "dx", "/settings/people/", ("利用者を登録する",)),
    Step(
        "people-user",
        "dx",
        "/settings/people/1/",
        ("異動を登録する", "パスワードのリンクをつくる", "利用を止める"),
    ),
    Step("people-departments", "dx", "/settings/departments/", ("組織を加える", "いつの組織を見るか")),
)


def take(visitor: Visitor, name: str) -> None:
    """A WebP of what the window shows, small enough for a page of the guide; Chromium encodes it itself."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    session = visitor.page.context.new_cdp_session(visitor.page)
    visitor.page.evaluate("document.fonts.ready")
    for quality in QUALITIES:
        made = session.send("Page.captureScreenshot", {"format": "webp", "quality": quality})
        data = base64.b64decode(made["data"])
        if len(data) <= MOST_BYTES:
            break
    (PICTURES / f"{name}.webp").write_bytes(data)


@pytest.fixture(scope="module")
def window(server, browser):
    """One signed-in window for each role."""
    opened: dict[str, Visitor] = {}

    def of(role: str) -> Visitor:
        if role not in opened:
            context = browser.new_context(
                viewport=SIZES["desktop"], locale="ja-JP", timezone_id="Asia/Tokyo", reduced_motion="reduce"
            )
            context.set_default_timeout(10_000)
            opened[role] = Visitor(context.new_page(), server, "desktop").sign_in(role)
        return opened[role]

    yield of
    for visitor in opened.values():
        visitor.page.context.close()


@pytest.mark.parametrize("step", STEPS, ids=lambda s: s.name)
def test_a_step_of_the_guide_is_as_it_says(step, window):
    visitor = window(step.role)
    page = visitor.go(step.path)
    if step.before:
        step.before(page)
    text = page.inner_text("body")
    missing = [word for word in step.words if word not in text]
    assert not missing, f"the guide speaks of {missing}, {step.path} does not"
    if step.begin:
        heading = page.locator("main h2").filter(has_text=step.begin).first
        heading.evaluate("e => window.scrollTo(0, e.getBoundingClientRect().top + scrollY - 16)")
    take(visitor, step.name)


def test_the_residents_way_is_as_the_guide_says(new_visitor):
    visitor = new_visitor("phone")
    page = visitor.go(FORM)
    take(visitor, "resident-start")
    press(page, "始める")
    page.wait_for_load_state()
    take(visitor, "resident-question")
    fill_form(page, "見本 空", "hanako@example.jp")
    assert "変更する" in page.inner_text("main")
    take(visitor, "resident-check")
    if page.locator("main form input[type=checkbox]").count():
        page.locator("main form input[type=checkbox]").first.check()
    page.locator("main form button[type=submit]").last.click()
    page.wait_for_load_state()
    assert "受付番号" in page.inner_text("main")
    take(visitor, "resident-receipt")
