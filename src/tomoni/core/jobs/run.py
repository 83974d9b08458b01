"""Running jobs: claim with a lease, heartbeat, retry, cancel; a result counts only while the lease is held."""

from __future__ import annotations

import logging
import time
import uuid
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import translation
from django.utils.translation import gettext as _
from django_tasks.base import Task, TaskContext
from django_tasks.signals import task_finished, task_started
from django_tasks.utils import normalize_json

from tomoni.core import clock
from tomoni.core.context import request_id
from tomoni.core.errors import TomoniError
from tomoni.core.jobs.backend import DatabaseBackend, as_result, task_of
from tomoni.core.models import Job

log = logging.getLogger("tomoni.jobs")
LEASE = timedelta(seconds=30)
MAX_CRASHES = 3
PROGRESS_SECONDS = 0.5


class Cancelled(Exception):
    """The owner asked to stop; raised inside the job by `check_cancelled` and `progress`."""


class LeaseLost(Exception):
    """Another worker took the job over; this one must stop and leave no trace."""


@dataclass(slots=True)
class Running:
    """The job of this thread."""

    job_id: str
    lease: str
    attempt: int
    written: float = field(default=0.0)


_current: ContextVar[Running | None] = ContextVar("tomoni_job", default=None)


def current_job_id() -> str | None:
    """The id of the job that this code runs in, if any."""
    running = _current.get()
    return running.job_id if running else None


def attempt() -> int:
    """Which attempt this is, from 1; 0 outside a job."""
    running = _current.get()
    return running.attempt if running else 0


def progress(done: int, total: int | None = None, note: str = "") -> None:
    """Show how far the job is; cheap to call often. Raises `Cancelled` when the owner asked to stop."""
    running = _current.get()
    if running is None:
        return
    now = time.monotonic()
    if done != total and now - running.written < PROGRESS_SECONDS:
        return
    running.written = now
    _mine(running).update(done=done, total=total, note=str(note)[:200])
    check_cancelled()


def check_cancelled() -> None:
    """Raise `Cancelled` when the owner asked to stop; call it between the steps of long work."""
    running = _current.get()
    if running is None:
        return
    asked = _mine(running).values_list("cancel_requested", flat=True).first()
    if asked is None:
        raise LeaseLost
    if asked:
        raise Cancelled


def _mine(running: Running) -> Any:
    return Job.objects.filter(pk=running.job_id, lease=running.lease, state=Job.State.RUNNING)


def drain(*, limit: int = 1000) -> int:
    """Run every job that is due now, in this thread (tests, commands); returns how many attempts were made."""
    ran = 0
    while ran < limit and (row := claim("drain")) is not None:
        execute(row)
        ran += 1
    return ran


def claim(worker: str) -> Job | None:
    """Take the next due job, or one whose worker died; None when there is nothing to do."""
    now = clock.now()
    due = Job.objects.filter(
        Q(state=Job.State.READY, run_after__lte=now) | Q(state=Job.State.RUNNING, lease_until__lt=now)
    )
    if not due.exists():
        return None
    with transaction.atomic():
        row = due.order_by("-priority", "run_after", "pk").select_for_update(skip_locked=True).first()
        if row is None:
            return None
        row.state = Job.State.RUNNING
        row.attempts += 1
        row.lease = uuid.uuid4().hex
        row.lease_until = now + LEASE
        row.workers = [*row.workers[-9:], worker]
        row.attempted_at = now
        row.started_at = row.started_at or now
        row.save()
    return row


def extend(leases: set[str]) -> None:
    """Heartbeat: keep the leases of jobs that run in this process."""
    Job.objects.filter(lease__in=leases, state=Job.State.RUNNING).update(lease_until=clock.now() + LEASE)


def execute(row: Job) -> None:
    """Run one claimed job to its end; never raises."""
    job_token = _current.set(Running(row.pk, row.lease, row.attempts))
    id_token = request_id.set(f"job-{row.pk}")
    try:
        with translation.override(settings.LANGUAGE_CODE):
            _execute(row)
    except LeaseLost:
        log.warning("job taken over", extra={"job": row.pk})
    except Exception:
        log.exception("job could not be noted", extra={"job": row.pk})
    finally:
        _current.reset(job_token)
        request_id.reset(id_token)


def _execute(row: Job) -> None:
    if row.cancel_requested:
        return _end(row, Job.State.CANCELLED)
    if row.attempts - row.failures > MAX_CRASHES:
        return _end(
            row, Job.State.FAILED, error=_("処理が何度も途中で止まりました。DX推進課に相談してください。")
        )
    try:
        task = task_of(row)
        task_started.send(DatabaseBackend, task_result=as_result(row, task))
        result = normalize_json(_call(task, row))
    except LeaseLost:
        raise
    except Cancelled:
        return _end(row, Job.State.CANCELLED)
    except Exception as error:
        return _failed(row, error)
    return _end(row, Job.State.DONE, result=result)


def _call(task: Task, row: Job) -> Any:
    if task.takes_context:
        return task.call(TaskContext(task_result=as_result(row, task)), *row.args, **row.kwargs)
    return task.call(*row.args, **row.kwargs)


def _failed(row: Job, error: Exception) -> None:
    log.exception("job failed", extra={"job": row.pk, "function": row.function, "attempt": row.attempts})
    known = isinstance(error, TomoniError)
    words = (
        str(error)
        if known
        else _(
            "処理の途中で失敗しました。もう一度お試しください。続くときはDX推進課に処理番号を伝えてください。"
        )
    )
    name = f"{type(error).__module__}.{type(error).__qualname__}"
    failures = row.failures + 1
    if known or failures > row.retries:
        return _end(row, Job.State.FAILED, error=words, error_class=name, failures=failures)
    kept = Job.objects.filter(pk=row.pk, lease=row.lease, state=Job.State.RUNNING).update(
        state=Job.State.READY,
        failures=failures,
        error=words[:500],
        error_class=name[:200],
        lease="",
        lease_until=None,
        run_after=clock.now() + backoff(failures),
    )
    if not kept:
        raise LeaseLost


def _end(row: Job, state: str, **values: Any) -> None:
    """Note the end, only while we hold the lease."""
    if "error" in values:
        values["error"] = values["error"][:500]
    changed: dict[str, Any] = {"state": state, "lease": "", "lease_until": None, "finished_at": clock.now()}
    if state == Job.State.DONE:
        changed |= {"error": "", "error_class": "", "total": F("total")}
    kept = Job.objects.filter(pk=row.pk, lease=row.lease, state=Job.State.RUNNING).update(**changed, **values)
    if not kept:
        raise LeaseLost
    done = Job.objects.get(pk=row.pk)
    log.info("job ended", extra={"job": row.pk, "function": row.function, "state": str(state)})
    try:
        task_finished.send(DatabaseBackend, task_result=as_result(done, task_of(done)))
    except ImportError:
        log.warning("unknown job", extra={"job": row.pk, "function": row.function})


def backoff(failures: int) -> timedelta:
    """10 s, 20 s, 40 s … at most 10 minutes before the next attempt."""
    return timedelta(seconds=min(600, 10 * 2 ** max(0, failures - 1)))
