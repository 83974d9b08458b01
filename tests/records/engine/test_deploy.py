"""Drafts and deploying: a whole definition changes in one go, nothing is lost, and the difference is told."""

from __future__ import annotations

from dataclasses import replace

import pytest
from records_shapes import dental

from tomoni.core.errors import Conflict, Forbidden, Invalid, NotFound
from tomoni.core.models import AuditEntry
from tomoni.records import facade
from tomoni.records.models import AppDraft, Field
from tomoni.records.schema import snapshot
from tomoni.records.schema.diff import changes
from tomoni.records.schema.spec import (
    AssigneeSpec,
    FieldGrant,
    FieldRightSpec,
    FieldSpec,
    LayoutItem,
    NoticeSpec,
    RecordRightSpec,
    RetentionSpec,
    RightSpec,
    ViewSpec,
)


def everything(spec):
    """A specification in which every part is used."""
    return replace(
        spec,
        layout=(
            LayoutItem("row", items=(LayoutItem("field", "氏名", width=6), LayoutItem("label", label="注意"))),
            LayoutItem("group", "相談の中身", items=(LayoutItem("row", items=(LayoutItem("field", "相談"),)),)),
        ),
        states=(
            replace(spec.states[0], assignee=AssigneeSpec("all", ("creator", "head")), deadline_days=7,
                    escalate=("role:manager",)),
            *spec.states[1:],
        ),
        views=(ViewSpec("ボード", "board", options={"by": "ステータス"}, who=("staff",)),),
        record_rights=(RecordRightSpec('氏名 = "山田"', (RightSpec("field:担当", ("view", "edit")),)),),
        field_rights=(FieldRightSpec("氏名", (FieldGrant("role:clerk", "view"), FieldGrant("staff"))),),
        notices=(NoticeSpec("reminder", ("assignee",), "期日", field="作成日時", days=-1),),
        retention=RetentionSpec(5, "作成日時", "文書管理規程"),
        settings={"number_prefix": "歯科-"},
    )  # fmt: skip


def test_every_part_survives_writing_down_and_deploying(app, actor):
    dx = actor("dx")
    spec = everything(facade.draft(actor=dx, app="dental").spec)
    assert snapshot.spec_from_json(snapshot.spec_to_json(spec)) == spec
    made = facade.deploy_app(actor=dx, app="dental", spec=spec)
    assert snapshot.spec_of(made) == spec
    assert snapshot.spec_of(facade.schema(code="dental")) == spec
    assert changes(made, spec) == []


def test_fields_follow_their_numbers_and_values_stay(app, actor):
    dx = actor("dx")
    record = facade.create_record(actor=dx, app="dental", values={"氏名": "山田", "人数": "3"})
    spec = facade.draft(actor=dx, app="dental").spec
    name = next(f for f in spec.fields if f.code == "氏名")
    rest = [f for f in spec.fields if f.code not in ("氏名", "人数")]
    fields = (*rest, FieldSpec("備考", "text", "備考"), replace(name, code="申請者", label="申請者の氏名"))
    new = replace(
        spec, fields=fields, title_field="", views=(), record_rule="", states=spec.states, actions=()
    )
    made = facade.deploy_app(actor=dx, app="dental", spec=new)
    assert [f.code for f in made.fields] == [f.code for f in fields]
    assert [f.code for f in made.trash] == ["人数"]
    assert facade.get(actor=dx, app="dental", record=record.id).values["申請者"] == "山田"
    told = {(c.kind, c.key) for c in changes(app, new) if c.part == "field"}
    assert told == {("added", "備考"), ("removed", "人数"), ("changed", "申請者"), ("moved", "")}


def test_codes_may_change_places(app, actor):
    dx = actor("dx")
    for code in ("甲", "乙"):
        facade.add_field(actor=dx, app="dental", field=FieldSpec(code, "text", code))
    record = facade.create_record(actor=dx, app="dental", values={"氏名": "x", "甲": "1", "乙": "2"})
    spec = facade.draft(actor=dx, app="dental").spec
    swap = {"甲": "乙", "乙": "甲"}
    facade.deploy_app(
        actor=dx,
        app="dental",
        spec=replace(spec, fields=tuple(replace(f, code=swap.get(f.code, f.code)) for f in spec.fields)),
    )
    values = facade.get(actor=dx, app="dental", record=record.id).values
    assert (values["甲"], values["乙"]) == ("2", "1")


