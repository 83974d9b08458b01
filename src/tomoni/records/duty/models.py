"""Who stands in for whom, who acted for whom, and which overdue stays were told."""

from __future__ import annotations

from django.db import models


class Delegation(models.Model):
    """A person's deputy (代理) for process actions on the days `[starts, ends)`; `apps` are codes, empty: all.

    A deputy acts for the person who named them, never for those that this person stands in for.
    """

    user = models.ForeignKey("people.User", on_delete=models.CASCADE, related_name="delegations")
    deputy = models.ForeignKey("people.User", on_delete=models.CASCADE, related_name="deputyships")
    apps = models.JSONField(default=list)
    starts = models.DateField()
    ends = models.DateField(null=True)
    reason = models.CharField(max_length=200, blank=True)
    created_by = models.BigIntegerField(null=True)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["deputy", "starts"], name="record_duty_deputy")]

    PERSONAL = {"reason": "personal"}


class Deed(models.Model):
    """That an assignee acted on a record in one stay in a state, themselves or by a deputy (`by`).

    Kept where several must act, and where a deputy acted. `stay` is the number of the `StateLog`.
    """

    app = models.ForeignKey("records.App", on_delete=models.CASCADE, db_index=False)
    record = models.BigIntegerField()
    revision = models.PositiveIntegerField()
    stay = models.BigIntegerField()
    action = models.CharField(max_length=100)
    user_id = models.BigIntegerField()
    by = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["app", "record"], name="record_duty_deed_place")]


class Escalation(models.Model):
    """That an overdue stay was told on a day: once a day at most."""

    stay = models.BigIntegerField()
    day = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["stay", "day"], name="record_duty_once_a_day")]
