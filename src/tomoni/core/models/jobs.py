"""Long work (長い処理) and its periods."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _


def new_id() -> str:
    """An unguessable id."""
    return uuid.uuid4().hex


class Job(models.Model):
    """One piece of long work: who asked, how far it is, what came out."""

    class State(models.TextChoices):
        READY = "ready", _("順番待ち")
        RUNNING = "running", _("処理中")
        DONE = "done", _("終わりました")
        FAILED = "failed", _("失敗しました")
        CANCELLED = "cancelled", _("取り消しました")

    id = models.CharField(primary_key=True, max_length=32, default=new_id)
    function = models.CharField(max_length=200)
    queue = models.CharField(max_length=50, default="default")
    priority = models.SmallIntegerField(default=0)
    args = models.JSONField(default=list)
    kwargs = models.JSONField(default=dict)
    owner = models.BigIntegerField(null=True, db_index=True)
    label = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.READY)
    run_after = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    failures = models.PositiveIntegerField(default=0)
    retries = models.PositiveIntegerField(default=0)
    lease = models.CharField(max_length=32, blank=True)
    lease_until = models.DateTimeField(null=True)
    workers = models.JSONField(default=list)
    cancel_requested = models.BooleanField(default=False)
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(null=True)
    note = models.CharField(max_length=200, blank=True)
    result = models.JSONField(null=True)
    error = models.CharField(max_length=500, blank=True)
    error_class = models.CharField(max_length=200, blank=True)
    enqueued_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    attempted_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["-priority", "run_after"], condition=models.Q(state="ready"), name="core_job_due"
            ),
            models.Index(fields=["lease_until"], condition=models.Q(state="running"), name="core_job_lease"),
            models.Index(fields=["state", "finished_at"]),
        ]


class PeriodicRun(models.Model):
    """The last period in which a periodic job was started."""

    name = models.CharField(primary_key=True, max_length=200)
    period = models.CharField(max_length=40)
    started_at = models.DateTimeField()
