"""A renamed state is found under its new name by every query of the definition."""

from __future__ import annotations

import pytest

from tomoni.records import facade
from tomoni.records.schema.renaming import in_query

NEW = {"受付": '受"付'}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ('ステータス in ("受付", "完了")', 'ステータス in ("受\\"付", "完了")'),
        ('種類 = "受付" and ステータス = "受付"', '種類 = "受付" and ステータス = "受\\"付"'),
        ('内容 like "ステータス = \\"受付\\"" or\n not_x = 1', None),
        ('内容 = "a"\nand (ステータス != "受付" or 氏名 = "受付") order by 氏名 asc',
         '内容 = "a"\nand (ステータス != "受\\"付" or 氏名 = "受付") order by 氏名 asc'),
        ("", ""),
        ("壊れた (", "壊れた ("),
    ],
)  # fmt: skip
def test_only_comparisons_of_the_status_change(text, wanted):
    assert in_query(text, NEW) == (text if wanted is None else wanted)


@pytest.mark.django_db
def test_views_and_conditions_follow(dental, add, actor):
    add(2)
    from dataclasses import replace

    states = tuple(replace(s, name="受け付けた") if s.name == "受付" else s for s in dental.states)
    actions = tuple(
        replace(
            a, source=a.source.replace("受付", "受け付けた"), target=a.target.replace("受付", "受け付けた")
        )
        for a in dental.actions
    )
    facade.set_process(
        actor=actor("dx"), app="dental", states=states, actions=actions, renames={"受付": "受け付けた"}
    )
    view = facade.schema(code="dental").views[0]
    assert facade.count(actor=actor("dx"), app="dental", query=view.query) == 2
