"""The town's week on the home page: added up over apps, few staff left out, nobody's own figures."""

from datetime import UTC, date, datetime

import pytest
from django.core.cache import cache

from tomoni.challenges import town
from tomoni.challenges.models import Challenge
from tomoni.core import clock, registry

pytestmark = pytest.mark.django_db
TUESDAY = datetime(2026, 11, 10, 3, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def fresh():
    cache.clear()


def test_town_week(running, worked, actor, django_assert_max_num_queries):
    worked(cases=6, staff=3, minutes=5)
    dx = actor("dx")
    with clock.at(TUESDAY), django_assert_max_num_queries(30):
        found = town.town_figures(dx)
    done, hours, freed, going = found.metrics
    assert (done.value, going.value) == (6, 1)
    assert hours.value == pytest.approx(0.5)
    assert freed.value == pytest.approx(60 / 12)
    assert "遅れはありません" in going.note
    assert all(m.url for m in found.metrics)
    with clock.at(TUESDAY), django_assert_max_num_queries(2):
        town.town_figures(dx)  # the challenges, and what was counted before
    assert town.town_figures(actor("resident")) is None


def test_few_staff_are_left_out(running, worked, actor):
    worked(cases=6, staff=2)
    with clock.at(TUESDAY):
        done, hours, freed, _going = town.town_figures(actor("dx")).metrics
    assert (done.value, hours.value, freed.value) == (6, None, None)
    assert "3人" in hours.note


def test_an_app_of_two_challenges_is_counted_once(running, worked, actor):
    worked(cases=6, staff=3, minutes=5)
    Challenge.objects.create(
        key="other",
        title="別の取組",
        kind="simplify",
        stage="run",
        hypothesis="x",
        due_on=date(2026, 11, 1),
        app_code=running.app_code,
        created_at=TUESDAY,
        updated_at=TUESDAY,
    )
    with clock.at(TUESDAY):
        done, hours, _freed, going = town.town_figures(actor("dx")).metrics
    assert (done.value, going.value) == (6, 2)
    assert hours.value == pytest.approx(0.5)


def test_late_and_ending_are_told(challenge, actor):
    Challenge.objects.filter(pk=challenge.pk).update(kind="stop", due_on=date(2026, 11, 1))
    with clock.at(TUESDAY):
        done, _hours, _freed, going = town.town_figures(actor("dx")).metrics
    assert done.value is None
    assert going.note == "やめる取組 1件、期限を過ぎた 1件"


def test_nothing_without_challenges(actor, db):
    assert town.town_figures(actor("dx")) is None


def test_only_heads_and_the_office_see_it(running, client_as):
    assert town.town_figures in registry.FIGURES["town"]
    for role, sees in (("dx", True), ("manager", True), ("clerk", False)):
        assert ("市役所全体の先週" in client_as(role).get("/").text) == sees, role
