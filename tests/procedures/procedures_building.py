"""What the room's tests build: an app with a process and slots, its form, and a phone without JavaScript."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any


def build_app(actor: Any) -> str:
    """An app that staff run and a form may add to; three slots of one seat."""
    from tomoni.core import clock
    from tomoni.records import facade as records
    from tomoni.records.schema.spec import ActionSpec, AppSpec, FieldSpec, RightSpec, StateSpec

    personal: dict[str, Any] = {"personal": "personal", "purpose": "予約の連絡のため"}
    spec = AppSpec(
        code="dental",
        name="歯科相談",
        title_field="氏名",
        task_id="std-0731",
        fields=(
            FieldSpec("氏名", "text", "氏名", required=True, options={"max_length": 60}, **personal),
            FieldSpec("生年月日", "date", "生年月日", required=True, **personal),
            FieldSpec("方法", "choice", "連絡の方法", required=True, options={"choices": ["メール", "電話"]}),
            FieldSpec("メール", "text", "メールアドレス", options={"max_length": 254}, **personal),
            FieldSpec("日時", "slot", "希望の日時", required=True, options={"capacity": 1}),
            FieldSpec("写真", "file", "写真", options={"max_count": 2, "kinds": ["image", "pdf"]}),
            FieldSpec("備考", "multiline", "備考"),
        ),
        states=(
            StateSpec("受付", "new"),
            StateSpec("確認", "doing"),
            StateSpec("完了", "done"),
            StateSpec("取消", "stop"),
        ),
        actions=(
            ActionSpec("確認する", "受付", "確認", who=("staff",)),
            ActionSpec("完了にする", "確認", "完了", who=("staff",)),
            ActionSpec("却下する", "受付", "取消", who=("staff",)),
            ActionSpec("取り消す", "受付", "取消", who=("staff",)),
        ),
        rights=(
            RightSpec("staff", ("view", "add", "edit")),
            RightSpec("role:dx", ("view", "add", "edit", "delete", "manage")),
            RightSpec("form", ("add",)),
        ),
    )
    records.create_app(actor=actor, spec=spec)
    start = (clock.now() + timedelta(days=3)).replace(minute=0, second=0, microsecond=0)
    records.add_slots(
        actor=actor,
        app="dental",
        field="日時",
        slots=[
            records.SlotSpec(
                start + timedelta(hours=n),
                start + timedelta(hours=n, minutes=30),
                capacity=1,
                place="保健センター",
            )
            for n in range(3)
        ],
    )
    return "dental"


def build_form(actor: Any) -> Any:
    """A published form with a conditional mail question."""
    from tomoni.procedures.actions.create_form import create_form
    from tomoni.procedures.actions.edit_questions import update_question
    from tomoni.procedures.actions.publish_form import publish_form

    made = create_form(actor=actor, app="dental", title="歯科相談を予約する")
    mail = made.questions.get(field_code="メール")
    rule = {"visible_field": "方法", "visible_op": "is", "visible_value": "メール", "required": True}
    update_question(actor=actor, question=mail, changes=rule)
    return publish_form(actor=actor, form=made)


class Resident:
    """A phone without JavaScript: follows the form page by page."""

    def __init__(self, slug: str) -> None:
        from django.test import Client

        self.client = Client(HTTP_ACCEPT_LANGUAGE="ja")
        self.slug = slug
        self.token = ""

    def start(self) -> str:
        answer = self.client.post(f"/f/{self.slug}/")
        assert answer.status_code == 302, answer.content
        self.token = re.fullmatch(rf"/f/{self.slug}/([\w-]+)/1/", answer["Location"]).group(1)  # type: ignore[union-attr]
        return self.token

    def path(self, rest: str = "") -> str:
        return f"/f/{self.slug}/{self.token}/{rest}"

    def answer(self, n: int, code: str, value: Any, **extra: Any) -> Any:
        return self.client.post(self.path(f"{n}/"), {"code": code, code: value, **extra})

    def fill(self, answers: dict[str, Any]) -> Any:
        """Answer every question asked until the summary; returns its address."""
        where = self.path("1/")
        for _step in range(20):
            if where.endswith("/check/"):
                return where
            page = self.client.get(where)
            assert page.status_code == 200, (where, page.status_code)
            code = re.search(r'name="code" value="([^"]+)"', page.content.decode()).group(1)  # type: ignore[union-attr]
            reply = self.client.post(where, {"code": code, code: answers.get(code, "")})
            assert reply.status_code == 302, code
            where = reply["Location"]
        raise AssertionError("no end")

    def send(self) -> Any:
        return self.client.post(self.path("check/"), {"consent": "yes"})

    def number(self) -> str:
        page = self.client.get(self.path("done/"))
        assert page.status_code == 200
        return str(re.search(r"receipt__number\">([^<]+)<", page.content.decode()).group(1))  # type: ignore[union-attr]