def test_a_bad_part_leaves_all_as_it_was(app, actor):
    dx = actor("dx")
    spec = facade.draft(actor=dx, app="dental").spec
    before = Field.objects.count()
    added = (*spec.fields, FieldSpec("備考", "text", "備考"))
    for wrong, key in (
        (replace(spec, fields=added, layout=(LayoutItem("field", "ない"),)), "layout"),
        (replace(spec, fields=added, layout=(LayoutItem("field", "氏名"),) * 2), "layout"),
        (replace(spec, fields=added, record_rights=(RecordRightSpec("ない = 1", ()),)), "record_rights"),
        (
            replace(
                spec, fields=added, record_rights=(RecordRightSpec("", (RightSpec("staff", ("add",)),)),)
            ),
            "record_rights",
        ),
        (replace(spec, fields=added, field_rights=(FieldRightSpec("ない", ()),)), "field_rights"),
        (
            replace(spec, fields=added, field_rights=(FieldRightSpec("氏名", (FieldGrant("誰か"),)),)),
            "field_rights",
        ),
        (replace(spec, fields=added, notices=(NoticeSpec("reminder", (), field="氏名"),)), "notices"),
        (replace(spec, fields=added, retention=RetentionSpec(0)), "retention"),
        (replace(spec, fields=(*spec.fields, FieldSpec("備考", "text", "備考", visible_if="x ="))), "備考"),
        (replace(spec, fields=(*spec.fields, spec.fields[0])), spec.fields[0].code),
    ):
        with pytest.raises(Invalid) as caught:
            facade.deploy_app(actor=dx, app="dental", spec=wrong)
        assert list(caught.value.errors) == [key]
    with pytest.raises(NotFound):
        facade.deploy_app(
            actor=dx, app="dental", spec=replace(spec, fields=(replace(spec.fields[0], id=999_999),))
        )
    assert Field.objects.count() == before
    assert facade.schema(code="dental").version == app.version


def test_deploying_over_a_newer_version_is_a_conflict(app, actor):
    dx = actor("dx")
    draft = facade.draft(actor=dx, app="dental")
    facade.add_field(actor=dx, app="dental", field=FieldSpec("備考", "text", "備考"))
    with pytest.raises(Conflict) as caught:
        facade.deploy_app(actor=dx, app="dental", spec=draft.spec, version=draft.base_version)
    assert [c.kind for c in caught.value.details["changes"]] == ["removed"]


def test_a_draft_is_kept_until_it_is_deployed_or_thrown_away(app, actor):
    dx = actor("dx")
    first = facade.draft(actor=dx, app="dental")
    assert first.revision == 0
    spec = replace(first.spec, name="歯科相談（新）")
    assert facade.save_draft(actor=dx, app="dental", spec=spec, revision=0) == 1
    assert facade.draft(actor=dx, app="dental").spec == spec
    assert facade.schema(code="dental").name == app.name
    with pytest.raises(Conflict):
        facade.save_draft(actor=dx, app="dental", spec=spec, revision=0)
    facade.deploy_app(actor=dx, app="dental", spec=spec)
    assert facade.schema(code="dental").name == "歯科相談（新）"
    assert not AppDraft.objects.exists()
    facade.save_draft(actor=dx, app="dental", spec=spec)
    facade.discard_draft(actor=dx, app="dental")
    with pytest.raises(NotFound):
        facade.discard_draft(actor=dx, app="dental")
    verbs = set(AuditEntry.objects.values_list("verb", flat=True))
    assert {"app.draft", "app.deploy", "app.discard_draft"} <= verbs


def test_only_those_who_manage_see_and_deploy_drafts(app, actor):
    clerk = actor("clerk")
    for call in (
        lambda: facade.draft(actor=clerk, app="dental"),
        lambda: facade.save_draft(actor=clerk, app="dental", spec=dental()),
        lambda: facade.deploy_app(actor=clerk, app="dental", spec=dental()),
        lambda: facade.discard_draft(actor=clerk, app="dental"),
    ):
        with pytest.raises((Forbidden, NotFound)):
            call()


def test_states_with_records_must_be_renamed(app, actor):
    dx = actor("dx")
    record = facade.create_record(actor=dx, app="dental", values={"氏名": "山田"})
    spec = facade.draft(actor=dx, app="dental").spec
    first = spec.states[0]
    gone = replace(
        spec, states=(replace(first, name="はじめ"), *spec.states[1:]), actions=(), views=(), record_rule=""
    )
    with pytest.raises(Invalid):
        facade.deploy_app(actor=dx, app="dental", spec=gone)
    facade.deploy_app(actor=dx, app="dental", spec=gone, renames={first.name: "はじめ"})
    assert facade.get(actor=dx, app="dental", record=record.id).status == "はじめ"
