"""The database behind the django.tasks interface."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.module_loading import import_string
from django_tasks.backends.base import BaseTaskBackend
from django_tasks.base import Task, TaskError, TaskResult, TaskResultStatus
from django_tasks.exceptions import TaskResultDoesNotExist
from django_tasks.signals import task_enqueued
from django_tasks.utils import normalize_json

from tomoni.core import clock
from tomoni.core.jobs.define import JobTask
from tomoni.core.jobs.signal import wake
from tomoni.core.models import Job

STATUS = {
    Job.State.READY: TaskResultStatus.READY,
    Job.State.RUNNING: TaskResultStatus.RUNNING,
    Job.State.DONE: TaskResultStatus.SUCCESSFUL,
    Job.State.FAILED: TaskResultStatus.FAILED,
    Job.State.CANCELLED: TaskResultStatus.FAILED,
}


class DatabaseBackend(BaseTaskBackend):
    """Jobs in the table `core_job`, taken by the threads of `serve` or by `tomoni worker`."""

    task_class = JobTask
    supports_defer = True
    supports_get_result = True
    supports_priority = True

    def enqueue(self, task: Task, args: Any, kwargs: Any) -> TaskResult:
        """Queue a task in the current transaction; workers see it after the commit."""
        self.validate_task(task)
        now = clock.now()
        kwargs = dict(kwargs)
        owner = kwargs.get("actor_id")
        with translation.override(None):
            label = str(getattr(task, "label", "") or task.name)
        row = Job.objects.create(
            function=task.module_path,
            queue=task.queue_name,
            priority=task.priority,
            args=normalize_json(list(args)),
            kwargs=normalize_json(kwargs),
            owner=owner if isinstance(owner, int) else None,
            label=label[:200],
            run_after=task.run_after or now,
            retries=getattr(task, "retries", 0),
            enqueued_at=now,
        )
        transaction.on_commit(wake, robust=True)
        result = as_result(row, task, self.alias)
        task_enqueued.send(type(self), task_result=result)
        return result

    def get_result(self, result_id: str) -> TaskResult:
        """The state of a task. Raises TaskResultDoesNotExist."""
        row = Job.objects.filter(pk=result_id).first()
        if row is None:
            raise TaskResultDoesNotExist(result_id)
        return as_result(row, task_of(row), self.alias)


def task_of(row: Job) -> Task:
    """The task that a row names; ImportError when the program no longer has it."""
    found = import_string(row.function)
    if not isinstance(found, Task):
        raise ImportError(f"{row.function} is not a job")
    return found


def as_result(row: Job, task: Task, alias: str = "default") -> TaskResult:
    """A row as the interface's result."""
    errors = [TaskError(exception_class_path=row.error_class, traceback=row.error)] if row.error_class else []
    result: TaskResult = TaskResult(
        task=task,
        id=row.pk,
        status=STATUS[Job.State(row.state)],
        enqueued_at=row.enqueued_at,
        started_at=row.started_at,
        last_attempted_at=row.attempted_at,
        finished_at=row.finished_at,
        args=row.args,
        kwargs=row.kwargs,
        backend=alias,
        errors=errors,
        worker_ids=list(row.workers),
    )
    object.__setattr__(result, "_return_value", row.result)
    return result
