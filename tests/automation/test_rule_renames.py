"""A state that takes another name takes its rules along."""

from __future__ import annotations

from dataclasses import replace

from tomoni.records import facade as records


def test_rules_follow_the_new_name_of_a_state(actor, app, rule):
    made = rule(
        trigger="state_changed",
        when='ステータス in ("受付", "確認") and 件名 = "受付"',
        **{"from": ["受付"], "to": ["確認"]},
        actions=[{"kind": "notice", "to": "section", "text": "進みました"}],
    )
    dx = actor("dx")
    schema = records.schema(code=app)
    states = [replace(s, name="受け付けた") if s.name == "受付" else s for s in schema.states]
    actions = [
        replace(
            a,
            source="受け付けた" if a.source == "受付" else a.source,
            target="受け付けた" if a.target == "受付" else a.target,
        )
        for a in schema.actions
    ]
    records.set_process(actor=dx, app=app, states=states, actions=actions, renames={"受付": "受け付けた"})
    before = made.revision
    made.refresh_from_db()
    assert made.when == 'ステータス in ("受け付けた", "確認") and 件名 = "受付"'
    assert (made.from_states, made.to_states) == (["受け付けた"], ["確認"])
    assert made.revision == before + 1
