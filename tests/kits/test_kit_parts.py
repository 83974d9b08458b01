"""Layout, tables, rights, notices and retention travel in the file of a kit."""

from __future__ import annotations

import json
from dataclasses import replace

from tomoni.kits.format import appdata
from tomoni.records.schema.spec import (
    AppSpec,
    AssigneeSpec,
    FieldGrant,
    FieldRightSpec,
    FieldSpec,
    LayoutItem,
    NoticeSpec,
    RecordRightSpec,
    RetentionSpec,
    RightSpec,
    StateSpec,
    ViewSpec,
)

ROW = LayoutItem("row", items=(LayoutItem("field", "a", width=4), LayoutItem("label", label="文")))
SPEC = AppSpec(
    code="app",
    name="アプリ",
    fields=(
        FieldSpec("a", "text", "A", visible_if='b = "x"'),
        FieldSpec("b", "text", "B"),
        FieldSpec("t", "table", "T", fields=(FieldSpec("x", "number", "X", required=True),)),
    ),
    states=(StateSpec("受付", "new", "", AssigneeSpec("all", ("section",)), 14, ("head",)),),
    views=(ViewSpec("板", "board", options={"by": "ステータス"}, who=("role:dx",)),),
    rights=(RightSpec("section", ("view", "edit")),),
    layout=(ROW, LayoutItem("group", label="G", open=False, items=(LayoutItem("table", "t"),))),
    record_rights=(RecordRightSpec('a = "x"', (RightSpec("section", ("view",)),)),),
    field_rights=(FieldRightSpec("b", (FieldGrant("section", "view"),)),),
    notices=(NoticeSpec("general", ("section",), events=("created",)),),
    retention=RetentionSpec(5, "", "文書管理規程"),
    settings={"comments": False},
)


def test_every_part_survives_the_file():
    data = json.loads(json.dumps(appdata.spec_to_data(SPEC)))
    assert appdata.data_to_spec(data) == SPEC


def test_who_becomes_the_section_and_back_and_people_stay_behind():
    local = appdata.localize(SPEC, "kenko")
    assert local.field_rights[0].grants[0].who == "department:kenko"
    assert local.states[0].assignee.who == ("department:kenko",)
    named = replace(
        local,
        notices=(NoticeSpec("general", ("user:4",), events=("created",)),),
        views=(replace(local.views[0], who=("user:9",)),),
    )
    spec, dropped = appdata.globalize(named)
    assert spec.record_rights == SPEC.record_rights
    assert spec.notices == ()
    assert spec.views[0].who == ("section",), "a view of one person is not shown to everybody"
    assert dropped == ["user:4", "user:9"]
