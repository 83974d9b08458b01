"""取組: made once, changed by those who may, with a tool, with uses of the freed time."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from tomoni.challenges import facade, queries
from tomoni.challenges.actions.attach_app import attach_app
from tomoni.challenges.actions.report_uses import report_uses
from tomoni.challenges.actions.run_round import start_round
from tomoni.challenges.actions.write_challenge import create_challenge, current, edit_challenge
from tomoni.challenges.models import Challenge, UseReport
from tomoni.challenges.rules import MeasureSpec, UseSpec
from tomoni.core.errors import Conflict, Forbidden, Invalid, NotFound

pytestmark = pytest.mark.django_db


def test_a_review_becomes_one_challenge(challenge, four, actor, details):
    four.refresh_from_db()
    assert (four.state, challenge.task_id, challenge.stage) == ("closed", "T-001", "prepare")
    again = create_challenge(actor=actor("dx"), details=details(), key="key-other-01", review=four.pk)
    assert again.pk == challenge.pk
    assert facade.for_task("T-001").pk == challenge.pk
    assert facade.for_task("nothing") is None
    assert facade.for_task("") is None


def test_a_double_tap_makes_one(actor, details):
    for _ in range(2):
        create_challenge(actor=actor("dx"), details=details(), key="key-00000009")
    assert Challenge.objects.count() == 1


def test_four_questions_come_first(answer, actor, details):
    review = answer("eliminate")
    with pytest.raises(Invalid):
        create_challenge(actor=actor("dx"), details=details(), key="key-00000009", review=review.pk)
    answer("eliminate", "do", hours=(1, 2, 3), decider="head", revision=1)
    made = create_challenge(
        actor=actor("dx"), details=details(kind="stop"), key="key-00000009", review=review.pk
    )
    assert made.review_id == review.pk


def test_every_mistake_at_once(actor, details):
    wrong = details(
        title=" ",
        kind="grow",
        owner_id=999,
        department_id=999,
        hypothesis="",
        due_on=date(2020, 1, 1),
        measures=(),
        uses=(),
    )
    with pytest.raises(Invalid) as caught:
        create_challenge(actor=actor("dx"), details=wrong, key="key-00000009")
    assert set(caught.value.errors) == {
        "title", "kind", "owner_id", "department_id", "hypothesis", "due_on", "measure", "uses",
    }  # fmt: skip


@pytest.mark.parametrize(
    "more",
    [
        {"measures": (MeasureSpec("score", Decimal(6)),)},
        {"measures": (MeasureSpec("active", Decimal(-1)),)},
        {"measures": (MeasureSpec("active", Decimal(5)), MeasureSpec("active", Decimal(6)))},
        {"measures": (MeasureSpec("happiness", Decimal(5)),)},
        {"uses": (UseSpec("consult", "x", Decimal(0)),)},
        {"uses": (UseSpec("nap", "x", Decimal(1)),)},
        {"uses": (UseSpec("consult", "x" * 201, Decimal(1)),)},
        {"title": "題" * 201},
    ],
)
def test_what_cannot_be(actor, details, more):
    with pytest.raises(Invalid):
        create_challenge(actor=actor("dx"), details=details(**more), key="key-00000009")


def test_a_stale_edit_keeps_both(challenge, actor, details):
    said = replace(current(challenge), title="甲")
    edit_challenge(actor=actor("dx"), challenge=challenge.pk, details=said, revision=1)
    with pytest.raises(Conflict) as caught:
        edit_challenge(
            actor=actor("dx"), challenge=challenge.pk, details=replace(said, title="乙"), revision=1
        )
    assert (caught.value.details["theirs"]["title"], caught.value.details["mine"]["title"]) == ("甲", "乙")


def test_conditions_stand_once_a_round_has_begun(running, actor):
    said = current(running)
    easier = replace(said, measures=(MeasureSpec("active", Decimal(13), Decimal(14)), said.measures[1]))
    with pytest.raises(Invalid):
        edit_challenge(actor=actor("dx"), challenge=running.pk, details=easier, revision=running.revision)
    edit_challenge(
        actor=actor("dx"),
        challenge=running.pk,
        details=replace(said, title="よい題"),
        revision=running.revision,
    )


def other_section():
    from tomoni.people.models import Department, DepartmentVersion

    other = Department.objects.create(code="zeimu")
    DepartmentVersion.objects.create(
        department=other, name="税務課", level="section", valid_from=date(2020, 4, 1)
    )
    return other


def test_a_clerk_changes_only_the_own_sections(challenge, actor, details, person):
    said = current(challenge)
    edit_challenge(actor=actor("clerk"), challenge=challenge.pk, details=said, revision=1)
    far = replace(said, department_id=other_section().pk, owner_id=person("dx").pk)
    edit_challenge(actor=actor("dx"), challenge=challenge.pk, details=far, revision=2)
    with pytest.raises(Forbidden):
        edit_challenge(actor=actor("clerk"), challenge=challenge.pk, details=far, revision=3)
    with pytest.raises(Forbidden):
        create_challenge(actor=actor("clerk"), details=far, key="key-00000077")
    assert Challenge.objects.count() == 1


@pytest.mark.parametrize("role", ["resident", "partner"])
def test_residents_stay_outside(challenge, actor, details, client_as, role):
    with pytest.raises((Forbidden, NotFound)):
        edit_challenge(actor=actor(role), challenge=challenge.pk, details=details(), revision=1)
    for name, args in (
        ("home", []), ("list", []), ("challenge", [challenge.pk]), ("calculation", [challenge.pk]), ("new", []),
        ("edit", [challenge.pk]), ("tools", [challenge.pk]), ("uses", [challenge.pk]), ("review", [1]),
        ("announcement", [challenge.pk]), ("check", [challenge.pk]),
    ):  # fmt: skip
        assert client_as(role).get(reverse(f"challenges:{name}", args=args)).status_code == 403


def test_nobody_without_sign_in(challenge, client):
    for name, args in (
        ("home", []),
        ("list", []),
        ("challenge", [challenge.pk]),
        ("announcement", [challenge.pk]),
    ):
        assert client.get(reverse(f"challenges:{name}", args=args)).status_code == 302


def test_attaching_an_app(challenge, app, actor):
    for _ in range(2):
        attach_app(actor=actor("clerk"), challenge=challenge.pk, app=app)
    challenge.refresh_from_db()
    assert challenge.app_code == app
    assert challenge.happenings.filter(kind="app").count() == 1
    with pytest.raises(NotFound):
        attach_app(actor=actor("clerk"), challenge=challenge.pk, app="nothing")


def test_installing_a_kit(challenge, actor):
    from tomoni.challenges import neighbours

    kits = neighbours.kits(task_id=challenge.task_id)
    assert kits
    for _ in range(2):
        attach_app(actor=actor("dx"), challenge=challenge.pk, kit=kits[0].code)
    challenge.refresh_from_db()
    from tomoni.records import facade as records

    made = records.schema(code=challenge.app_code)
    assert (made.task_id, challenge.kit_code) == (challenge.task_id, kits[0].code)
    assert challenge.happenings.filter(kind="kit").count() == 1


def test_a_kit_goes_to_the_section_of_the_challenge(challenge, actor, section, person):
    """The DX office installs it, the section that does the work owns it."""
    from tomoni.people.models import Membership
    from tomoni.records import facade as records

    Membership.objects.filter(user=person("dx")).update(department=other_section())
    attach_app(actor=actor("dx"), challenge=challenge.pk, kit="dental-reception")
    challenge.refresh_from_db()
    made = records.schema(code=challenge.app_code)
    assert "department:kenko" in {r.who for r in made.rights}
    assert records.may(actor=actor("clerk"), app=challenge.app_code, verb="add")
    assert "department:zeimu" not in {r.who for r in made.rights}


def test_without_a_section_a_kit_goes_to_the_tasks(challenge, actor, person):
    from tomoni.people.models import Membership
    from tomoni.records import facade as records

    Membership.objects.filter(user=person("dx")).update(department=other_section())
    Challenge.objects.filter(pk=challenge.pk).update(department_id=None)
    attach_app(actor=actor("dx"), challenge=challenge.pk, kit="dental-reception")
    challenge.refresh_from_db()
    assert "department:kenko" in {r.who for r in records.schema(code=challenge.app_code).rights}


def test_the_form_is_linked_only_where_it_leads(challenge, actor, client_as):
    """In preparation the public page is a 404: only the staff page is linked, and only for those who may open it."""
    from tomoni.procedures import facade as procedures

    attach_app(actor=actor("dx"), challenge=challenge.pk, kit="dental-reception")
    challenge.refresh_from_db()
    form = procedures.form_for_app(challenge.app_code)
    page, public = reverse("challenges:challenge", args=[challenge.pk]), f'href="/f/{form.slug}/"'
    staff = f'href="{reverse("procedures:staff_form", args=[form.slug])}"'
    text = client_as("dx").get(page).content.decode()
    assert staff in text
    assert public not in text
    assert "いまは受け付けていません" in text
    assert client_as("dx").get(reverse("procedures:staff_form", args=[form.slug])).status_code == 200
    form.state = "open"
    form.save()
    text = client_as("dx").get(page).content.decode()
    assert staff in text
    assert public in text
    assert client_as("dx").get(f"/f/{form.slug}/").status_code == 200


def test_no_tool_for_stopping_and_none_exchanged_while_measuring(stopping, running, actor):
    with pytest.raises(Invalid):
        attach_app(actor=actor("dx"), challenge=stopping.pk, kit="any")
    with pytest.raises(Conflict):
        attach_app(actor=actor("dx"), challenge=running.pk, app="other")


def test_a_round_needs_a_tool(challenge, actor):
    with pytest.raises(Invalid):
        start_round(
            actor=actor("dx"), challenge=challenge.pk, starts_on=date(2026, 11, 1), ends_on=date(2026, 12, 1)
        )


def test_uses_by_month(challenge, actor):
    for hours in (1, 3):
        report_uses(
            actor=actor("clerk"),
            challenge=challenge.pk,
            month=date(2026, 10, 17),
            hours={"consult": Decimal(hours)},
        )
    assert [(r.month, r.hours) for r in UseReport.objects.all()] == [(date(2026, 10, 1), Decimal(3))]
    for month, hours in (
        (date(2026, 12, 1), {"consult": Decimal(1)}),
        (date(2026, 10, 1), {"consult": Decimal(-1)}),
        (date(2026, 10, 1), {"visit": Decimal(1)}),
        (date(2026, 10, 1), {}),
    ):
        with pytest.raises(Invalid):
            report_uses(actor=actor("clerk"), challenge=challenge.pk, month=month, hours=hours)


def form_values(person, section, **more):
    values = {
        "key": "key-form-0001", "title": "題", "kind": "build", "owner_id": person("clerk").pk, "department_id": section.pk,
        "hypothesis": "仮説", "due_on": "令和9年3月31日", "figure": "active", "baseline": "１４", "target": "6分",
        "figure1": "score", "target1": "4", "planned_consult": "2", "what_consult": "相談",
    }  # fmt: skip
    return values | more


def test_the_form(client_as, person, section, four):
    client, url = client_as("dx"), f"{reverse('challenges:new')}?review={four.pk}"
    page = client.get(url).content.decode()
    assert "simplify の理由" in page
    for _ in range(2):
        assert client.post(url, form_values(person, section)).status_code == 302
    made = Challenge.objects.get()
    assert (made.due_on, made.review_id) == (date(2027, 3, 31), four.pk)
    assert [(m.figure, m.baseline, m.target) for m in made.measures.all()] == [
        ("active", Decimal("14.0"), Decimal("6.0")),
        ("score", None, Decimal("4.0")),
    ]


@pytest.mark.parametrize(
    "more",
    [
        {"title": ""},
        {"title": "題" * 10_000},
        {"due_on": "あした"},
        {"owner_id": "1 OR 1=1"},
        {"department_id": "-5"},
        {"target": "<script>"},
        {"target1": ""},
        {"planned_consult": "0"},
        {"planned_consult": "9" * 30},
        {"hypothesis": "\x00"},
        {"key": ""},
    ],
)
def test_hostile_forms(client_as, person, section, more):
    got = client_as("dx").post(reverse("challenges:new"), form_values(person, section, **more))
    assert got.status_code == 422
    assert '<script>"' not in got.content.decode()
    assert not Challenge.objects.exists()


def test_stale_form_is_409_with_both(client_as, challenge, person, section):
    client, url = client_as("dx"), reverse("challenges:edit", args=[challenge.pk])
    values = form_values(person, section, figure1="elapsed", target1="2", baseline1="5", target="6")
    assert client.post(url, values | {"revision": "1", "title": "甲乙"}).status_code == 302
    got = client.post(url, values | {"revision": "1", "title": "丙丁"})
    assert got.status_code == 409
    page = got.content.decode()
    assert page.count("ほかの人が先に") == 1  # said once
    assert "<td>丙丁</td><td>甲乙</td>" in page
    assert '<th scope="row">仮説</th>' not in page  # only what differs
    assert 'name="revision" value="2"' in page
    assert client.post(url, values | {"revision": "2", "title": "丙丁"}).status_code == 302


def test_a_stale_form_names_measures_uses_and_people(client_as, challenge, person, section):
    client, url = client_as("dx"), reverse("challenges:edit", args=[challenge.pk])
    values = form_values(person, section, figure1="elapsed", target1="2", baseline1="5", target="6")
    assert client.post(url, values | {"revision": "1"}).status_code == 302
    got = client.post(
        url, values | {"revision": "1", "target": "3", "what_visit": "訪問", "planned_visit": "4"}
    )
    page = got.content.decode()
    assert got.status_code == 409
    assert '<th scope="row">どう測るか</th>' in page
    assert '<th scope="row">生み出した時間の使い道</th>' in page
    assert '<th scope="row">題名</th>' not in page


@pytest.mark.parametrize("name", ["title", "hypothesis", "what_consult"])
def test_an_individual_number_is_refused(client_as, person, section, name):
    got = client_as("dx").post(
        reverse("challenges:new"), form_values(person, section, **{name: "１２３４ー５６７８ー９０１８"})
    )
    assert got.status_code == 422
    assert "個人番号" in got.content.decode()
    assert not Challenge.objects.exists()


@pytest.mark.parametrize("pk", [0, 999_999, 10**17])
def test_unknown_challenges(client_as, pk):
    for name in ("challenge", "edit", "tools", "uses", "ending", "check", "announcement", "calculation"):
        assert client_as("dx").get(reverse(f"challenges:{name}", args=[pk])).status_code == 404


def test_filters(client_as, actor, challenge, stopping, section):
    def found(**filters):
        return {r.pk for r in queries.challenges(actor=actor("dx"), filters=queries.Filters(**filters)).rows}

    both = {challenge.pk, stopping.pk}
    assert found() == both
    assert found(kind="stop") == {stopping.pk}
    assert found(state="prepare") == both
    assert found(state="ended") == set()
    assert found(section=section.pk) == both
    assert found(section=other_section().pk) == set()
    assert found(mine=True) == set()
    assert found(q="スマートフォン") == {challenge.pk}
    first = queries.challenges(actor=actor("dx"), limit=1)
    rest = queries.challenges(actor=actor("dx"), limit=1, after=first.next)
    assert [r.pk for r in first.rows + rest.rows] == [stopping.pk, challenge.pk]
    assert rest.next is None
    client = client_as("clerk")
    for asked in (
        "state=wait",
        "state='",
        "section=x",
        "kind=%00",
        "q=%00",
        "after=-1",
        "after=" + "9" * 40,
        "mine=1",
    ):
        assert client.get(f"{reverse('challenges:list')}?{asked}").status_code in (200, 400)


def test_for_task_leads_on(client_as, challenge):
    client = client_as("clerk")
    assert client.get(reverse("challenges:for_task", args=["T-001"]))["Location"].endswith(
        f"/{challenge.pk}/"
    )
    assert "review/task/T-009" in client.get(reverse("challenges:for_task", args=["T-009"]))["Location"]
