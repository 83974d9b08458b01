"""A dental reception app, much as the kit defines it."""

from __future__ import annotations

from tomoni.records.schema.spec import ActionSpec, AppSpec, FieldSpec, RightSpec, StateSpec, ViewSpec

FIELDS = (
    FieldSpec(code="氏名", type="text", label="お名前", required=True, personal="personal", purpose="受付"),
    FieldSpec(code="相談", type="multiline", label="相談したいこと"),
    FieldSpec(
        code="人数", type="number", label="人数", options={"min": 0, "max": 100, "digits": 0, "unit": "人"}
    ),
    FieldSpec(
        code="区分", type="choice", label="区分", options={"choices": ["はじめて", "2回目", "それ以上"]}
    ),
    FieldSpec(
        code="希望", type="multichoice", label="希望", options={"choices": ["フッ素", "相談", "歯みがき"]}
    ),
    FieldSpec(code="生年月日", type="date", label="生年月日"),
    FieldSpec(code="連絡時刻", type="datetime", label="連絡してよい時刻"),
    FieldSpec(code="担当", type="user", label="担当"),
    FieldSpec(code="担当課", type="department", label="担当課"),
    FieldSpec(code="写真", type="file", label="写真", options={"max_count": 3}),
    FieldSpec(code="場所", type="location", label="場所"),
    FieldSpec(code="予約", type="slot", label="予約枠", options={"capacity": 2}),
)
STATES = (
    StateSpec("受付", "new"),
    StateSpec("確認", "doing"),
    StateSpec("完了", "done"),
    StateSpec("取消", "stop"),
)
ACTIONS = (
    ActionSpec("確認する", "受付", "確認"),
    ActionSpec("完了する", "確認", "完了", condition="人数 >= 1"),
    ActionSpec("取り消す", "受付", "取消"),
    ActionSpec("取り消す", "確認", "取消"),
    ActionSpec("戻す", "取消", "受付", who=("role:dx",)),
)


def dental(**more) -> AppSpec:
    base = {
        "code": "dental",
        "name": "歯科相談",
        "fields": FIELDS,
        "states": STATES,
        "actions": ACTIONS,
        "views": (ViewSpec("一覧", columns=("氏名", "人数"), query="order by 人数 asc"),),
        "rights": (
            RightSpec("staff", ("view", "add", "edit", "delete", "import", "export")),
            RightSpec("form", ("add",)),
        ),
        "title_field": "氏名",
        "task_id": "T-1",
    }
    return AppSpec(**{**base, **more})
