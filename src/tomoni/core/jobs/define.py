"""`@job`: a django.tasks task that knows its retries and label."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django_tasks import task
from django_tasks.base import Task


@dataclass(frozen=True, slots=True, kw_only=True)
class JobTask(Task):
    """A task with `retries` (more attempts after an error) and a `label` for people."""

    retries: int = 0
    label: Any = ""


def job(
    *, retries: int = 0, label: Any = "", priority: int = 0, takes_context: bool = False
) -> Callable[[Callable[..., Any]], JobTask]:
    """Make a module-level function a job: `@job(retries=2, label=_("調査票の取込"))`.

    `f.enqueue(actor_id=…, **kw)` queues it in the current transaction; its owner is `actor_id` when the
    function takes one (JSON-able keywords only). It returns a dict (or None); `{"url": …, "message": …}` become
    the link and the sentence of its page. Raise a `TomoniError` for an error people can mend: it is
    shown as it is and not tried again.
    """

    def wrap(function: Callable[..., Any]) -> JobTask:
        made: JobTask = task(priority=priority, takes_context=takes_context, retries=retries, label=label)(
            function
        )
        return made

    return wrap
