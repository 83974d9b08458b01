"""見直し: four questions in their order, hours that can be, nothing lost, nothing overwritten."""

from decimal import Decimal

import pytest
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from tomoni.challenges.actions.close_review import close_review
from tomoni.challenges.models import Answer, Review
from tomoni.challenges.queries import expected
from tomoni.challenges.rules import expected_hours
from tomoni.core.errors import Conflict, Forbidden, Invalid, NotFound
from tomoni.core.models import AuditEntry

pytestmark = pytest.mark.django_db


def test_the_order_holds(answer):
    with pytest.raises(Invalid):
        answer("combine")
    assert not Review.objects.exists()
    for question in ("eliminate", "combine", "rearrange"):
        answer(question)
        with pytest.raises(Invalid):
            answer("automate")
    review = answer("simplify", "do", hours=(1, 2, 3))
    answer("automate", "look")
    assert [a.question for a in review.answers.order_by("pk")] == [
        "eliminate", "combine", "rearrange", "simplify", "automate",
    ]  # fmt: skip


def test_hours_come_from_the_survey(answer):
    review = answer("eliminate")
    assert (review.hours, review.section, review.subject) == (Decimal("93.3"), "健康推進課", "歯科相談の受付")
    with pytest.raises(Invalid) as caught:
        answer("combine", "do", hours=(50, 60, 94))
    assert "high" in caught.value.errors
    answer("combine", "do", hours=("0.1", "60", "93.3"))


hours = st.decimals(-5, 120, places=1)


@settings(deadline=None)
@given(st.sampled_from(["do", "not", "look"]), hours, hours, hours, st.none() | st.just(Decimal("93.3")))
def test_hours_that_can_be(decision, low, mid, high, limit):
    """The rule against its words."""
    fine = 0 <= low <= mid <= high and (limit is None or high <= limit)
    if decision == "not":
        fine = low == mid == high == 0
    if decision == "do":
        fine = fine and high > 0
    try:
        expected_hours(decision, low, mid, high, limit)
    except Invalid:
        assert not fine
    else:
        assert fine


def test_eliminating_names_who_can_decide(answer):
    with pytest.raises(Invalid) as caught:
        answer("eliminate", "do", hours=(1, 2, 3))
    assert "decider" in caught.value.errors
    review = answer("eliminate", "do", hours=(1, 2, 3), decider="assembly")
    assert review.answers.get().decider == "assembly"
    answer("eliminate", "not", revision=1)
    assert review.answers.get().decider == ""


@pytest.mark.parametrize("reason", ["", "   ", "\x00", "x" * 4001])
def test_a_reason_is_needed(answer, reason):
    with pytest.raises(Invalid):
        answer("eliminate", reason=reason)


def test_editing_and_a_stale_edit(answer):
    answer("eliminate")
    review = answer("eliminate", "look", revision=1)
    assert (review.answers.get().decision, review.answers.get().revision) == ("look", 2)
    with pytest.raises(Conflict) as caught:
        answer("eliminate", "not", revision=1)
    assert caught.value.details["theirs"]["decision"] == "look"
    assert caught.value.details["mine"]["decision"] == "not"


def test_a_double_submit_changes_nothing(answer):
    answer("eliminate")
    before = AuditEntry.objects.count()
    answer("eliminate")
    assert Answer.objects.get().revision == 1
    assert AuditEntry.objects.count() == before


def test_unknown_task_and_question(answer):
    with pytest.raises(NotFound):
        answer("eliminate", task_id="nothing")
    with pytest.raises(NotFound):
        answer("promote")


def test_one_open_review_a_task_and_a_new_one_after_closing(four, actor, answer):
    assert answer("automate", "look").pk == four.pk
    closed = close_review(actor=actor("clerk"), review=four.pk)
    assert closed.state == "closed"
    close_review(actor=actor("clerk"), review=four.pk)
    assert answer("eliminate").pk != four.pk


