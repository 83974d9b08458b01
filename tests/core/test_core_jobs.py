"""Jobs in one process: result, error, retry, cancel, progress, schedule, periods. Processes: test_processes.py."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils.translation import gettext_lazy
from django_tasks.base import TaskResultStatus
from django_tasks.exceptions import TaskResultDoesNotExist

from tomoni.core import clock
from tomoni.core.actions.cancel_job import cancel_job
from tomoni.core.errors import Conflict, Invalid, NotFound
from tomoni.core.jobs import (
    Cancelled,
    attempt,
    check_cancelled,
    current_job_id,
    drain,
    job,
    periodic,
    progress,
    run,
)
from tomoni.core.jobs import periodic as periodic_decorator
from tomoni.core.jobs.periodic import SCHEDULES, _seen, start_due
from tomoni.core.jobs.sweep import sweep_jobs, sweep_messages
from tomoni.core.models import Job, Mail, Notice, PeriodicRun

CALLS: list[object] = []


@job(retries=2, label=gettext_lazy("試しの処理"))
def fails_until(*, actor_id: int, good: int) -> dict[str, object]:
    CALLS.append(attempt())
    if attempt() < good:
        raise ValueError("secret taro@example.jp")
    return {"url": "/", "message": "できました", "me": current_job_id()}


@job(retries=5)
def refuses() -> None:
    CALLS.append("refuses")
    raise Invalid("調査票に列「課」がありません。")


@job()
def counts(*, upto: int) -> dict[str, int]:
    for n in range(upto):
        CALLS.append(n)
        if n == 3:
            Job.objects.filter(pk=current_job_id()).update(cancel_requested=True)
        check_cancelled()
    return {}


@job()
def shows() -> None:
    progress(3, 10, "3件目")
    CALLS.append(tuple(Job.objects.values_list("done", "total", "note").get(pk=current_job_id())))
    progress(4, 10)  # too soon after the last: not written
    CALLS.append(Job.objects.get(pk=current_job_id()).done)
    progress(10, 10)
    CALLS.append(Job.objects.get(pk=current_job_id()).done)


@job(priority=50)
def urgent() -> None:
    CALLS.append("urgent")


@job()
def plain(n: int = 0) -> None:
    CALLS.append(n)


@pytest.fixture(autouse=True)
def no_calls():
    CALLS.clear()


def test_result(db):
    found = fails_until.enqueue(actor_id=7, good=1)
    row = Job.objects.get(pk=found.id)
    assert (row.state, row.owner, row.label, row.attempts) == ("ready", 7, "試しの処理", 0)
    assert drain() == 1
    found.refresh()
    assert found.status == TaskResultStatus.SUCCESSFUL
    assert found.return_value == {"url": "/", "message": "できました", "me": found.id}
    assert found.attempts == 1
    assert current_job_id() is None
    assert attempt() == 0


def test_retry_with_pauses(db):
    now = clock.now()
    with clock.at(now):
        identity = fails_until.enqueue(actor_id=1, good=3).id
        assert drain() == 1
        row = Job.objects.get(pk=identity)
        assert (row.state, row.failures) == ("ready", 1)
        assert drain() == 0
    with clock.at(now + timedelta(seconds=11)):
        assert drain() == 1
    with clock.at(now + timedelta(seconds=60)):
        assert drain() == 1
    row.refresh_from_db()
    assert (row.state, row.attempts, row.failures, row.error) == ("done", 3, 2, "")
    assert CALLS == [1, 2, 3]


def test_retries_end(db):
    identity = fails_until.enqueue(actor_id=1, good=99).id
    for hour in range(6):
        with clock.at(clock.now() + timedelta(hours=hour)):
            drain()
    row = Job.objects.get(pk=identity)
    assert (row.state, row.attempts) == ("failed", 3)
    assert "taro" not in row.error
    assert "ValueError" not in row.error
    assert row.error_class == "builtins.ValueError"
    with pytest.raises(ValueError):
        fails_until.get_result(identity).return_value  # noqa: B018


def test_an_error_for_people_is_shown_and_not_tried_again(db):
    identity = refuses.enqueue().id
    assert drain() == 1
    row = Job.objects.get(pk=identity)
    assert (row.state, row.error) == ("failed", "調査票に列「課」がありません。")
    with clock.at(clock.now() + timedelta(days=1)):
        assert drain() == 0


def test_cancel_in_the_middle(db):
    identity = counts.enqueue(upto=10).id
    drain()
    assert CALLS == [0, 1, 2, 3]
    assert Job.objects.get(pk=identity).state == "cancelled"


def test_cancel_before_and_after(db, actor):
    me, other = actor("dx"), actor("manager")
    identity = fails_until.enqueue(actor_id=me.id, good=1).id
    with pytest.raises(NotFound):
        cancel_job(actor=other, job=identity)
    with pytest.raises(NotFound):
        cancel_job(actor=me, job="nothing")
    assert cancel_job(actor=me, job=identity).state == "cancelled"
    assert drain() == 0
    with pytest.raises(Conflict):
        cancel_job(actor=me, job=identity)


def test_an_admin_may_cancel(db, actor):
    identity = plain.enqueue().id
    assert cancel_job(actor=actor("admin"), job=identity).state == "cancelled"


def test_progress(db):
    shows.enqueue()
    drain()
    assert CALLS == [(3, 10, "3件目"), 3, 10]
    progress(1, 2)
    check_cancelled()


def test_priority_and_schedule(db):
    now = clock.now()
    with clock.at(now):
        plain.using(run_after=now + timedelta(hours=1)).enqueue(1)
        plain.enqueue(2)
        urgent.enqueue()
        assert drain() == 2
    with clock.at(now + timedelta(hours=2)):
        assert drain() == 1
    assert CALLS == ["urgent", 2, 1]


def test_queued_with_its_transaction(db):
    with transaction.atomic():
        plain.enqueue()
        transaction.set_rollback(True)
    assert Job.objects.count() == 0


def test_a_dead_worker_counts_as_crash_and_crashes_end(db):
    identity = plain.enqueue(5).id
    now = clock.now()
    for n in range(run.MAX_CRASHES):
        with clock.at(now + timedelta(minutes=n)):
            assert run.claim(f"w{n}") is not None
            assert run.claim("other") is None
    with clock.at(now + timedelta(hours=1)):
        drain()
    row = Job.objects.get(pk=identity)
    assert (row.state, CALLS) == ("failed", [])


def test_a_result_after_the_lease_is_lost_does_not_count(db):
    identity = plain.enqueue(5).id
    now = clock.now()
    with clock.at(now):
        first = run.claim("first")
    with clock.at(now + timedelta(minutes=1)):
        second = run.claim("second")
        run.execute(first)
        assert Job.objects.get(pk=identity).state == "running"
        run.execute(second)
    row = Job.objects.get(pk=identity)
    assert (row.state, row.attempts, row.workers) == ("done", 2, ["first", "second"])


def test_a_job_the_program_no_longer_has(db):
    identity = plain.enqueue().id
    Job.objects.update(function="tomoni.core.gone.f")
    drain()
    assert Job.objects.get(pk=identity).state == "failed"


def test_unknown_result(db):
    with pytest.raises(TaskResultDoesNotExist):
        plain.get_result("nothing")


def test_sweep(db):
    plain.enqueue()
    drain()
    waiting = plain.using(run_after=clock.now() + timedelta(days=90)).enqueue()
    with clock.at(clock.now() + timedelta(days=31)):
        assert sweep_jobs.call() == {"removed": 1}
    assert Job.objects.get().pk == waiting.id


def test_old_mails_forget_their_address(db):
    Mail.objects.create(to="a@example.jp", subject="x", body="y", state="sent", created_at=clock.now())
    Notice.objects.create(user_id=1, text="x", created_at=clock.now())
    with clock.at(clock.now() + timedelta(days=91)):
        assert sweep_messages.call() == {"mails": 0, "notices": 1}
    with clock.at(clock.now() + timedelta(days=367)):
        assert sweep_messages.call() == {"mails": 1, "notices": 0}
    assert Mail.objects.values_list("to", "subject", "body", "state").get() == ("", "", "", "sent")


@pytest.fixture
def own_schedules():
    before, seen = dict(SCHEDULES), dict(_seen)
    SCHEDULES.clear()
    _seen.clear()
    yield SCHEDULES
    SCHEDULES.clear()
    SCHEDULES.update(before)
    _seen.clear()
    _seen.update(seen)


def at(text: str):
    return clock.at(clock.datetime.fromisoformat(text + "+09:00"))


def test_daily_once_a_day(db, own_schedules):
    periodic("daily", at="02:00")(plain)
    with at("2026-11-24T12:00:00"):
        assert start_due() == 0  # registered today: waits for its next period
    with at("2026-11-25T01:59:59"):
        assert start_due() == 0
    with at("2026-11-25T02:00:00"):
        assert start_due() == 1
        assert start_due() == 0
        _seen.clear()  # another process
        assert start_due() == 0
    with at("2026-11-28T09:00:00"):
        assert start_due() == 1  # days missed are made up once
    assert Job.objects.count() == 2
    assert PeriodicRun.objects.get().period == "2026-11-28"


def test_every_so_many_seconds(db, own_schedules):
    periodic(seconds=300)(plain)
    started = []
    for minute in range(20):
        with at(f"2026-11-24T12:{minute:02}:30"):
            started.append(start_due())
    assert sum(started) == 3


def test_wrong_schedules():
    for wrong in ({}, {"every": "daily", "seconds": 5}):
        with pytest.raises(ValueError):
            periodic_decorator(**wrong)


def test_cancelled_is_an_exception_of_its_own():
    assert not issubclass(Cancelled, ValueError)
