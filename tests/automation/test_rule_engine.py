"""Events become runs: once, with a reason, never in a circle, never with personal data."""

from dataclasses import replace

import pytest

from tomoni.automation import engine, registry
from tomoni.automation.kinds.base import Failed, Kind
from tomoni.automation.models import Rule, Run
from tomoni.core import outbox
from tomoni.core.models import Delivery, Mail, Notice, OutboxEvent
from tomoni.records import facade as records

pytestmark = pytest.mark.django_db
NOTE = {"kind": "notice", "to": "section", "text": "{番号}番が{状態}"}
MAIL = {
    "kind": "mail",
    "to_field": "宛先",
    "subject": "{アプリ} {状態}",
    "body": "{番号} {確認ページ}\n{日} {種類}",
}


@pytest.fixture
def runs(app):
    def read():
        outbox.drain()
        return [(r.outcome, r.record) for r in Run.objects.order_by("pk")]

    return read


def test_created(rule, record, runs, person):
    rule(actions=[NOTE])
    made = record(件名="x")
    assert runs() == [("ran", made.id)]
    notice = Notice.objects.filter(user_id=person("clerk").pk, text=f"{made.number}番が受付").get()
    assert notice.url == f"/build/apps/desk/{made.id}/"


def test_only_the_named_states(rule, record, act, runs):
    rule(trigger="state_changed", to=["完了"], actions=[NOTE])
    made = record(件名="x")
    act(made, "始める")
    assert runs() == []
    act(made, "終える")
    assert runs() == [("ran", made.id)]


def test_only_from_the_named_states(rule, record, act, runs):
    rule(trigger="state_changed", **{"from": ["確認"]}, actions=[NOTE])
    made = record(件名="x")
    act(made, "始める")
    act(made, "戻す")
    assert runs() == [("ran", made.id)]


def test_only_the_named_fields(rule, record, runs, actor):
    rule(trigger="updated", fields=["種類"], actions=[NOTE])
    made = record(件名="x")
    records.update_record(
        actor=actor("clerk"), app="desk", record=made.id, values={"件名": "y"}, revision=None
    )
    assert runs() == []
    records.update_record(
        actor=actor("clerk"), app="desk", record=made.id, values={"種類": "相談"}, revision=None
    )
    assert runs() == [("ran", made.id)]


def test_condition_and_otherwise(rule, record, runs):
    rule(when="宛先 is not empty", actions=[MAIL], otherwise=[NOTE])
    rule(when='種類 in ("申請")', actions=[NOTE])
    first, second = record(宛先="a@example.jp"), record(種類="申請")
    assert sorted(runs()) == sorted(
        [("ran", first.id), ("not_met", first.id), ("otherwise", second.id), ("ran", second.id)]
    )
    assert Mail.objects.count() == 1
    # The section has two people: `otherwise` of the first rule and the second rule, once each.
    assert Notice.objects.count() == 2 * 2
    assert Run.objects.get(outcome="not_met").reason


def test_an_event_delivered_twice_does_nothing_new(rule, record, runs):
    rule(actions=[MAIL])
    record(宛先="a@example.jp")
    runs()
    Delivery.objects.filter(consumer="automation").update(state="waiting")
    assert len(runs()) == 1
    assert Mail.objects.count() == 1


def test_a_rule_switched_off_or_deleted_does_nothing(rule, record, runs):
    off, gone = rule(actions=[NOTE], enabled=False), rule(actions=[NOTE])
    Rule.objects.filter(pk=gone.pk).update(deleted_at="2026-01-01T00:00Z")
    assert not off.enabled
    record(件名="x")
    assert runs() == []


def test_mail_carries_status_and_link_and_nothing_personal(rule, record, act, runs, settings):
    settings.BASE_URL = "https://town.example.jp"
    rule(trigger="state_changed", actions=[MAIL])
    made = record(氏名="山田花子", 宛先="hana@example.jp", 件名="秘密", 日="2026-10-07", 種類="相談")
    act(made, "始める")
    runs()
    mail = Mail.objects.get()
    assert mail.to == "hana@example.jp"
    assert mail.subject == "窓口 確認"
    assert "https://town.example.jp/r/" in mail.body
    assert "2026年10月7日 相談" in mail.body
    assert mail.related == f"record:desk/{made.id}"
    told = (
        mail.subject
        + mail.body
        + Run.objects.get().reason
        + str(OutboxEvent.objects.values_list("payload", flat=True))
    )
    assert not any(word in told for word in ("山田", "秘密", "hana@"))


