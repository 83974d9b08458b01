"""Format 1: the reception kit is right, every kind of fault is named with its line, what is written reads back the same."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from tomoni.kits import registry
from tomoni.kits.format import appdata, schema
from tomoni.kits.format.codec import dump, load
from tomoni.kits.format.problems import KitInvalid
from tomoni.kits.format.shape import Dict, Either, ListOf, Map
from tomoni.records.schema.spec import ActionSpec, AppSpec, RightSpec


def faults(text):
    with pytest.raises(KitInvalid) as caught:
        load(text)
    return [(p.line, p.path, str(p.message)) for p in caught.value.problems]


def test_the_reception_kit_says_what_the_issue_asks(reception):
    kit = load(reception)
    assert kit.task_id == "std-0731"
    assert kit.spec.code == "dental-reception"
    assert 8 <= len(kit.spec.fields) <= 10
    assert [(s.name, s.kind) for s in kit.spec.states] == [
        ("受付", "new"),
        ("確認", "doing"),
        ("完了", "done"),
        ("取消", "stop"),
    ]
    assert kit.steps == {"受付": "受付", "確認": "確認", "完了": "通知"}
    assert {a.name for a in kit.spec.actions} >= {"確認を始める", "完了にする", "差し戻す", "取り消す"}
    assert {v.kind for v in kit.spec.views} == {"list", "calendar"}
    assert len(kit.automations) == 1
    assert kit.slots[0].field == "希望の日時"
    assert kit.slots[0].capacity == 4
    assert set(kit.parts) == {"form"}


def test_every_personal_field_of_the_reception_kit_has_purpose_and_retention(reception):
    for field in load(reception).spec.fields:
        if field.code not in ("希望の日時", "連絡の方法"):
            assert field.personal in ("personal", "sensitive"), field.code
            assert field.purpose, field.code
            assert field.retention_years, field.code


def test_the_form_asks_each_question_in_plain_words(reception):
    kit = load(reception)
    form = kit.parts["form"]
    codes = {f.code for f in kit.spec.fields}
    for question in form["questions"]:
        assert question["field"] in codes
        assert question["text"], question
        assert question["help"], question
        assert question["why"], question
    assert "備考" not in {q["field"] for q in form["questions"]}
    assert set(form["letters"]) == set(form["status_words"]) == {s.name for s in kit.spec.states}


def test_kits_read_back_the_same(reception, small):
    for text in (reception, small):
        kit = load(text)
        assert load(dump(kit)) == kit


@pytest.mark.parametrize(
    ("old", "new", "path", "word"),
    [
        ("format: 1", "format: 2", "format", "1 と書いて"),
        ("format: 1", 'format: "1"', "format", "1 と書いて"),
        ("  code: small\n  version", "  code: ../etc\n  version", "kit.code", "英小文字"),
        ("  code: small\n  version", "  code: upload\n  version", "kit.code", "使えません"),
        ('version: "1.0"', "version: 1.0", "kit.version", "文字を書いて"),
        ("publisher: 試験町", "author: 試験町", "kit.author", "見出しはありません"),
        ("type: text", "type: ghost", "app.fields.0", "ghost"),
        ("choices: [あ, い]", "choices: []", "app.fields.2.options.choices", "個"),
        ("code: 件名, type", "code: 日, type", "app.fields.0.code", "2回"),
        ("code: 件名, type", "code: and, type", "app.fields.0", "検索の言葉"),
        ("title_field: 件名", "title_field: ない", "app.title_field", "ありません"),
        ("{name: 受付, kind: new}", "{name: 受付, kind: odd}", "app.states.0.kind", "どれか"),
        ("{name: 受付, kind: new}", "{name: 受付, kind: wait}", "app.states.0.kind", "new"),
        ("from: 受付", "from: ない", "app.actions.0.from", "ありません"),
        ("who: [section]", 'who: ["department:kenko"]', "app.actions.0.who.0", "section"),
        ("who: section,", 'who: "user:1",', "app.rights.0.who", "section"),
        ("verbs: [view, add, edit]", "verbs: [view, rule]", "app.rights.0.verbs.1", "どれか"),
        ("columns: [件名, 種類]", "columns: [件名, ない]", "app.views.0.columns.1", "ありません"),
        ("date_field: 日", "date_field: 件名", "app.views.1.date_field", "日付"),
        ("ステータス in", "ない in", "app.views.0.query", "ない"),
        ('("受付")', '("受付"', "app.views.0.query", "途中"),
        ("field: 日, weekdays", "field: 件名, weekdays", "slots.0.field", "予約枠"),
        ("weekdays: [水]", "weekdays: [wed]", "slots.0.weekdays.0", "どれか"),
        ("weekdays: [水]", "dates: [あした]", "slots.0.dates.0", "日付"),
        ("weekdays: [水],", "", "slots.0", "どちらか"),
        ('"13:00"', '"25:00"', "slots.0.times.1", "形"),
        ("{件名: 練習", "{ない: 練習", "sample.0.ない", "ありません"),
        ("  受付: 受付", "  ない: 受付", "steps", "状態"),
    ],
)
def test_each_fault_is_named_with_its_line(small, old, new, path, word):
    assert old in small
    broken = small.replace(old, new, 1)
    found = faults(broken)
    assert any(p.startswith(path) and word in message for _line, p, message in found), found
    line = next(line for line, p, _m in found if p.startswith(path))
    assert line == 1 + broken[: broken.index(new.split("\n")[0] if new else "{field: 日")].count("\n")


def test_personal_fields_need_a_purpose_and_a_period(small):
    found = faults(small.replace("label: 件名,", "label: 件名, personal: personal,"))
    assert found[0][:2] == (15, "app.fields.0")
    assert "目的" in found[0][2]


def test_faults_of_automations_have_their_line(small):
    rule = "automations:\n  - name: 知らせる\n    trigger: created\n    actions:\n      - kind: mail\n        to: nobody\n        subject: x\n        body: '{件名}'\n"
    found = faults(small + rule)
    first = small.count("\n") + 1
    assert [(line - first, path) for line, path, _m in found] == [
        (5, "automations.0.actions.0.to"),
        (7, "automations.0.actions.0.body"),
    ]


def test_a_part_nobody_registered_is_refused(small, monkeypatch):
    found = faults(small + "ghost: {a: 1}\n")
    assert found[0][1] == "ghost"
    monkeypatch.setitem(
        registry.PARTS,
        "ghost",
        registry.Part(
            "ghost",
            lambda **k: None,
            lambda **k: None,
            check=lambda data, spec: [("a", "だめ")] * (data["a"] == 1),
        ),
    )
    assert faults(small + "ghost:\n  a: 1\n") == [(small.count("\n") + 2, "ghost.a", "だめ")]
    assert load(small + "ghost: {a: 2}\n").parts == {"ghost": {"a": 2}}


def test_all_faults_are_listed_up_to_a_limit(small):
    many = small + "".join(f"ghost{i}: 1\n" for i in range(80))
    assert len(faults(many)) == 50


def test_the_word_section_becomes_the_owner_and_back():
    spec = AppSpec(
        code="a",
        name="a",
        actions=(ActionSpec("x", "s", "t", who=("section", "role:dx")),),
        rights=(RightSpec("section", ("view",)), RightSpec("form", ("add",))),
    )
    local = appdata.localize(spec, "kenko")
    assert local.rights[0].who == "department:kenko"
    assert local.actions[0].who == ("department:kenko", "role:dx")
    assert appdata.globalize(local) == (replace(spec, department_code="kenko"), [])


def test_without_an_owner_nobody_new_sees_the_records():
    spec = AppSpec(code="a", name="a", rights=(RightSpec("section", ("view",)),))
    assert appdata.localize(spec, "").rights[0].who == "role:dx"


def test_people_and_other_departments_never_leave_the_house():
    spec = AppSpec(
        code="a",
        name="a",
        department_code="kenko",
        actions=(ActionSpec("x", "s", "t", who=("user:7",)), ActionSpec("y", "s", "t")),
        rights=(
            RightSpec("user:7", ("manage",)),
            RightSpec("department:zeimu", ("view",)),
            RightSpec("staff", ("view",)),
        ),
    )
    plain, dropped = appdata.globalize(spec)
    assert plain.rights == (RightSpec("staff", ("view",)),)
    # An action that was for one person only must not become everybody's.
    assert [a.who for a in plain.actions] == [("section",), ()]
    assert dropped == ["department:zeimu", "user:7"]


def _keys(shape, found):
    if isinstance(shape, Map):
        for key, inner in {**shape.must, **shape.may}.items():
            found.add(key)
            _keys(inner, found)
    elif isinstance(shape, ListOf | Dict):
        _keys(shape.item, found)
    elif isinstance(shape, Either):
        _keys(shape.text, found)
    return found


def test_every_key_of_the_format_is_documented():
    text = (Path(__file__).resolve().parents[2] / "docs" / "develop" / "kits.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`([a-z_]+)`", text))
    missing = _keys(schema.document([]), set()) - named
    assert not missing