def test_closing_needs_four_answers(answer, actor):
    review = answer("eliminate")
    with pytest.raises(Invalid):
        close_review(actor=actor("dx"), review=review.pk)


@pytest.mark.parametrize(
    ("role", "may"),
    [
        ("clerk", True),
        ("dx", True),
        ("manager", True),
        ("admin", True),
        ("resident", False),
        ("partner", False),
    ],
)
def test_roles(answer, role, may):
    if may:
        answer("eliminate", role=role)
    else:
        with pytest.raises(Forbidden):
            answer("eliminate", role=role)


def test_expected_hours_never_pass_the_survey(four):
    answers = list(four.answers.all())
    assert expected(answers, four.hours) == (20, 30, 40)
    assert expected(answers, Decimal(25)) == (20, 25, 25)


def post(client, url, question, **more):
    values = {
        "decision": "not",
        "reason": "理由",
        "low": "",
        "mid": "",
        "high": "",
        "decider": "",
        "revision": "0",
    } | more
    return client.post(url, {f"{question}-{k}": v for k, v in values.items()} | {"question": question})


def test_the_page_step_by_step(client_as, task):
    client, url = client_as("clerk"), reverse("challenges:review_task", args=[task])
    page = client.get(url).content.decode()
    assert page.count('name="question"') == 1
    assert 'value="eliminate"' in page
    for question, following in (
        ("eliminate", "combine"),
        ("combine", "rearrange"),
        ("rearrange", "simplify"),
    ):
        answer = post(client, url, question)
        assert (answer.status_code, answer["Location"]) == (302, f"{url}#next")
        page = client.get(url).content.decode()
        assert f'value="{following}"' in page
        assert "review=" not in page
    assert (
        post(
            client, url, "simplify", decision="do", low="１,０００".replace("，", ","), mid="30", high="40"
        ).status_code
        == 422
    )
    assert (
        post(client, url, "simplify", decision="do", low="２０", mid="30時間", high="40").status_code == 302
    )
    page = client.get(url).content.decode()
    assert f"{reverse('challenges:new')}?review={Review.objects.get().pk}" in page
    assert client.get(url + "?step=combine").content.decode().count('value="combine"') == 1


def test_mistakes_come_back_with_what_was_typed(client_as, task):
    url = reverse("challenges:review_task", args=[task])
    answer = post(
        client_as("clerk"),
        url,
        "eliminate",
        decision="look",
        reason="<b>調べる</b>",
        low="5",
        mid="3",
        high="たくさん",
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "&lt;b&gt;調べる&lt;/b&gt;" in page
    assert "data-error-summary" in page
    assert not Review.objects.exists()


def test_a_conflict_shows_both(client_as, task, answer):
    answer("eliminate", "look", reason="さきの答え")
    url = reverse("challenges:review_task", args=[task])
    got = post(client_as("clerk"), url, "eliminate", reason="あとの答え")
    assert got.status_code == 409
    assert "さきの答え" in got.content.decode()
    assert "あとの答え" in got.content.decode()


@pytest.mark.parametrize("question", ["", "x" * 5000, "automate", "promote"])
def test_odd_questions(client_as, task, question):
    got = post(client_as("clerk"), reverse("challenges:review_task", args=[task]), question)
    assert got.status_code in (400, 404, 422)


def test_procedure_review(client_as):
    from tomoni.workload.inventory import procedures

    procedure = procedures()[0]
    url = reverse("challenges:review_procedure", args=[procedure.id])
    client = client_as("dx")
    assert client.get(url).status_code == 200
    assert post(client, url, "eliminate").status_code == 302
    review = Review.objects.get()
    assert (review.procedure_id, review.hours) == (procedure.id, None)
    assert client.get(reverse("challenges:review_procedure", args=["nothing"])).status_code == 404


def test_closed_review_can_be_read(client_as, four, actor):
    close_review(actor=actor("dx"), review=four.pk)
    page = client_as("clerk").get(reverse("challenges:review", args=[four.pk]))
    assert page.status_code == 200
    assert "simplify の理由" in page.content.decode()
