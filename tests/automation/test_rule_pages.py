"""Pages of rules: only for those who may manage the app; forms say what is wrong; nothing is sent by trying."""

import pytest
from django.urls import reverse

from tomoni.automation.models import Rule, Run
from tomoni.core import outbox
from tomoni.core.models import Mail, Notice

pytestmark = pytest.mark.django_db
NOTE = {"kind": "notice", "to": "section", "text": "{番号}番"}
MAIL = {"kind": "mail", "to_field": "宛先", "subject": "{アプリ}", "body": "{状態}"}


@pytest.fixture
def dx(client_as, app):
    return client_as("dx")


def url(name, *args):
    return reverse(f"automation:{name}", args=["desk", *args])


def base(**more):
    data = {"name": "知らせる", "trigger": "created"}
    for n in (1, 2, 3):
        data |= {f"field{n}": "", f"op{n}": "filled", f"value{n}": ""}
    return data | more


def test_a_rule_is_made_without_writing_code(dx):
    assert dx.get(url("app")).status_code == 200
    assert dx.get(url("add")).status_code == 200
    data = base(
        trigger="state_changed",
        to_states=["完了"],
        field1="宛先",
        op1="filled",
        field2="種類",
        op2="in",
        value2="相談、申請",
    )
    response = dx.post(url("add"), data)
    rule = Rule.objects.get()
    assert response.url == url("rule", rule.pk)
    assert rule.when == '宛先 is not empty and 種類 in ("相談", "申請")'
    assert (rule.to_states, rule.enabled) == (["完了"], False)
    page = dx.get(url("action_add", rule.pk, "actions") + "?kind=mail")
    assert "{受付番号}" in page.content.decode()
    mail = {"to_field": "宛先", "to": "", "subject": "{アプリ}", "body": "{状態}", "revision": rule.revision}
    assert dx.post(url("action_add", rule.pk, "actions") + "?kind=mail", mail).status_code == 302
    assert dx.post(url("switch", rule.pk), {"enabled": "1"}).status_code == 302
    rule.refresh_from_db()
    assert rule.enabled
    assert rule.actions == [MAIL]
    shown = dx.get(url("rule", rule.pk)).content.decode()
    assert "状態が「完了」に変わったとき" in shown
    assert "種類が次のどれか「相談、申請」" in shown


def test_the_edit_page_shows_what_is_stored(dx, rule):
    found = rule(trigger="state_changed", to=["確認"], when='種類 in ("相談", "申請")', actions=[NOTE])
    page = dx.get(url("edit", found.pk))
    form = page.context["form"]
    assert form["field1"].value() == "種類"
    assert form["value1"].value() == "相談、申請"
    assert form["to_states"].value() == ["確認"]
    strange = rule(when='件名 = "a" or 種類 in ("相談")', actions=[NOTE])
    assert dx.get(url("edit", strange.pk)).context["form"]["query"].value() == strange.when


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"trigger": "ghost"}, "trigger"),
        ({"to_states": ["ない"]}, "to_states"),
        ({"field1": "ない"}, "field1"),
        ({"field1": "件名", "op1": "eq"}, "value1"),
        ({"query": "件名 ="}, "query"),
        ({"query": "ない is empty"}, "query"),
        ({"query": '件名 = "a" limit 1'}, "query"),
        ({"field1": "日", "op1": "eq", "value1": "あした"}, "query"),
    ],
)
def test_wrong_input_is_named_at_its_field(dx, data, field):
    response = dx.post(url("add"), base(**data))
    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert not Rule.objects.exists()


@pytest.mark.parametrize(
    ("kind", "data", "field"),
    [
        ("mail", {"to_field": "", "to": "", "subject": "x", "body": "x"}, "to_field"),
        ("mail", {"to_field": "宛先", "to": "a@example.jp", "subject": "x", "body": "x"}, "to_field"),
        ("mail", {"to_field": "", "to": "nobody", "subject": "x", "body": "x"}, "to"),
        ("mail", {"to_field": "宛先", "subject": "{氏名}", "body": "x"}, "subject"),
        ("mail", {"to_field": "宛先", "subject": "x", "body": "{件名}"}, "body"),
        ("mail", {"to_field": "宛先", "subject": "x", "body": "{ない}"}, "body"),
        ("notice", {"to": "ghost", "text": "x"}, "to"),
        ("notice", {"to": "section", "text": "{宛先}"}, "text"),
        ("set_field", {"field": "種類", "value": "ない"}, "value"),
        ("set_field", {"field": "ない", "value": "x"}, "field"),
        ("run_action", {"action": "ない"}, "action"),
    ],
)
def test_wrong_actions_are_named_at_their_field(dx, rule, kind, data, field):
    found = rule(actions=[NOTE])
    response = dx.post(url("action_add", found.pk, "actions") + f"?kind={kind}", data)
    assert response.status_code == 422
    assert field in response.context["form"].errors
    found.refresh_from_db()
    assert found.actions == [NOTE]


