"""Surveys, paid hours and measurements (業務量調査・支払った時間・計測). No row names a person."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Intake(models.Model):
    """An uploaded file on its way in (取込): previewed first, its rows stored only when confirmed.

    `preview` holds what was understood while the file waits and is emptied when it is decided.
    """

    class Kind(models.TextChoices):
        SURVEY = "survey", _("業務量調査")
        PAID = "paid", _("支払った時間")

    class State(models.TextChoices):
        READING = "reading", _("読み取り中")
        WAITING = "waiting", _("確かめてください")
        STORING = "storing", _("取り込み中")
        IMPORTED = "imported", _("取り込み済み")
        STOPPED = "stopped", _("やめました")
        UNDONE = "undone", _("取り消しました")

    kind = models.CharField(max_length=10, choices=Kind)
    state = models.CharField(max_length=10, choices=State, default=State.READING)
    title = models.CharField(_("題名"), max_length=200)
    fiscal_year = models.PositiveIntegerField(_("年度"))
    file_id = models.BigIntegerField(null=True)
    file_name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64, db_index=True)
    mapping = models.JSONField(default=dict)
    preview = models.JSONField(null=True)
    job_id = models.CharField(max_length=64, blank=True)
    good_rows = models.PositiveIntegerField(default=0)
    bad_rows = models.PositiveIntegerField(default=0)
    minutes = models.BigIntegerField(default=0)
    created_at = models.DateTimeField()
    created_by = models.BigIntegerField(null=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.BigIntegerField(null=True)

    class Meta:
        indexes = [models.Index(fields=["kind", "fiscal_year", "state"])]
        ordering = ["-id"]
        constraints = [
            # The last word on a double tap: one file is in force once per kind and year.
            models.UniqueConstraint(
                fields=["kind", "fiscal_year", "sha256"],
                condition=models.Q(state__in=["storing", "imported"]),
                name="workload_intake_once",
            )
        ]

    def __str__(self) -> str:
        return self.title


class SurveyRow(models.Model):
    """One confirmed row of a survey: a step of a task by one kind of doer. `minutes` is the year's total."""

    intake = models.ForeignKey(Intake, on_delete=models.CASCADE, related_name="rows")
    fiscal_year = models.PositiveIntegerField()
    line = models.PositiveIntegerField()
    division = models.CharField(max_length=200, blank=True)
    section = models.CharField(max_length=200)
    section_key = models.CharField(max_length=16)
    team = models.CharField(max_length=200, blank=True)
    large = models.CharField(max_length=200, blank=True)
    middle = models.CharField(max_length=200, blank=True)
    small = models.CharField(max_length=200, blank=True)
    step = models.CharField(max_length=200)
    kind = models.CharField(max_length=20)
    task_id = models.CharField(max_length=40)
    task_name = models.CharField(max_length=200)
    minutes = models.BigIntegerField()
    used = models.CharField(max_length=10)
    other_minutes = models.BigIntegerField(null=True)
    count = models.BigIntegerField(null=True)
    each_seconds = models.PositiveIntegerField(null=True)
    months = models.JSONField(default=list)
    doer = models.CharField(max_length=20, blank=True)
    method = models.CharField(max_length=10, blank=True)
    core = models.BooleanField(null=True)
    expertise = models.PositiveSmallIntegerField(null=True)
    routine = models.CharField(max_length=10, blank=True)
    basis = models.CharField(max_length=12, blank=True)
    system = models.CharField(max_length=200, blank=True)
    input_medium = models.CharField(max_length=200, blank=True)
    output_medium = models.CharField(max_length=200, blank=True)
    personal = models.BooleanField(null=True)
    deadline = models.CharField(max_length=200, blank=True)
    remarks = models.TextField(blank=True)
    confidence = models.CharField(max_length=5, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["fiscal_year", "section_key", "kind"]),
            models.Index(fields=["fiscal_year", "task_id"]),
            models.Index(fields=["task_id"]),
        ]
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.section} {self.task_name} {self.step}"


class PaidHours(models.Model):
    """Paid hours of a section and a kind of doer in a fiscal year: the denominator of 把握率."""

    intake = models.ForeignKey(Intake, on_delete=models.CASCADE, related_name="paid_rows")
    fiscal_year = models.PositiveIntegerField(db_index=True)
    line = models.PositiveIntegerField()
    division = models.CharField(max_length=200, blank=True)
    section = models.CharField(max_length=200)
    doer = models.CharField(max_length=20, blank=True)
    heads = models.PositiveIntegerField(null=True)
    minutes = models.BigIntegerField()
    source = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["id"]


class Measurement(models.Model):
    """Hours of a task measured after a change (計測): active time from the app's own log.

    `active_minutes` is empty when fewer than three staff worked on it: then nothing but the fact is kept.
    """

    task_id = models.CharField(max_length=40, db_index=True)
    app = models.CharField(max_length=64, blank=True)
    source = models.CharField(max_length=200, blank=True)
    since = models.DateField()
    until = models.DateField()
    handled = models.PositiveIntegerField(default=0)
    active_minutes = models.PositiveIntegerField(null=True)
    each_seconds = models.PositiveIntegerField(null=True)
    by_step = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    created_by = models.BigIntegerField(null=True)

    class Meta:
        ordering = ["-until", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["task_id", "app", "since", "until"], name="workload_measured_once"
            )
        ]


class CandidateChoice(models.Model):
    """A person's word on a candidate (順を自分で決める): put first, or leave out, with the reason."""

    class Choice(models.TextChoices):
        FIRST = "first", _("先に見直す")
        LEAVE = "leave", _("候補から外す")

    task_id = models.CharField(max_length=40)
    step = models.CharField(max_length=200)
    choice = models.CharField(max_length=5, choices=Choice)
    reason = models.CharField(max_length=300)
    chosen_at = models.DateTimeField()
    chosen_by = models.BigIntegerField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["task_id", "step"], name="workload_choice_once")]
