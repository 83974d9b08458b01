"""What new users stumbled over in core: double sends, positions of lists, blank error pages, the audit page."""

from dataclasses import replace

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tomoni.core import audit, clock, once, stale
from tomoni.core.actions import action
from tomoni.core.actor import system
from tomoni.core.errors import Conflict, Invalid
from tomoni.core.models import Job, OnceKey
from tomoni.core.privacy import refuse_individual_numbers

pytestmark = pytest.mark.django_db
ACTOR = system("test")
TOWN = {"name": "ともに市", "code": "", "contact_section": "市民課", "telephone": "", "hours": ""}
made: list[int] = []


@action("test.make_once")
def make(*, actor, key: str, fail: bool = False) -> object:
    def work() -> list[int]:
        if fail:
            raise Invalid("いいえ")
        made.append(1)
        return [len(made)]

    return once.run("test", key, work)


def test_once_does_it_once_and_answers_alike():
    made.clear()
    key = once.new_key()
    with pytest.raises(Invalid):
        make(actor=ACTOR, key=key, fail=True)
    assert make(actor=ACTOR, key=key) == make(actor=ACTOR, key=key) == [1]
    assert make(actor=ACTOR, key=once.new_key()) == [2]
    assert [make(actor=ACTOR, key=k) for k in ("", "x", "kurz!", "a" * 65)] == [[3], [4], [5], [6]]
    assert not OnceKey.objects.filter(key__contains=key).exists(), "only a digest is kept"
    with clock.at(clock.now() + once.KEEP * 2):
        assert once.sweep() == 2


def test_once_belongs_into_an_action():
    with pytest.raises(RuntimeError):
        once.run("test", once.new_key(), lambda: 1)


def test_stale_marks():
    before, after = {"name": "甲", "n": 1}, {"name": "乙", "n": 1}
    stale.check(None, after, {}, {})
    stale.check(stale.mark(after), dict(reversed(after.items())), {}, {})
    with pytest.raises(Conflict) as clash:
        stale.check(stale.mark(before), after, {"name": "丙"}, {"name": "乙"})
    assert clash.value.details == {
        "mine": {"name": "丙"},
        "theirs": {"name": "乙"},
        "revision": stale.mark(after),
    }


def test_individual_numbers_are_refused_by_name():
    refuse_individual_numbers(a="12345", b=3, c=None)
    with pytest.raises(Invalid) as refused:
        refuse_individual_numbers(a="よい", b="番号は１２３４ ５６７８ ９０１８です")
    assert list(refused.value.errors) == ["b"]


@pytest.mark.parametrize("field", ["name", "contact_section", "telephone", "hours"])
def test_no_individual_number_in_the_town(client_as, field):
    answer = client_as("dx").post("/settings/town/", TOWN | {field: "123456789018", "revision": "0"})
    assert answer.status_code == 422
    assert "個人番号（マイナンバー）は入力できません" in answer.text


@pytest.mark.parametrize("method", ["get", "put"])
def test_405_says_what_to_do(client_as, method):
    answer = getattr(client_as("dx"), method)("/settings/audit/verify/")
    assert answer.status_code == 405
    assert "前のページのボタンから" in answer.text
    assert answer.headers["Allow"] == "POST"
    assert "<h1" in answer.text


def test_405_in_english():
    answer = Client(headers={"accept-language": "en"}).post("/healthz")
    if answer.status_code == 405:
        assert "Use the button" in answer.text


def test_the_audit_page_keeps_the_menu_of_rooms(client_as):
    page = client_as("dx").get("/settings/audit/").text
    bar = page.split('class="bar__rooms"')[1].split("</ul>")[0]
    assert bar.count("<a ") == bar.count('href="/')
    assert 'href=""' not in bar


def test_audit_targets_are_links_and_fields_have_words(client_as, person, section, actor):
    client, user = client_as("dx"), person("clerk")

    @action("test.note")
    def note(*, actor):
        for target in (f"user:{user.pk}", f"department:{section.pk}", "town:1", "thing:9", "user:x", "user:"):
            audit.record(
                actor=actor, verb="people.update", target=target, fields={"display_name": "甲", "zz": 1}
            )

    note(actor=actor("dx"))
    page = client.get("/settings/audit/").text
    assert f'<a class="nowrap" href="/settings/people/{user.pk}/">user:{user.pk}</a>' in page
    assert f'<a class="nowrap" href="/settings/departments/kenko/">department:{section.pk}</a>' in page
    assert '<a class="nowrap" href="/settings/town/">town:1</a>' in page
    assert '<span class="nowrap">thing:9</span>' in page
    others = client_as("manager").get("/settings/audit/").text
    assert f'<span class="nowrap">user:{user.pk}</span>' in others, "no link to a page that stays closed"
    assert "氏名、zz" in page or "zz、氏名" in page  # PostgreSQL keeps its own order
    assert "placeholder" not in page.split("search-form")[1].split("</form>")[0]


def test_records_and_apps_are_links_with_their_items_own_labels(client_as, actor):
    from tomoni.records import facade
    from tomoni.records.schema.spec import AppSpec, FieldSpec

    spec = AppSpec(code="soudan", name="相談", fields=(FieldSpec("topic", "text", "相談の内容"),))
    app = facade.create_app(actor=actor("dx"), spec=spec)
    record = facade.create_record(actor=actor("dx"), app="soudan", values={"topic": "歯"}, source="staff")
    page = client_as("dx").get("/settings/audit/").text
    link = f'<a class="nowrap" href="/build/apps/soudan/{record.id}/">record:{app.id}/{record.id}</a>'
    assert link in page
    assert f'<a class="nowrap" href="/build/apps/soudan/">app:{app.id}</a>' in page
    assert "相談の内容" in page
    closed = facade.create_app(actor=ACTOR, spec=replace(spec, code="closed"))
    page = client_as("dx").get("/settings/audit/").text
    assert f'<span class="nowrap">app:{closed.id}</span>' in page, "no link to what the reader may not open"


def test_the_audit_page_costs_the_same_for_many_targets(client_as, section):
    @action("test.many")
    def many(*, actor, first: int, last: int):
        for n in range(first, last):
            target = f"department:{section.pk + n}"
            audit.record(actor=actor, verb="department.change", target=target, fields={})

    client, counts = client_as("dx"), []
    client.get("/settings/audit/")
    for first, last in ((0, 1), (1, 45)):
        many(actor=ACTOR, first=first, last=last)
        with CaptureQueriesContext(connection) as seen:
            client.get("/settings/audit/")
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_a_running_job_refreshes_itself_without_script_too(client_as, person):
    job = Job.objects.create(
        function="x", owner=person("dx").pk, run_after=clock.now(), enqueued_at=clock.now(), label="点検"
    )
    client = client_as("dx")
    page = client.get(f"/jobs/{job.pk}/").text
    assert '<noscript><meta http-equiv="refresh" content="5"></noscript>' in page
    Job.objects.update(state="done", finished_at=clock.now())
    assert "http-equiv" not in client.get(f"/jobs/{job.pk}/").text