def test_actions_are_changed_and_removed(dx, rule):
    found = rule(actions=[NOTE, MAIL])
    assert dx.get(url("action", found.pk, "actions", 1)).status_code == 200
    new = {"to": "role:dx", "text": "x", "revision": found.revision}
    assert dx.post(url("action", found.pk, "actions", 0), new).status_code == 302
    found.refresh_from_db()
    assert found.actions[0] == {"kind": "notice", "to": "role:dx", "text": "x"}
    for _n in range(2):
        assert dx.post(url("action_delete", found.pk, "actions", 0), {}).status_code == 302
    found.refresh_from_db()
    assert (found.actions, found.enabled) == ([], False)
    page = dx.post(url("switch", found.pk), {"enabled": "1"}, follow=True)
    assert "動作がまだありません" in page.content.decode()


def test_two_people_at_once(dx, rule):
    found = rule(actions=[NOTE])
    assert dx.post(url("edit", found.pk), base(revision=found.revision, name="先")).status_code == 302
    late = dx.post(url("edit", found.pk), base(revision=found.revision, name="後"))
    assert late.status_code == 409
    found.refresh_from_db()
    assert found.name == "先"


def test_trying_changes_nothing_and_shows_no_address(dx, rule, record):
    found = rule(
        actions=[MAIL, NOTE, {"kind": "set_field", "field": "件名", "value": "z"}],
        when="宛先 is not empty",
        otherwise=[NOTE],
    )
    first = record(宛先="hana@example.jp", 件名="x")
    record(件名="y")
    outbox.drain()
    Mail.objects.all().delete()
    before = (Run.objects.count(), Notice.objects.count())
    page = dx.get(url("rule", found.pk) + "?try=1")
    trials = {t.record: t for t in page.context["trials"]}
    assert [t.met for t in trials.values()].count(True) == 1
    assert trials[first.id].met
    assert "hana@" not in page.content.decode()
    assert (Run.objects.count(), Notice.objects.count()) == before
    assert not Mail.objects.exists()


def test_the_log_pages_filters_and_retries(dx, rule, record):
    found = rule(actions=[MAIL])
    for _n in range(60):
        record(件名="x")
    outbox.drain()
    page = dx.get(url("log"))
    assert len(page.context["rows"]) == 50
    more = dx.get(url("log") + f"?before={page.context['more']}")
    assert len(more.context["rows"]) == 10
    assert dx.get(url("log") + "?outcome=ran").context["rows"] == []
    assert dx.get(url("log") + "?outcome=ghost&rule=x&before=99999999999999999999").status_code == 200
    assert dx.get(url("log") + f"?rule={found.pk}&outcome=failed").context["rows"]
    run = Run.objects.first()
    assert dx.post(url("retry", run.pk), follow=True).status_code == 200
    assert dx.post(url("seen"), follow=True).status_code == 200
    assert dx.get(url("log")).context["failed"] == 0


def test_failures_wait_on_the_page_today(rule, record, actor):
    from tomoni.automation.today import waiting

    rule(actions=[MAIL])
    record(件名="x")
    outbox.drain()
    assert [w.url for w in waiting(actor("dx"))] == [url("log") + "?outcome=failed"]
    assert list(waiting(actor("clerk"))) == []
    assert list(waiting(actor("resident"))) == []


def test_the_log_stays_when_a_rule_goes(dx, rule, record):
    found = rule(actions=[NOTE])
    record(件名="x")
    outbox.drain()
    assert dx.get(url("delete", found.pk)).status_code == 200
    assert dx.post(url("delete", found.pk)).status_code == 302
    assert dx.get(url("rule", found.pk)).status_code == 404
    assert "（消した）" in dx.get(url("log")).content.decode()


