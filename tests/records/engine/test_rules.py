"""Rights on records and fields: SQL = the rules read one after the other; hidden fields do not exist for the reader."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime

import pytest
import records_naive as naive
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from records_shapes import dental

from tomoni.core import clock
from tomoni.core.actor import system
from tomoni.core.errors import Forbidden, Invalid, NotFound
from tomoni.engines.query import parse
from tomoni.people.models import Department, DepartmentVersion, Membership
from tomoni.people.queries import actor_for
from tomoni.records import facade
from tomoni.records.query.reader import reader
from tomoni.records.rights import granted
from tomoni.records.schema.snapshot import spec_of
from tomoni.records.schema.spec import FieldGrant, FieldRightSpec, FieldSpec, RecordRightSpec, RightSpec

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
SET = ["フッ素", "相談"]
FIELDS = (
    FieldSpec("氏名", "text", "氏名"),
    FieldSpec("人数", "number", "人数", options={"digits": 0}),
    FieldSpec("希望", "multichoice", "希望", options={"choices": SET}),
    FieldSpec("担当", "user", "担当"),
    FieldSpec("担当課", "department", "担当課"),
    FieldSpec(
        "明細", "table", "明細", fields=(FieldSpec("品名", "text", "品名"), FieldSpec("値", "number", "値"))
    ),
)
TYPES = {
    "氏名": "text", "人数": "number", "希望": "multichoice", "担当": "user", "担当課": "department",
    "作成者": "creator", "品名": "text", "値": "number", "tables": {"品名": "明細", "値": "明細"},
}  # fmt: skip
STAFF = RightSpec("staff", ("view", "add", "edit", "delete", "export", "import"))


def ruled(actor, *, fields=FIELDS, **parts):
    spec = dental(
        fields=fields, states=(), actions=(), views=(), title_field="氏名", rights=(STAFF,), **parts
    )
    return facade.create_app(actor=actor("admin", "owner"), spec=spec)


def change(actor, **parts):
    from dataclasses import replace

    spec = replace(spec_of(facade.schema(code="dental")), **parts)
    return facade.deploy_app(actor=actor("admin", "owner"), app="dental", spec=spec)


QUERIES = (
    '人数 > "2"', '人数 = "1"', '人数 in ("1", "2", "")', '氏名 like "山"', '氏名 != "山田"', "人数 is empty", "",
    '希望 in ("フッ素")', '希望 not in ("相談")', "担当 in (LOGINUSER())", '品名 = "りんご"', '値 > "3"',
    '人数 < "5" and 希望 in ("相談")', '氏名 = "山田" or 人数 = "3"',
)  # fmt: skip
WHO = (
    "staff", "creator", "role:clerk", "role:dx", "department:kenko", "department:kenko-bu", "unit:kenko-bu", "unit:kenko",
    "field:担当", "field:担当課", "head", "head:kenko", "user:0", "assignee", "field:作成者",
)  # fmt: skip
GRANT = st.builds(
    lambda who, verbs: RightSpec(who, tuple(verbs)),
    st.sampled_from(WHO),
    st.sampled_from([(), ("view",), ("view", "edit"), ("view", "edit", "delete"), ("edit",)]),
)
RULES = st.lists(
    st.builds(RecordRightSpec, st.sampled_from(QUERIES), st.lists(GRANT, min_size=1, max_size=3).map(tuple)),
    max_size=6,
).map(tuple)


def means(who, who_asks, record, codes, chains):
    """The same question as `Person.means`, on the values of one record."""
    kind, _sep, value = who.partition(":")
    if kind == "creator" or who == "field:作成者":
        return record["作成者"] == who_asks.id
    if kind == "field":
        return bool(set(record[value]) & ({who_asks.id} if value == "担当" else who_asks.departments))
    if kind == "assignee":
        return False
    if kind == "head" and not value:
        return bool(chains.get(record["作成者"], frozenset()) & who_asks.heads)
    return {
        "staff": lambda: who_asks.is_staff,
        "role": lambda: value in who_asks.roles,
        "user": lambda: str(who_asks.id) == value,
        "department": lambda: codes.get(value) in who_asks.departments,
        "unit": lambda: codes.get(value) in who_asks.units,
        "head": lambda: codes.get(value) in who_asks.heads,
    }[kind]()


def allowed(rules, verb, who_asks, record, codes, chains):
    """The rules one after the other, as the documentation says."""
    for rule in rules:
        if not naive.holds(parse(rule.query).where, record, who_asks, NOW, TYPES):
            continue
        for grant in rule.grants:
            if means(grant.who, who_asks, record, codes, chains):
                return verb in grant.verbs and "view" in grant.verbs
        return False
    return True


@pytest.fixture
def town(actor, person, section):
    """Two people of two departments, one of them a head, and records of theirs and of nobody."""
    division = Department.objects.get(code="kenko-bu")
    team = Department.objects.create(code="kenko-shika")
    DepartmentVersion.objects.create(
        department=team, name="歯科係", level="team", parent=section, valid_from=date(2020, 4, 1)
    )
    clerk, head, nurse = person("clerk"), person("manager", "head"), person("clerk", "nurse")
    Membership.objects.filter(user=head).update(is_head=True)
    Membership.objects.filter(user=nurse).update(department=team)
    app = ruled(actor)
    rng = random.Random(3)
    users, departments = [clerk.pk, head.pk, nurse.pk], [division.pk, section.pk, team.pk]
    pick = lambda options: rng.choice([*options, None])  # noqa: E731
    for _n in range(40):
        maker = rng.choice([actor_for(clerk), actor_for(nurse), system("test")])
        values = {
            "氏名": pick(["山田", "山川", "海野"]), "人数": pick(["1", "2", "3", "7"]), "希望": rng.sample(SET, rng.randint(0, 2)),
            "担当": rng.sample(users, rng.randint(0, 2)), "担当課": rng.sample(departments, rng.randint(0, 2)),
            "明細": [{"values": {"品名": pick(["りんご", "みかん"]), "値": pick(["1", "5"])}} for _r in range(rng.randint(0, 2))],
        }  # fmt: skip
        facade.create_record(actor=maker, app="dental", values=values)
    rows = {
        r.id: {**r.values, "作成者": r.creator}
        for r in facade.find(actor=system("t"), app="dental", limit=100).records
    }
    chains = {
        nurse.pk: frozenset({team.pk, section.pk}),
        clerk.pk: frozenset({section.pk}),
        head.pk: frozenset({section.pk}),
    }
    codes = dict(Department.objects.values_list("code", "pk"))
    return app, rows, [actor_for(u) for u in (clerk, head, nurse)], codes, chains


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(RULES, st.sampled_from(["view", "edit", "delete"]), st.integers(0, 2))
def test_one_condition_says_what_the_rules_say(town, rules, verb, who):
    from dataclasses import replace

    from tomoni.records.ddl.tables import tables

    app, rows, people, codes, chains = town
    schema = replace(app, record_rights=rules, by_code={})
    asks = people[who]
    with clock.at(NOW):
        found = reader(asks, schema, granted(asks, schema), verb)
        got = set(tables(schema).record._default_manager.filter(found).values_list("pk", flat=True))
    expected = {pk for pk, r in rows.items() if allowed(rules, verb, asks, r, codes, chains)}
    assert got == expected


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(RULES, st.integers(0, 2), st.integers(1, 40))
def test_the_explanation_says_what_the_condition_does(town, rules, who, record):
    from dataclasses import replace

    from tomoni.records.explain import explain_actor

    app, rows, people, codes, chains = town
    schema, asks = replace(app, record_rights=rules, by_code={}), people[who]
    with clock.at(NOW):
        for line in explain_actor(asks, schema, record):
            assert line.may == allowed(rules, line.verb, asks, rows[record], codes, chains), line
            assert line.words


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.builds(FieldGrant, st.sampled_from(WHO), st.sampled_from(["none", "view", "edit"])), min_size=1, max_size=4
    ),
    st.integers(0, 2),
)  # fmt: skip
def test_a_field_is_shown_where_its_rules_say(town, grants, who):
    from dataclasses import replace

    from tomoni.records.query import find
    from tomoni.records.query.sight import seen

    app, rows, people, codes, chains = town
    asks = people[who]
    schema = replace(app, field_rights=(FieldRightSpec("氏名", tuple(grants)),), by_code={})

    def access(record):
        found = (g.access for g in grants if means(g.who, asks, record, codes, chains))
        return next(found, "none")

    shown = {pk for pk, r in rows.items() if access(r) != "none"}
    records = find.find(asks, schema, limit=100).records
    for record in records:
        expected = rows[record.id]["氏名"] if record.id in shown else ""
        assert record.values.get("氏名", "") == expected
    if "氏名" in seen(asks, schema).by_code:
        asked = find.find(asks, schema, '氏名 != "海野"', limit=100).records
        assert {r.id for r in asked} == {pk for pk in shown if rows[pk]["氏名"] != "海野"}
    else:
        assert not shown


def test_a_hidden_field_does_not_exist_for_the_reader(actor):
    ruled(actor, field_rights=(FieldRightSpec("人数", (FieldGrant("role:dx", "edit"),)),))
    clerk, dx = actor("clerk"), actor("dx")
    made = facade.create_record(actor=dx, app="dental", values={"氏名": "山田", "人数": "3"})
    facade.update_record(actor=dx, app="dental", record=made.id, values={"人数": "4"})
    assert facade.get(actor=dx, app="dental", record=made.id).values["人数"] == 4
    assert "人数" not in facade.app(actor=clerk, code="dental").by_code
    assert "人数" not in facade.get(actor=clerk, app="dental", record=made.id).values
    assert "人数" not in facade.find(actor=clerk, app="dental").records[0].values
    assert "人数" not in facade.find(actor=clerk, app="dental", fields=["人数"]).records[0].values
    assert all(not r.changes for r in facade.history(actor=clerk, app="dental", record=made.id))
    for query in ('人数 = "4"', "order by 人数 asc"):
        with pytest.raises(facade.BadQuery) as unknown:
            facade.find(actor=clerk, app="dental", query=query)
        with pytest.raises(facade.BadQuery) as never:
            facade.find(actor=clerk, app="dental", query=query.replace("人数", "無数"))
        assert unknown.value.details["code"] == never.value.details["code"]
    for call in (
        lambda: facade.create_record(actor=clerk, app="dental", values={"人数": "1"}),
        lambda: facade.update_record(actor=clerk, app="dental", record=made.id, values={"人数": "1"}),
    ):
        with pytest.raises(Invalid) as hidden:
            call()
        assert hidden.value.errors["人数"] == ["この項目はありません。"]
    changed = facade.update_record(actor=clerk, app="dental", record=made.id, values={"氏名": "山川"})
    assert "人数" not in changed.values
    assert facade.get(actor=dx, app="dental", record=made.id).values["人数"] == 4


def test_a_field_to_look_at_keeps_its_value(actor):
    ruled(
        actor,
        field_rights=(FieldRightSpec("人数", (FieldGrant("role:dx", "edit"), FieldGrant("staff", "view"))),),
    )
    clerk, dx = actor("clerk"), actor("dx")
    made = facade.create_record(actor=dx, app="dental", values={"氏名": "山田", "人数": "3"})
    same = {"氏名": "山川", "人数": "3"}
    assert facade.update_record(actor=clerk, app="dental", record=made.id, values=same).values["人数"] == 3
    with pytest.raises(Invalid) as no:
        facade.update_record(actor=clerk, app="dental", record=made.id, values={"人数": "4"})
    assert "権限" in no.value.errors["人数"][0]
    with pytest.raises(Invalid):
        facade.create_record(actor=clerk, app="dental", values={"人数": "4"})
    assert facade.create_records(actor=clerk, app="dental", rows=[{"氏名": "a", "人数": "4"}]).errors[0][
        "人数"
    ]
    assert facade.access(actor=clerk, app="dental") == {"人数": "view"}


def test_who_cannot_fill_in_a_required_field_is_not_asked_for_it(actor):
    fields = (FieldSpec("氏名", "text", "氏名"), FieldSpec("決裁", "text", "決裁", required=True))
    ruled(actor, fields=fields, field_rights=(FieldRightSpec("決裁", (FieldGrant("role:dx", "edit"),)),))
    assert facade.create_record(actor=actor("clerk"), app="dental", values={"氏名": "山田"}).id == 1
    with pytest.raises(Invalid):
        facade.create_record(actor=actor("dx"), app="dental", values={"氏名": "山田"})


def test_a_column_of_a_table_is_hidden_and_survives(actor):
    ruled(actor, field_rights=(FieldRightSpec("値", (FieldGrant("role:dx", "edit"),)),))
    clerk, dx = actor("clerk"), actor("dx")
    rows = [{"values": {"品名": "りんご", "値": "5"}}]
    made = facade.create_record(actor=dx, app="dental", values={"明細": rows})
    seen = facade.get(actor=clerk, app="dental", record=made.id).values["明細"]
    assert [row["values"] for row in seen] == [{"品名": "りんご"}]
    with pytest.raises(facade.BadQuery):
        facade.find(actor=clerk, app="dental", query='値 = "5"')
    changed = [{"id": seen[0]["id"], "values": {"品名": "みかん"}}]
    facade.update_record(actor=clerk, app="dental", record=made.id, values={"明細": changed})
    after = facade.get(actor=dx, app="dental", record=made.id).values["明細"][0]["values"]
    assert (after["品名"], after["値"]) == ("みかん", 5)


def test_records_of_others_are_neither_seen_nor_changed(actor):
    rule = RecordRightSpec(
        '人数 >= "5"', (RightSpec("role:dx", ("view", "edit", "delete")), RightSpec("staff", ("view",)))
    )
    hidden = RecordRightSpec('氏名 = "秘"', (RightSpec("role:dx", ("view",)),))
    ruled(actor, record_rights=(rule, hidden))
    clerk, dx = actor("clerk"), actor("dx")
    many = facade.create_record(actor=dx, app="dental", values={"氏名": "多い", "人数": "9"})
    secret = facade.create_record(actor=dx, app="dental", values={"氏名": "秘"})
    plain = facade.create_record(actor=dx, app="dental", values={"氏名": "普通"})
    assert {r.id for r in facade.find(actor=clerk, app="dental").records} == {many.id, plain.id}
    with pytest.raises(Forbidden):
        facade.update_record(actor=clerk, app="dental", record=many.id, values={"氏名": "x"})
    for call in (facade.get, facade.history, facade.delete_record):
        with pytest.raises(NotFound):
            call(actor=clerk, app="dental", record=secret.id)
    with pytest.raises(Forbidden):
        facade.update_record(actor=dx, app="dental", record=secret.id, values={"氏名": "x"})


def test_many_departments_are_one_short_condition(actor, django_assert_max_num_queries):
    codes = [f"d{n}" for n in range(253)]
    Department.objects.bulk_create([Department(code=c) for c in codes])
    rules = tuple(
        RecordRightSpec(f'担当課 in ("{c}")', (RightSpec(f"department:{c}", ("view", "edit")),)) for c in [*codes[:200], "kenko", *codes[200:]]
    )  # fmt: skip
    ruled(actor, record_rights=rules[:200])
    change(actor, record_rights=rules[54:])
    dx = system("t")
    ids = dict(Department.objects.values_list("code", "pk"))
    mine = facade.create_record(actor=dx, app="dental", values={"担当課": [ids["kenko"]]})
    facade.create_record(actor=dx, app="dental", values={"担当課": [ids["d100"]]})
    facade.create_record(actor=dx, app="dental", values={"担当課": [ids["d220"]]})
    free = facade.create_record(actor=dx, app="dental", values={"氏名": "課なし"})
    clerk = actor("clerk")
    with django_assert_max_num_queries(12):
        assert {r.id for r in facade.find(actor=clerk, app="dental").records} == {mine.id, free.id}


def test_a_transfer_changes_what_is_seen_on_its_day(actor, person):
    rule = RecordRightSpec("", (RightSpec("unit:kenko", ("view",)),))
    ruled(
        actor,
        record_rights=(rule,),
        field_rights=(FieldRightSpec("人数", (FieldGrant("unit:kenko", "view"),)),),
    )
    facade.create_record(actor=system("t"), app="dental", values={"氏名": "山田"})
    clerk = person("clerk")
    Membership.objects.filter(user=clerk).update(valid_to=date(2026, 4, 1))
    before, after = actor_for(clerk, date(2026, 3, 31)), actor_for(clerk, date(2026, 4, 1))
    assert facade.find(actor=before, app="dental").total == 1
    assert "人数" in facade.app(actor=before, code="dental").by_code
    assert facade.find(actor=after, app="dental").total == 0
    assert "人数" not in facade.app(actor=after, code="dental").by_code


def test_the_reason_is_said_in_words(actor):
    ruled(
        actor,
        record_rights=(RecordRightSpec('氏名 = "秘"', (RightSpec("role:dx", ("view",)),)),),
        field_rights=(FieldRightSpec("人数", (FieldGrant("role:dx", "edit"), FieldGrant("staff", "none"))),),
    )
    clerk, owner = actor("clerk"), actor("admin", "owner")
    secret = facade.create_record(actor=owner, app="dental", values={"氏名": "秘"})
    by_verb = {e.verb: e for e in facade.explain(actor=owner, app="dental", person=clerk.id)}
    assert by_verb["view"].rule == "right:1"
    assert "職員全員" in by_verb["view"].words
    assert not by_verb["manage"].may
    assert by_verb["manage"].rule == "none"
    on_record = facade.explain(actor=owner, app="dental", person=clerk.id, record=secret.id)
    assert [(e.may, e.rule) for e in on_record] == [(False, "record_right:1")] * 3
    on_field = facade.explain(actor=owner, app="dental", person=clerk.id, field="人数")
    assert [(e.may, e.rule) for e in on_field] == [(False, "field_right:人数")] * 2
    assert all(e.rule == "owner" for e in facade.explain(actor=owner, app="dental", person=owner.id))
    with pytest.raises(Forbidden):
        facade.explain(actor=clerk, app="dental", person=owner.id)
