"""From a kit to a working app, all or nothing; and back to a file that makes the same app elsewhere."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tomoni.core import clock, outbox
from tomoni.core.errors import Conflict, Forbidden, Invalid, NotFound
from tomoni.core.models import AuditEntry, OutboxEvent
from tomoni.kits import facade, library, queries, registry
from tomoni.kits.actions.install_kit import install_kit
from tomoni.kits.actions.receive_kit import receive_kit, remove_kit
from tomoni.kits.format.codec import dump, load
from tomoni.kits.format.problems import KitInvalid
from tomoni.kits.models import Installation, UploadedKit
from tomoni.records import facade as records

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 8, 3, 1, 0, tzinfo=UTC)
RULE = """\
automations:
  - name: 知らせる
    trigger: state_changed
    to: [完了]
    actions:
      - kind: notice
        to: section
        text: "{番号}番が終わりました"
"""


@pytest.fixture
def kit(small):
    return load(small + RULE)


@pytest.fixture
def install(actor, kit):
    def run(**options):
        with clock.at(MONDAY):
            return install_kit(actor=actor("dx"), kit=kit, **({"department_code": "kenko"} | options))

    return run


def test_an_installation_makes_app_slots_rules_and_leaves_traces(install, actor):
    done = install()
    app = records.app(actor=actor("dx"), code="small")
    assert [f.code for f in app.fields] == ["件名", "日", "種類"]
    assert [(s.name, s.step) for s in app.states] == [("受付", "受付"), ("完了", "通知")]
    assert (app.task_id, app.kit, app.kit_version, app.department_code) == ("std-1", "small", "1.0", "kenko")
    assert {r.who for r in app.rights} == {"department:kenko", "role:dx"}
    assert app.actions[0].who == ("department:kenko",)
    # Two Wednesdays from Tuesday on, at 9:30 and 13:00.
    made = records.slots(app="small", field="日")
    assert [s.starts_at.astimezone(clock.TOKYO).strftime("%m-%d %H:%M") for s in made] == [
        "08-05 09:30",
        "08-05 13:00",
        "08-12 09:30",
        "08-12 13:00",
    ]
    assert {(s.place, s.capacity) for s in made} == {("本庁", 2)}
    assert (done.kit, done.version, done.app_code, done.task_id) == ("small", "1.0", "small", "std-1")
    assert AuditEntry.objects.filter(verb="kits.install").count() == 1
    event = OutboxEvent.objects.get(kind="kit.installed")
    assert event.payload == {"kit": "small", "version": "1.0", "app": "small", "task_id": "std-1"}


def test_practice_rows_only_when_asked(install, actor):
    install()
    assert records.find(actor=actor("dx"), app="small").records == []
    install(code="small-2", sample=True)
    rows = records.find(actor=actor("dx"), app="small-2").records
    assert [r.values["件名"] for r in rows] == ["練習"]
    assert rows[0].values["日"] is not None
    assert rows[0].status == "受付"


def test_section_staff_may_work_and_others_may_not_see(install, actor, person):
    from tomoni.people.models import Membership

    install()
    made = records.create_record(actor=actor("clerk"), app="small", values={"件名": "x"})
    assert made.status == "受付"
    Membership.objects.filter(user=person("manager")).delete()
    with pytest.raises(NotFound):
        records.app(actor=actor("manager"), code="small")


def test_the_same_key_installs_once(install):
    first, second = install(once="k1"), install(once="k1")
    assert first.pk == second.pk
    assert Installation.objects.count() == 1


def test_a_taken_code_is_refused_with_a_free_one(install):
    install()
    with pytest.raises(Invalid) as caught:
        install()
    assert "small-2" in str(caught.value.errors["code"][0])


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ({"code": "../x"}, "code"),
        ({"code": "あ"}, "code"),
        ({"name": "x" * 101}, "name"),
        ({"task_id": "x" * 65}, "task_id"),
        ({"department_code": "ghost"}, "department_code"),
    ],
)
def test_wrong_wishes_are_named_by_field(install, options, field):
    with pytest.raises(Invalid) as caught:
        install(**options)
    assert field in caught.value.errors
    assert not Installation.objects.exists()


@pytest.mark.parametrize("role", ["clerk", "resident"])
def test_only_some_may_install(actor, kit, role, small):
    with pytest.raises(Forbidden):
        install_kit(actor=actor(role), kit=kit)
    with pytest.raises(Forbidden):
        receive_kit(actor=actor(role), source=small.encode())


@pytest.mark.parametrize("role", ["dx", "manager", "admin"])
def test_who_may_install_really_can(actor, kit, role):
    assert install_kit(actor=actor(role), kit=kit, department_code="kenko").app_code == "small"


def test_a_failing_part_undoes_everything(actor, kit, monkeypatch):
    def explode(*, actor, app, data):
        raise Invalid("だめ")

    monkeypatch.setitem(registry.PARTS, "ghost", registry.Part("ghost", explode, lambda **k: None))
    with pytest.raises(Invalid):
        install_kit(actor=actor("dx"), kit=replace(kit, parts={"ghost": {"a": 1}}), department_code="kenko")
    assert not Installation.objects.exists()
    with pytest.raises(NotFound):
        records.schema(code="small")


def test_parts_get_their_data_and_come_back(actor, kit, monkeypatch):
    kept = {}
    part = registry.Part(
        "ghost",
        install=lambda *, actor, app, data: kept.__setitem__(app, data),
        export=lambda *, actor, app: kept.get(app),
    )
    monkeypatch.setitem(registry.PARTS, "ghost", part)
    install_kit(actor=actor("dx"), kit=replace(kit, parts={"ghost": {"a": 1}}), department_code="kenko")
    assert queries.export_kit(actor=actor("dx"), app="small").kit.parts == {"ghost": {"a": 1}}


def test_an_export_installs_to_an_equal_app(install, actor, kit):
    install()
    text = facade.export(actor=actor("dx"), app="small")
    again = load(text)
    told = {"name": kit.name, "summary": kit.summary, "publisher": kit.publisher, "sample": kit.sample}
    assert replace(again, **told) == kit
    with clock.at(MONDAY):
        install_kit(actor=actor("dx"), kit=again, code="other", department_code="kenko")
    first, second = (queries.as_spec(records.schema(code=code)) for code in ("small", "other"))
    assert replace(second, code="small") == first
    assert [(s.starts_at, s.place, s.capacity) for s in records.slots(app="other", field="日")] == [
        (s.starts_at, s.place, s.capacity) for s in records.slots(app="small", field="日")
    ]


def test_an_export_holds_no_record_and_nobody(install, actor, person):
    install()
    records.create_record(actor=actor("clerk"), app="small", values={"件名": "秘密の件名"})
    text = facade.export(actor=actor("dx"), app="small")
    assert "秘密の件名" not in text
    assert "kenko" not in text
    assert person("dx").display_name not in text


def test_an_app_that_lacks_a_purpose_says_so(actor):
    from tomoni.records.schema.spec import AppSpec, FieldSpec

    spec = AppSpec(
        code="bare", name="むき出し", fields=(FieldSpec("氏名", "text", "氏名", personal="personal"),)
    )
    records.create_app(actor=actor("dx"), spec=spec)
    with pytest.raises(KitInvalid, match="目的"):
        facade.export(actor=actor("dx"), app="bare")


def test_only_managers_of_the_app_may_export(install, actor):
    install()
    with pytest.raises(Forbidden):
        facade.export(actor=actor("clerk"), app="small")


def test_slots_of_an_app_without_a_kit_become_patterns(install, actor):
    install()
    Installation.objects.all().delete()
    with clock.at(MONDAY):
        made = queries.export_kit(actor=actor("dx"), app="small").kit.slots
    assert [(p.weekdays, p.times, p.place, p.capacity, p.minutes, p.weeks) for p in made] == [
        ((2,), ("09:30", "13:00"), "本庁", 2, 60, 2)
    ]


def test_received_kits_join_the_gallery_and_leave_it(actor, small):
    receive_kit(actor=actor("dx"), source=small.encode())
    receive_kit(actor=actor("dx"), source=small.encode())
    assert UploadedKit.objects.count() == 1
    entry = library.entry("small")
    assert entry.uploaded is not None
    with pytest.raises(Conflict):
        receive_kit(actor=actor("dx"), source=small.replace("小さなキット", "別のキット").encode())
    receive_kit(actor=actor("dx"), source=small.replace('"1.0"', '"1.10"').encode())
    receive_kit(actor=actor("dx"), source=small.replace('"1.0"', '"1.9"').encode())
    assert facade.kit("small").version == "1.10"
    assert facade.kit("small", "1.9").version == "1.9"
    for version in ("1.0", "1.9", "1.10"):
        remove_kit(actor=actor("dx"), uploaded=library.entry("small", version).uploaded)
    with pytest.raises(NotFound):
        facade.kit("small")


def test_the_reception_kit_is_in_the_gallery_and_finds_a_free_code(actor):
    assert "dental-reception" in [k.code for k in facade.available()]
    codes = [
        facade.install(
            actor=actor("dx"), code="dental-reception", task_id="std-0731", department_code="kenko"
        )
        for _n in range(2)
    ]
    assert codes == ["dental-reception", "dental-reception-2"]
    assert records.schema(code=codes[0]).task_id == "std-0731"
    outbox.drain()


def test_the_reception_kit_comes_back_the_same(actor):
    code = facade.install(actor=actor("dx"), code="dental-reception", department_code="kenko")
    kit = facade.kit("dental-reception")
    again = load(facade.export(actor=actor("dx"), app=code))
    assert again.spec == kit.spec
    assert again.automations == kit.automations
    assert again.slots == kit.slots
    assert set(again.parts) == set(kit.parts)
    assert load(dump(again)) == again


def test_an_individual_number_is_refused_in_files_and_names(small, install, kit):
    with pytest.raises(KitInvalid) as refused:
        load(small.replace("小さなアプリ", "1234 5678 9018"))
    assert refused.value.problems[0].line == small[: small.index("小さなアプリ")].count("\n") + 1
    with pytest.raises(Invalid) as error:
        install(name="１２３４５６７８９０１８")
    assert list(error.value.errors) == ["name"]
    assert not Installation.objects.exists()


def test_the_section_in_charge_manages_its_app_and_nobody_else_does(actor, reception):
    """Residents' data stays with the section; its people add items and settle views without asking the DX office."""
    from tomoni.records.schema.spec import FieldSpec

    with clock.at(MONDAY):
        done = install_kit(actor=actor("dx"), kit=load(reception), department_code="kenko")
    clerk = actor("clerk")
    assert records.may(actor=clerk, app=done.app_code, verb="manage")
    field = FieldSpec("申し送り", "text", "申し送り")
    assert "申し送り" in records.add_field(actor=clerk, app=done.app_code, field=field).by_code
    stranger = replace(actor("manager"), departments=frozenset(), id=99_999)
    for verb in ("view", "manage", "export"):
        assert not records.may(actor=stranger, app=done.app_code, verb=verb)