READ = ["app", "add", "log"]


@pytest.mark.parametrize("role", ["clerk", "resident", "nobody"])
def test_others_see_and_do_nothing(client_as, client, app, rule, role):
    found = rule(actions=[NOTE])
    seeker = client if role == "nobody" else client_as(role)
    expected = {302} if role == "nobody" else {403, 404}
    for name in READ:
        assert seeker.get(url(name)).status_code in expected
    for name in ("rule", "edit", "delete", "switch"):
        assert seeker.get(url(name, found.pk)).status_code in expected | {405}
        assert seeker.post(url(name, found.pk), base(enabled="0")).status_code in expected | {405}
    assert seeker.post(url("action_delete", found.pk, "actions", 0)).status_code in expected
    assert seeker.post(url("seen")).status_code in expected
    found.refresh_from_db()
    assert found.enabled
    assert found.actions == [NOTE]


def test_rules_of_another_app_are_not_reached_through_this_one(dx, rule, actor):
    from tomoni.records import facade as records
    from tomoni.records.schema.spec import AppSpec, FieldSpec

    found = rule(actions=[NOTE])
    records.create_app(
        actor=actor("dx"), spec=AppSpec(code="other", name="別", fields=(FieldSpec("件名", "text", "件名"),))
    )
    for name in ("rule", "edit", "delete"):
        assert dx.get(reverse(f"automation:{name}", args=["other", found.pk])).status_code == 404


def test_the_list_names_only_apps_i_manage(client_as, app, rule):
    rule(actions=[NOTE])
    assert "窓口" in client_as("dx").get(reverse("automation:list")).content.decode()
    shown = client_as("clerk").get(reverse("automation:list"))
    assert shown.status_code == 200
    assert shown.context["rows"] == []


def test_queries_do_not_grow_with_rules(dx, rule, django_assert_max_num_queries):
    for _n in range(10):
        rule(actions=[NOTE])
    dx.get(url("app"))
    with django_assert_max_num_queries(25):
        dx.get(url("app"))


def test_a_stale_edit_shows_both_rules_and_saving_again_is_a_decision(dx, rule):
    found = rule(actions=[NOTE])
    first = {"revision": found.revision}
    assert dx.post(url("edit", found.pk), base(name="先", **first)).status_code == 302
    late = dx.post(url("edit", found.pk), base(name="後", **first))
    page = late.content.decode()
    assert late.status_code == 409
    assert "ほかの人が先に保存しました" in page
    assert "<td>後</td><td>先</td>" in page
    assert "いつ動きますか</th>" not in page  # what does not differ is not shown
    assert f'name="revision" value="{found.revision + 1}"' in page
    assert dx.post(url("edit", found.pk), base(name="後", revision=found.revision + 1)).status_code == 302


def test_a_stale_edit_of_an_action_shows_both_texts(dx, rule):
    found = rule(actions=[{**MAIL, "body": "一行目"}])
    sent = {"to_field": "宛先", "to": "", "subject": "{アプリ}", "revision": found.revision}
    assert dx.post(url("action", found.pk, "actions", 0), sent | {"body": "先の本文"}).status_code == 302
    late = dx.post(url("action", found.pk, "actions", 0), sent | {"body": "後の本文"})
    assert late.status_code == 409
    for text in ("先の本文", "後の本文", f'value="{found.revision + 1}"'):
        assert text in late.content.decode()


NUMBER = "1234 5678 9018"


def test_an_individual_number_is_refused_in_rules_and_texts(dx, rule, actor):
    from tomoni.automation import facade
    from tomoni.core.errors import Invalid

    assert dx.post(url("add"), base(name=f"番号 {NUMBER}")).status_code == 422
    found = rule(actions=[NOTE])
    sent = {"to_field": "宛先", "to": "", "subject": "x", "body": NUMBER, "revision": found.revision}
    answer = dx.post(url("action_add", found.pk, "actions") + "?kind=mail", sent)
    assert answer.status_code == 422
    assert "個人番号" in answer.content.decode()
    data = {"name": "x", "trigger": "created", "actions": [{**NOTE, "text": NUMBER}]}
    with pytest.raises(Invalid):
        facade.install(actor=actor("dx"), app="desk", rules=[data])
    found.refresh_from_db()
    assert (Rule.objects.count(), len(found.actions)) == (1, 1)