def test_a_field_that_became_personal_stops_the_mail(rule, record, runs, actor):
    rule(actions=[MAIL])
    field = records.schema(code="desk").field("種類")
    tagged = replace(field, personal="sensitive", purpose="相談", retention_years=1)
    records.update_field(actor=actor("dx"), app="desk", code="種類", field=tagged)
    record(宛先="a@example.jp", 種類="相談")
    assert [outcome for outcome, _r in runs()] == ["failed"]
    assert "個人情報" in Run.objects.get().reason
    assert not Mail.objects.exists()


@pytest.mark.parametrize("address", ["", "nobody", "a@example.jp, b@example.jp"])
def test_no_usable_address_is_a_failure_with_its_reason(rule, record, runs, address):
    rule(actions=[MAIL])
    record(宛先=address)
    assert [outcome for outcome, _r in runs()] == ["failed"]
    assert "宛先" in Run.objects.get().reason
    assert not Mail.objects.exists()


def test_a_failing_action_undoes_the_ones_before_it(rule, record, runs):
    rule(actions=[NOTE, {"kind": "set_field", "field": "件名", "value": "自動"}, MAIL])
    made = record(件名="x")
    assert [outcome for outcome, _r in runs()] == ["failed"]
    assert not Notice.objects.exists()
    assert records.get(actor=engine.READER, app="desk", record=made.id).values["件名"] == "x"


def test_set_field_and_process_action(rule, record, runs, actor):
    rule(
        actions=[
            {"kind": "set_field", "field": "日", "value": "{今日}"},
            {"kind": "set_field", "field": "印", "value": "い、ろ"},
            {"kind": "run_action", "action": "始める"},
        ]
    )
    made = record(件名="x")
    assert runs()[0] == ("ran", made.id)
    found = records.get(actor=actor("dx"), app="desk", record=made.id)
    assert (found.status, found.values["印"]) == ("確認", ["い", "ろ"])
    assert found.values["日"] is not None


def test_an_action_that_does_not_fit_the_state_fails(rule, record, act, runs):
    rule(trigger="state_changed", to=["確認"], actions=[{"kind": "run_action", "action": "始める"}])
    act(record(件名="x"), "始める")
    assert [outcome for outcome, _r in runs()] == ["failed"]
    assert "確認" in Run.objects.get().reason


def test_a_rule_that_calls_itself_is_stopped(rule, record, act, runs):
    back = rule(trigger="state_changed", to=["確認"], actions=[{"kind": "run_action", "action": "戻す"}])
    forth = rule(trigger="state_changed", to=["受付"], actions=[{"kind": "run_action", "action": "始める"}])
    act(record(件名="x"), "始める")
    assert [outcome for outcome, _r in runs()] == ["ran", "ran", "loop"]
    assert list(Run.objects.order_by("pk").values_list("rule", flat=True)) == [back.pk, forth.pk, back.pk]


def test_a_chain_of_rules_has_an_end(rule, record, actor, runs):
    for n in reversed(range(8)):  # backwards, so that each event fits one rule
        rule(
            trigger="updated",
            when=f'件名 = "{n}"',
            actions=[{"kind": "set_field", "field": "件名", "value": str(n + 1)}],
        )
    made = record(件名="x")
    records.update_record(
        actor=actor("clerk"), app="desk", record=made.id, values={"件名": "0"}, revision=None
    )
    outcomes = [outcome for outcome, _r in runs()]
    assert outcomes.count("ran") == engine.MAX_DEPTH
    assert outcomes.count("loop") == 1
    assert records.get(actor=engine.READER, app="desk", record=made.id).values["件名"] == str(
        engine.MAX_DEPTH
    )


def test_a_deleted_record_fails_in_words(rule, record, runs, actor):
    rule(actions=[NOTE])
    made = record(件名="x")
    records.delete_record(actor=actor("dx"), app="desk", record=made.id)
    assert runs() == [("failed", made.id)]
    assert "見つかりません" in Run.objects.get().reason


