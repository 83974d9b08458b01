"""The loop, as people walk it: see → choose → build → connect → together → and round again. At both sizes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.e2e.conftest import ROOT

SAMPLES = ROOT / "src" / "tomoni" / "workload" / "samples"
TASK = "std-0731"
pytestmark = pytest.mark.e2e


def press(page, name: str) -> None:
    page.get_by_role("button", name=name).first.click()


def upload(visitor, file: Path, kind: str, title: str, year: str) -> None:
    page = visitor.go("/see/intakes/new/")
    page.check(f"[name=kind][value={kind}]")
    page.fill("[name=title]", title)
    page.select_option("[name=fiscal_year]", year)
    page.set_input_files("[name=file]", str(file))
    press(page, "読み取って確かめる")


class TestSee:
    """みる: nothing is stored until confirmed; bad rows are named with line and reason."""

    def test_a_dirty_survey_is_previewed_and_only_good_rows_enter(self, visitor):
        visitor.sign_in("dx")
        title = f"直しの要る調査票 {visitor.size}"
        upload(visitor, SAMPLES / "survey_dirty.csv", "survey", title, "2026")
        page = visitor.page
        text = page.inner_text("main")
        assert "取り込めない行" in text
        assert "Shift_JIS" in text
        assert "24時間を超えています" in text
        assert not visitor.axe()
        here = page.url
        visitor.go("/see/hours/?year=2026")
        before = page.inner_text("main")
        page.goto(here)
        press(page, "良い行だけ")
        page.wait_for_url(re.compile(r"/see/"))
        visitor.go("/see/hours/?year=2026")
        assert page.inner_text("main") != before
        # Taken back, so that the other window size begins where this one did.
        page.goto(here)
        page.get_by_text("この取込を取り消す").click()
        press(page, "取り消す")
        page.wait_for_load_state()

    def test_the_work_map_shows_hours_coverage_and_candidates(self, visitor):
        visitor.sign_in("manager")
        page = visitor.go("/see/hours/?year=2025")
        text = page.inner_text("main")
        assert "把握率" in text
        assert "健康推進課" in text
        assert "事務作業" in text
        assert not visitor.axe()
        visitor.shot("work-map")

    def test_procedures_are_searched_with_two_characters_and_sorted(self, visitor):
        visitor.sign_in("clerk")
        page = visitor.go("/see/procedures/?q=転入")
        assert page.locator("main table tbody tr").count() >= 2
        assert "転入" in page.locator("main table tbody tr").first.inner_text()
        visitor.shot("procedures")


def answer_review(page) -> None:
    """Answer the four questions; only the last one saves hours."""
    for question, do in (("eliminate", False), ("combine", False), ("rearrange", False), ("simplify", True)):
        page.check(f"[name={question}-decision][value={'do' if do else 'not'}]")
        page.fill(
            f"[name={question}-reason]",
            "窓口に来なくても予約できるようにする。" if do else "法令で定められている。",
        )
        if do:
            for level, hours in (("low", "80"), ("mid", "120"), ("high", "160")):
                page.fill(f"[name={question}-{level}]", hours)
        press(page, "保存して次へ")
        page.wait_for_load_state()


def write_challenge(page, title: str) -> None:
    """Fill in what a challenge needs before it begins."""
    page.fill("[name=title]", title)
    page.check("[name=kind][value=build]")
    page.select_option("[name=owner_id]", index=1)
    page.fill("[name=hypothesis]", "スマートフォンで受け付ければ、1件の作業時間は半分になる。")
    page.fill("[name=due_on]", "令和9年3月31日")
    page.select_option("[name=figure]", index=1)
    page.fill("[name=baseline]", "23")
    page.fill("[name=target]", "8")
    page.fill("[name=what_consult]", "気になる家庭への電話相談")
    page.fill("[name=planned_consult]", "12")
    press(page, "取組をつくる")


class TestChooseAndBuild:
    """えらぶ and つくる: four questions in order, a challenge, a kit, a new field."""

    def test_from_a_task_to_a_challenge_with_a_kit_and_a_new_field(self, visitor):
        visitor.sign_in("dx")
        page = visitor.go(f"/see/tasks/{TASK}/")
        page.get_by_role("link", name="見直す").first.click()
        assert page.locator("[name=combine-decision]").count() == 0, (
            "the next question opens only after the former"
        )
        answer_review(page)
        page.get_by_role("link", name=re.compile("取組をつくる|取組にする")).first.click()
        title = f"予約の受付を軽くする {visitor.size}"
        write_challenge(page, title)
        page.wait_for_url(re.compile(r"/choose/challenges/\d+/$"))
        assert title in page.inner_text("h1")
        challenge = page.url
        page.get_by_role("link", name=re.compile("キット|道具")).first.click()
        page.get_by_role("button", name=re.compile("入れる")).first.click()
        page.wait_for_load_state()
        page.goto(challenge)
        page.locator("main a[href*='/build/apps/']").first.click()
        app = re.search(r"/build/apps/([^/]+)/", page.url).group(1)
        self.add_a_field(visitor, app)

    def add_a_field(self, visitor, app: str) -> None:
        page = visitor.go(f"/build/apps/{app}/form/")
        page.get_by_role("button", name="文字（1行）", exact=True).click()
        page.wait_for_selector("#draftbar.is-open")
        visitor.shot("builder-add")
        page.fill("#label", "希望の会場")
        page.get_by_role("button", name="下書きに保存する").click()
        names = page.locator("#canvas .piece__name")
        names.filter(has_text="希望の会場").wait_for(state="attached")
        before = names.all_inner_texts().index("希望の会場")
        page.get_by_role("button", name="上へ").first.click()
        page.wait_for_function(
            "n => [...document.querySelectorAll('#canvas .piece__name')][n]?.textContent === '希望の会場'",
            arg=before - 1,
        )
        page.get_by_role("link", name="変更点を見て反映する").click()
        page.get_by_role("button", name="反映する").click()
        page.wait_for_load_state()
        assert "変更はありません" in page.inner_text("#draftbar")


FORM = "/f/dental-reception/"


def fill_form(page, child: str, mail: str = "") -> None:
    """Answer every question of the reception form, whatever its order."""
    for _step in range(20):
        if page.locator("form [name]").count() == 0 or "/check/" in page.url:
            break
        answer_question(page, child, mail)
        page.get_by_role("button", name=re.compile("次の質問へ進む|内容を確かめる")).click()
        page.wait_for_load_state()


def answer_question(page, child: str, mail: str) -> None:
    heading = page.inner_text("h1")
    box = page.locator(
        "main form input[type=text], main form input:not([type]), main form input[type=email], main form input[type=tel], main form textarea"
    )
    if "誕生日" in heading or "生年月日" in heading:
        box.first.fill("令和5年4月3日")
    elif "電話" in heading and box.count():
        box.first.fill("0000-11-2233")
    elif "メール" in heading and box.count():
        box.first.fill(mail)
    elif page.locator("main form input[type=radio]:not([disabled])").count():
        folded = page.locator("main form details:not([open])").filter(has=page.locator("input[type=radio]"))
        if folded.count() and not page.locator("main form input[type=radio]:not([disabled]):visible").count():
            folded.first.locator("summary").click()
        page.locator("main form input[type=radio]:not([disabled]):visible").first.check()
    elif page.locator("main form input[type=checkbox]").count():
        page.locator("main form input[type=checkbox]").first.check()
    elif "ふりがな" in heading:
        box.first.fill("やまだ はなこ")
    elif box.count():
        box.first.fill(child if "お子さん" in heading else "山田 花子")


class TestConnect:
    """つながる: a resident applies on a phone without an account; staff see and process it; mail leaves."""

    def test_with_javascript_errors_are_announced_and_the_receipt_is_large(self, visitor):
        page = visitor.go(FORM)
        assert not visitor.axe()
        press(page, "始める")
        page.wait_for_load_state()
        visitor.shot("question")
        press(page, "次の質問へ進む")
        page.wait_for_load_state()
        assert page.locator("[role=alert]").count() == 1
        assert page.title().startswith("エラー")
        assert not visitor.axe()
        fill_form(page, f"山田 {visitor.size}", "hanako@example.jp")
        assert "/check/" in page.url
        assert not visitor.axe()
        visitor.shot("check")
        self.send(page)
        receipt = self.receipt(page)
        visitor.shot("receipt")
        self.status(visitor, receipt)
        self.process(visitor, f"山田 {visitor.size}")
        self.status_done_and_answer(visitor, receipt)

    def send(self, page) -> None:
        if page.locator("main form input[type=checkbox]").count():
            page.locator("main form input[type=checkbox]").first.check()
        assert "/check/" in page.url, page.inner_text("main")
        page.get_by_role("button", name=re.compile("送る|申し込む|送信")).first.click()
        page.wait_for_load_state()

    def receipt(self, page) -> str:
        found = re.search(r"R\d+(?:-[0-9A-Z]{4,5}){3}", page.inner_text("main"))
        assert found, page.inner_text("main")
        return found.group()

    def look_up(self, visitor, receipt: str) -> None:
        page = visitor.go("/r/")
        page.locator("main form input[type=text], main form input:not([type])").nth(0).fill(receipt)
        page.locator("main form input[type=text], main form input:not([type])").nth(1).fill("令和5年4月3日")
        page.locator("main form button[type=submit]").first.click()
        page.wait_for_load_state()

    def status(self, visitor, receipt: str) -> None:
        self.look_up(visitor, receipt)
        assert "受け付け" in visitor.page.inner_text("main") or "受付" in visitor.page.inner_text("main")
        assert not visitor.axe()
        visitor.shot("status")

    def process(self, visitor, child: str) -> None:
        """The clerk finds it in the list at once and takes it to the end."""
        context = visitor.page.context.browser.new_context(
            viewport=visitor.page.viewport_size, locale="ja-JP", timezone_id="Asia/Tokyo"
        )
        clerk = type(visitor)(context.new_page(), visitor.server, visitor.size).sign_in("clerk")
        page = clerk.go("/build/apps/dental-reception/")
        page.get_by_role("link", name=child).first.click()
        page.wait_for_load_state()
        clerk.shot("record")
        press(page, "電話 5分")
        page.wait_for_load_state()
        for action in ("確認を始める", "完了にする"):
            press(page, action)
            page.wait_for_load_state()
        assert "完了" in page.inner_text("main")
        page = clerk.go("/connect/mail/")
        page.wait_for_function("document.body.innerText.includes('送') ", timeout=10_000)
        context.close()

    def status_done_and_answer(self, visitor, receipt: str) -> None:
        self.look_up(visitor, receipt)
        page = visitor.page
        assert "わかりやすかったですか" in page.inner_text("main")
        page.locator("main form input[type=radio][value='5']").first.check()
        page.locator("main form textarea").first.fill("早く終わりました。")
        page.get_by_role("button", name=re.compile("送る|答える")).first.click()
        page.wait_for_load_state()
        assert "ありがとう" in page.inner_text("main")

    def test_without_javascript_one_can_save_come_back_and_send(self, new_visitor):
        visitor = new_visitor("phone", javascript=False)
        page = visitor.go(FORM)
        press(page, "始める")
        answer_question(page, "鈴木 そら", "")
        press(page, "一時保存して、あとで続ける")
        page.wait_for_load_state()
        link = re.search(
            r"https?://\S+/f/dental-reception/\S+", page.inner_text("main") + " " + page.content()
        )
        assert link, page.inner_text("main")
        target = re.split(r"[\"<\s]", link.group())[0]
        other = new_visitor("phone", javascript=False)
        page = other.go(target)
        if page.get_by_role("button", name="次の質問へ進む").count() == 0:
            page.get_by_role("link", name=re.compile("続き")).or_(
                page.get_by_role("button", name=re.compile("続き"))
            ).first.click()
        fill_form(page, "鈴木 そら", "sora@example.jp")
        self.send(page)
        assert self.receipt(page)

    def test_a_wrong_birth_date_and_an_unknown_number_say_the_same(self, new_visitor):
        visitor = new_visitor("phone")
        self.look_up(visitor, "R8-AAAA-BBBB-CCCC")
        text = visitor.page.inner_text("main")
        assert "R8" in text or "見つかりません" in text or "確かめ" in text


class TestTogetherAndRoundAgain:
    """ともに and back to みる: answers and measured effect reach the challenge and the map."""

    def test_the_challenge_shows_what_was_measured_and_is_decided(self, visitor):
        visitor.sign_in("manager")
        page = visitor.go("/choose/challenges/1/")
        text = page.inner_text("main")
        for word in ("経過日数", "作業時間", "生み出した時間の使い道", "わかりやすかったですか"):
            assert word in text
        assert not visitor.axe()
        visitor.shot("challenge")

    def test_answers_are_read_in_together(self, visitor):
        visitor.sign_in("dx")
        visitor.go("/together/voices/")
        visitor.page.locator("main table a, main li a").first.click()
        assert "わかりやすかったですか" in visitor.page.inner_text("main")
        visitor.shot("voices")


def test_home_of_each_role(visitor):
    for role in ("clerk", "dx", "manager"):
        visitor.sign_in(role)
        assert "今日" in visitor.page.inner_text("h1")
        assert not visitor.axe()
        visitor.shot(f"home-{role}")
        visitor.page.context.clear_cookies()
