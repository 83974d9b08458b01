"""Rules and the log of their runs (自動処理のきまりと、動いた記録)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from tomoni.automation.rules import TRIGGERS, RuleSpec


class Rule(models.Model):
    """A rule of one app. `revision` guards against two people editing at once; a deleted rule keeps its log.

    `fired_at`: up to when work by the clock is done; `told_at`: when the owner was told of repeated failures.
    """

    app_code = models.CharField(max_length=64, db_index=True)
    name = models.CharField(max_length=100)
    trigger = models.CharField(max_length=20, choices=list(TRIGGERS.items()))
    when = models.TextField(blank=True)
    from_states = models.JSONField(default=list)
    to_states = models.JSONField(default=list)
    fields = models.JSONField(default=list)
    actions = models.JSONField(default=list)
    otherwise = models.JSONField(default=list)
    timing = models.JSONField(default=dict)
    on_import = models.BooleanField(default=False)
    fired_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)
    enabled = models.BooleanField(default=False)
    position = models.PositiveIntegerField(default=0)
    revision = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.name

    @property
    def spec(self) -> RuleSpec:
        """The rule as plain data."""
        return RuleSpec(
            name=self.name,
            trigger=self.trigger,  # type: ignore[arg-type]
            actions=tuple(self.actions),
            otherwise=tuple(self.otherwise),
            when=self.when,
            from_states=tuple(self.from_states),
            to_states=tuple(self.to_states),
            fields=tuple(self.fields),
            timing=dict(self.timing),
            on_import=self.on_import,
            enabled=self.enabled,
        )


class Run(models.Model):
    """What a rule did with one event. The reason names fields and states, never personal values."""

    class Outcome(models.TextChoices):
        RAN = "ran", _("動いた")
        OTHERWISE = "otherwise", _("条件に合わないときの動作")
        NOT_MET = "not_met", _("条件に合わない")
        FAILED = "failed", _("失敗")
        LOOP = "loop", _("くり返しを止めた")

    rule = models.ForeignKey(Rule, on_delete=models.CASCADE, related_name="runs")
    app_code = models.CharField(max_length=64)
    record = models.BigIntegerField()
    event = models.BigIntegerField()
    outcome = models.CharField(max_length=10, choices=Outcome)
    reason = models.CharField(max_length=500, blank=True)
    payload = models.JSONField(default=dict)
    attempts = models.PositiveIntegerField(default=1)
    at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["rule", "event"], name="automation_run_once")]
        indexes = [
            models.Index(fields=["app_code", "-id"]),
            models.Index(
                fields=["app_code"],
                condition=models.Q(outcome="failed", seen_at=None),
                name="automation_run_unseen",
            ),
        ]
