"""Staff: making and opening forms, entering what came by telephone, lists, letters, rights."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from tomoni.core.errors import Conflict, Forbidden, Invalid
from tomoni.procedures.models import Form, Submission
from tomoni.records import facade as records

pytestmark = pytest.mark.django_db


def entry(answers: dict, **extra: str) -> dict:
    return {**answers, "channel": "phone", "once": "abc", **extra}


def test_make_edit_and_open_a_form(app, client_as) -> None:
    dx = client_as("dx")
    assert dx.get("/connect/forms/new/").status_code == 200
    made = dx.post("/connect/forms/new/", {"app": app, "title": "歯科相談を予約する"})
    form = Form.objects.get()
    assert made["Location"] == f"/connect/forms/{form.slug}/"
    page = dx.get(made["Location"])
    assert page.status_code == 200
    assert Client().get(f"/f/{form.slug}/").status_code == 404
    assert dx.post(f"/connect/forms/{form.slug}/state/", {"to": "open"}).status_code == 302
    assert Client().get(f"/f/{form.slug}/").status_code == 200
    dx.post(f"/connect/forms/{form.slug}/state/", {"to": "closed"})
    assert Client().get(f"/f/{form.slug}/").status_code == 410


def test_every_page_of_a_form_opens(form, sent, client_as) -> None:
    dx = client_as("dx")
    question = form.questions.first().pk
    submission = Submission.objects.get().pk
    pages = [
        "",
        "edit/",
        "letters/",
        "poster/",
        "preview/",
        "preview/1/",
        "preview/7/",
        "enter/",
        f"questions/{question}/",
    ]
    for path in [f"/connect/forms/{form.slug}/{p}" for p in pages] + [
        "/connect/",
        "/connect/forms/",
        "/connect/submissions/",
        f"/connect/submissions/{submission}/",
        f"/connect/submissions/{submission}/letter/",
    ]:
        page = dx.get(path)
        assert page.status_code == 200, path
        text = page.content.decode()
        assert "style=" not in text, path
        assert "<script>" not in text, path
        anonymous = Client().get(path)
        assert anonymous.status_code == 302, path
        assert "/accounts/login/" in anonymous["Location"], path
    assert dx.get(f"/connect/forms/{form.slug}/preview/8/").status_code == 404


def test_settings_are_validated_and_stale_edits_refused(form, client_as) -> None:
    dx = client_as("dx")
    path = f"/connect/forms/{form.slug}/edit/"
    good = {
        "revision": form.revision, "title": "新しい題名", "minutes": "5", "verify_field": "生年月日",
        "opens_on": "令和8年4月1日", "closes_on": "2027-03-31", "applicant_actions": ["取り消す"], "title_en": "New title",
    }  # fmt: skip
    bad = dx.post(
        path, good | {"title": "", "minutes": "0", "opens_on": "いつか", "applicant_actions": ["完了にする"]}
    )
    assert bad.status_code == 422
    assert set(bad.context["edited"].errors) == {"title", "minutes", "opens_on", "applicant_actions"}
    assert dx.post(path, good).status_code == 302
    form.refresh_from_db()
    assert (form.title, form.en, form.applicant_actions) == (
        "新しい題名",
        {"title": "New title"},
        ["取り消す"],
    )
    stale = dx.post(path, good | {"title": "別の題名"})
    assert stale.status_code == 409
    text = stale.content.decode()
    assert "別の題名" in text
    assert "新しい題名" in text
    form.refresh_from_db()
    assert form.title == "新しい題名"


def test_questions_order_texts_and_rules(form, client_as, actor) -> None:
    from tomoni.procedures.actions.edit_questions import update_question

    dx = client_as("dx")
    path = f"/connect/forms/{form.slug}/questions/"
    mail = form.questions.get(field_code="メール")
    codes = lambda: [q.field_code for q in form.questions.all()]  # noqa: E731
    dx.post(path, {"do": f"up-{mail.pk}"})
    assert codes()[:4] == ["氏名", "生年月日", "メール", "方法"]
    mail.refresh_from_db()
    assert mail.visible_field == ""  # a rule cannot look ahead
    with pytest.raises(Invalid):
        update_question(actor=actor("dx"), question=mail, changes={"visible_field": "備考"})
    verify = form.questions.get(field_code="生年月日")
    dx.post(path, {"do": f"remove-{verify.pk}"})
    assert "生年月日" in codes()
    note = form.questions.get(field_code="備考")
    dx.post(path, {"do": f"remove-{note.pk}"})
    assert "備考" not in codes()
    dx.post(path, {"do": "add", "field": "備考"})
    assert codes()[-1] == "備考"
    dx.post(path, {"do": "add", "field": "備考"})
    dx.post(path, {"do": "add", "field": "ステータス"})
    assert len(codes()) == 7
    edit = dx.post(
        f"{path}{mail.pk}/",
        {"text": "メールを教えてください", "required": "yes", "help": "例", "visible_op": "is"},
    )
    assert edit.status_code == 302
    mail.refresh_from_db()
    assert (mail.text, mail.required) == ("メールを教えてください", True)
    name = form.questions.get(field_code="氏名")
    assert dx.post(f"{path}{name.pk}/", {"text": "x", "required": "no"}).status_code == 422
    for odd in ({"do": "up-abc"}, {"do": ""}, {}, {"do": "zz"}):
        assert dx.post(path, odd).status_code in (302, 404)


def test_telephone_entry_gives_the_same_receipt(form, answers, client_as) -> None:
    clerk = client_as("clerk")
    path = f"/connect/forms/{form.slug}/enter/"
    done = clerk.post(path, entry(answers))
    assert done.status_code == 302
    page = clerk.get(done["Location"]).content.decode()
    submission = Submission.objects.get()
    assert (submission.channel, submission.entered_by.username) == ("phone", "clerk")
    number = re.search(r'receipt__number">([^<]+)<', page).group(1)  # type: ignore[union-attr]
    assert Client().post("/r/", {"number": number, "proof": "2024/5/2"}).status_code == 200
    # A double press makes one.
    again = clerk.post(path, entry(answers))
    assert again["Location"] == done["Location"]
    assert Submission.objects.count() == 1


def test_agent_needs_name_relation_and_reason(form, answers, client_as) -> None:
    clerk = client_as("clerk")
    path = f"/connect/forms/{form.slug}/enter/"
    page = clerk.post(path, entry(answers, channel="proxy"))
    assert page.status_code == 422
    assert {"agent_name", "agent_relation", "agent_reason"} <= set(page.context["errors"])
    assert "見本 花子" in page.content.decode()
    agent = {"agent_name": "見本 太郎", "agent_relation": "父", "agent_reason": "入院中のため"}
    assert clerk.post(path, entry(answers, channel="proxy", **agent)).status_code == 302
    assert Submission.objects.get().agent_relation == "父"
    other = entry(answers, channel="counter", once="def", **agent)
    other["日時"] = ""
    assert clerk.post(path, other).status_code == 422


def test_entry_errors_keep_what_was_typed(form, answers, client_as) -> None:
    page = client_as("clerk").post(
        f"/connect/forms/{form.slug}/enter/", entry(answers | {"生年月日": "いつか"}, channel="")
    )
    text = page.content.decode()
    assert page.status_code == 422
    assert "見本 花子" in text
    assert "いつか" in text
    assert 'role="alert"' in text
    assert not Submission.objects.exists()
    assert records.find(actor=_system(), app="dental").total == 0


def _system():
    from tomoni.core.actor import system

    return system("t")


def test_list_finds_filters_and_hides(sent, client_as, actor) -> None:
    clerk = client_as("clerk")
    page = clerk.get("/connect/submissions/")
    assert "見本 花子" in page.content.decode()
    assert "見本 花子" not in clerk.get("/connect/submissions/?channel=phone").content.decode()
    found = clerk.get("/connect/submissions/", {"number": sent[1]})
    assert found["Location"].endswith(f"/{Submission.objects.get().pk}/")
    assert clerk.get("/connect/submissions/?number=nonsense&before=abc&form=zzz&channel=9").status_code == 200


def test_people_without_a_right_in_the_app_see_nothing(sent, form, client_as, person, monkeypatch) -> None:
    from tomoni.records.models import App
    from tomoni.records.schema import cache

    app = App.objects.get(code="dental")
    version = app.versions.order_by("-version").first()
    version.spec["rights"] = [{"who": "role:dx", "verbs": ["view", "manage"]}]
    version.save()
    cache._snapshots.clear()
    clerk = client_as("clerk")
    pk = Submission.objects.get().pk
    assert "見本 花子" not in clerk.get("/connect/submissions/").content.decode()
    for path in (
        f"/connect/submissions/{pk}/",
        f"/connect/submissions/{pk}/letter/",
        f"/connect/forms/{form.slug}/",
    ):
        assert clerk.get(path).status_code == 404, path
    assert clerk.get("/connect/submissions/", {"number": sent[1]}).status_code == 200
    assert clerk.post(f"/connect/forms/{form.slug}/enter/", {}).status_code == 404
    cache._snapshots.clear()


def test_clerks_do_not_manage(form, client_as, actor) -> None:
    from tomoni.procedures.actions.create_form import create_form
    from tomoni.procedures.actions.publish_form import close_form

    clerk = client_as("clerk")
    for path in ("edit/", "letters/"):
        assert clerk.get(f"/connect/forms/{form.slug}/{path}").status_code == 403
    assert clerk.post(f"/connect/forms/{form.slug}/state/", {"to": "closed"}).status_code == 403
    assert clerk.post(f"/connect/forms/{form.slug}/questions/", {"do": "add"}).status_code == 403
    with pytest.raises(Forbidden):
        create_form(actor=actor("clerk"), app="dental")
    with pytest.raises(Forbidden):
        close_form(actor=actor("clerk"), form=form)


def test_letter_uses_the_text_of_the_state(sent, form, client_as, actor) -> None:
    from tomoni.procedures.actions.update_form import update_form

    letters = {"確認": {"title": "確かめています", "body": "お待ちください。"}}
    update_form(actor=actor("dx"), form=form, changes={"letters": letters}, revision=form.revision)
    submission = Submission.objects.get()
    path = f"/connect/submissions/{submission.pk}/letter/"
    before = client_as("clerk").get(path).content.decode()
    assert "受け付けました" in before
    assert "お待ちください" not in before
    records.run_action(actor=actor("clerk"), app="dental", record=submission.record_id, action="確認する")
    after = client_as("clerk").get(path).content.decode()
    assert "お待ちください" in after
    assert sent[1] in after
    assert "公印省略" in after


def test_an_open_form_stays_ready(form, client_as) -> None:
    dx = client_as("dx")
    name = form.questions.get(field_code="氏名")
    dx.post(f"/connect/forms/{form.slug}/questions/", {"do": f"remove-{name.pk}"})
    assert form.questions.filter(field_code="氏名").exists()
    data = {"revision": form.revision, "title": "x", "minutes": "5", "verify_field": ""}
    assert dx.post(f"/connect/forms/{form.slug}/edit/", data).status_code == 422
    form.refresh_from_db()
    assert form.verify_field == "生年月日"


def test_update_conflict_is_raised(form, actor) -> None:
    from tomoni.procedures.actions.update_form import update_form

    with pytest.raises(Conflict) as error:
        update_form(actor=actor("dx"), form=form, changes={"title": "x"}, revision=form.revision - 1)
    assert error.value.details["theirs"]["title"] == form.title


def test_words_page_saves_by_state(form, client_as) -> None:
    dx = client_as("dx")
    data = {
        "revision": form.revision,
        "label-0": "届きました",
        "next-0": "",
        "title-2": "決まりました",
        "body-2": "お越しください。",
    }
    assert dx.post(f"/connect/forms/{form.slug}/letters/", data).status_code == 302
    form.refresh_from_db()
    assert form.status_words == {"受付": {"label": "届きました", "next": ""}}
    assert form.letters == {"完了": {"title": "決まりました", "body": "お越しください。"}}
    long = dx.post(f"/connect/forms/{form.slug}/letters/", data | {"body-2": "x" * 5000})
    assert long.status_code == 422


def test_home_pages_know_the_form(sent, client_as) -> None:
    home = client_as("clerk").get("/").content.decode()
    assert "まだ手を付けていない申請が 1件" in home
    resident = Client().get("/").content.decode()
    assert "歯科相談を予約する" in resident
    assert "/r/" in resident


def test_list_costs_a_bounded_number_of_queries(form, answers, slots, actor, client_as) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from tomoni.procedures.actions.enter_submission import enter_submission

    clerk = client_as("clerk")
    counts = []
    for n in range(3):
        enter_submission(
            actor=actor("clerk"),
            form=form,
            answers=answers | {"日時": slots[n]},
            channel="phone",
            once=str(n),
        )
        clerk.get("/connect/submissions/")
        with CaptureQueriesContext(connection) as found:
            clerk.get("/connect/submissions/")
        counts.append(len(found))
    assert counts[0] == counts[2]


def test_kit_part_round_trip(app, actor) -> None:
    from tomoni.procedures import kitpart
    from tomoni.records.schema.spec import AppSpec

    data = {
        "slug": "dental", "title": "歯科相談", "intro": "短い説明\n", "verify_field": "生年月日", "email_field": "メール",
        "questions": [
            {"field": "氏名", "text": "名前は"},
            {"field": "生年月日", "question": "誕生日は", "why": "確認のため"},
            {"field": "方法"},
            {"field": "メール", "visible": {"field": "方法", "op": "is", "value": "メール"}, "required": True},
            {"field": "日時", "en": {"text": "When?"}},
        ],
        "letters": {"受付": "受け付けました。"}, "contact": {"telephone": "0000-00-0000"},
    }  # fmt: skip
    assert kitpart.install(actor=actor("dx"), app=app, data=data) == "dental"
    form = Form.objects.get()
    assert form.state == "open"
    assert form.applicant_actions == ["取り消す"]
    assert form.intro == "短い説明"
    out = kitpart.export(actor=actor("dx"), app=app)
    assert [q["field"] for q in out["questions"]] == ["氏名", "生年月日", "方法", "メール", "日時"]
    assert "contact" not in out
    assert kitpart.install(actor=actor("dx"), app=app, data=out) == "dental-2"
    schema = records.schema(code=app)
    spec = AppSpec(code=app, name="x", fields=schema.fields, states=schema.states)
    assert list(kitpart.check(out, spec)) == []
    faults = dict(
        kitpart.check(
            {
                "questions": [{"field": "なし"}, {"field": "氏名", "visible": {"field": "方法"}, "zz": 1}],
                "odd": 1,
            },
            spec,
        )
    )
    assert set(faults) == {"odd", "title", "questions.0.field", "questions.1.zz", "questions.1.visible"}
    for wrong in (None, [], "x", {"questions": "x"}, {"questions": [1]}, {"letters": [], "questions": []}):
        assert list(kitpart.check(wrong, spec))


def test_unknown_kit_fields_undo_everything(app, actor) -> None:
    from tomoni.procedures import kitpart

    with pytest.raises(Invalid):
        kitpart.install(actor=actor("dx"), app=app, data={"title": "x", "questions": [{"field": "なし"}]})
    assert not Form.objects.exists()