class Fragile(Kind):
    """An action that breaks until it is mended."""

    code = "fragile"
    broken = True

    def words(self, data, spec):
        return "もろい"

    def run(self, context, data):
        if self.broken:
            raise RuntimeError("山田花子")
        return "直った"


@pytest.fixture
def fragile(monkeypatch):
    kind = Fragile()
    monkeypatch.setitem(registry.KINDS, "fragile", kind)
    return kind


def test_an_unexpected_error_is_logged_without_details_and_tried_again(rule, record, runs, fragile):
    rule(actions=[NOTE])
    rule(actions=[NOTE, {"kind": "fragile"}])
    made = record(件名="x")
    assert runs() == [("ran", made.id), ("failed", made.id)]
    assert "RuntimeError" in Run.objects.get(outcome="failed").reason
    assert "山田" not in Run.objects.get(outcome="failed").reason
    notices = Notice.objects.count()
    fragile.broken = False
    Delivery.objects.filter(consumer="automation", state="waiting").update(next_at="2020-01-01T00:00Z")
    assert runs() == [("ran", made.id), ("ran", made.id)]
    assert Run.objects.order_by("pk").last().attempts == 2
    assert Notice.objects.count() == 2 * notices


def test_who_may_try_a_failed_run_again(rule, record, runs, fragile, actor):
    from tomoni.automation.actions.handle_run import mark_seen, retry_run
    from tomoni.core.errors import Conflict, Forbidden

    rule(actions=[MAIL])
    made = record(件名="x")
    runs()
    run = Run.objects.get()
    with pytest.raises(Forbidden):
        retry_run(actor=actor("clerk"), run=run.pk)
    assert retry_run(actor=actor("dx"), run=run.pk).outcome == "failed"
    assert mark_seen(actor=actor("dx"), app="desk") == 1
    records.update_record(
        actor=actor("clerk"), app="desk", record=made.id, values={"宛先": "a@example.jp"}, revision=None
    )
    assert retry_run(actor=actor("dx"), run=run.pk).outcome == "ran"
    with pytest.raises(Conflict):
        retry_run(actor=actor("dx"), run=run.pk)
    assert Mail.objects.count() == 1


def test_chains_are_read_only_from_our_own_references():
    assert engine.chain_of("system:automation:3.7") == (3, 7)
    assert engine.chain_of(engine.actor_of((3, 7)).ref) == (3, 7)
    for other in ("user:3", "system:automation:", "system:automation:3.x", "anonymous:-", ""):
        assert engine.chain_of(other) == ()


def test_an_event_of_an_unknown_app_is_no_error():
    event = outbox.Event(1, "record.created", {"app": "ghost", "record": 1}, None)
    assert engine.handle(event) == 0


def test_other_rooms_add_kinds_and_placeholders(rule, record, runs, monkeypatch):
    class Shout(Kind):
        code = "shout"

        def words(self, data, spec):
            return "さけぶ"

        def run(self, context, data):
            raise Failed(registry.PLACEHOLDERS["声"].resolve(context))

    monkeypatch.setitem(registry.KINDS, "shout", Shout())
    monkeypatch.setitem(registry.PLACEHOLDERS, "声", registry.Placeholder("声", "", lambda c: f"{c.app}!"))
    rule(actions=[{"kind": "shout"}])
    record(件名="x")
    runs()
    assert Run.objects.get().reason == "desk!"


def test_old_log_entries_go_but_unseen_failures_stay(rule, record, runs):
    from datetime import timedelta

    from tomoni.automation.actions.purge_runs import KEPT_DAYS
    from tomoni.automation.jobs import purge_old_runs
    from tomoni.core import clock

    rule(actions=[NOTE])
    rule(actions=[MAIL])
    record(件名="x")
    assert [o for o, _r in runs()] == ["ran", "failed"]
    purge_old_runs.func()
    assert Run.objects.count() == 2
    with clock.at(clock.now() + timedelta(days=KEPT_DAYS + 1)):
        purge_old_runs.func()
    assert [o for o, _r in runs()] == ["failed"]
