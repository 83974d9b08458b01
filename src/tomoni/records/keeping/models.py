"""What is kept about an app beside its definition: notes for the next person, the register, holds and disposals."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Keeping(models.Model):
    """What people wrote about an app for others (引継ぎのメモ、個人情報ファイル簿), and since when nobody answers for it.

    `register` holds what was written by hand over the draft; `ownerless_since` is set by the daily look at owners.
    """

    app = models.OneToOneField("records.App", on_delete=models.CASCADE, primary_key=True, related_name="+")
    note = models.TextField(blank=True)
    register = models.JSONField(default=dict)
    ownerless_since = models.DateField(null=True, db_index=True)
    revision = models.PositiveIntegerField(default=0)
    updated_at = models.DateTimeField(null=True)


class Hold(models.Model):
    """A record that must not be disposed of (凍結), for example while it is disputed. Released ones stay as history."""

    app = models.ForeignKey("records.App", on_delete=models.CASCADE, db_index=False, related_name="+")
    record = models.BigIntegerField()
    reason = models.CharField(max_length=200)
    by_id = models.BigIntegerField(null=True)
    at = models.DateTimeField()
    released_by_id = models.BigIntegerField(null=True)
    released_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["app", "record"],
                condition=models.Q(released_at__isnull=True),
                name="record_keeping_hold_once",
            )
        ]


class Disposal(models.Model):
    """A disposal (廃棄) from proposal to certificate. It names numbers of records, never what they held.

    `left` are the numbers still to be erased, `kept` those that were found to have to stay; `digests` are the
    Merkle roots of the audit entries, one a batch.
    """

    class State(models.TextChoices):
        PROPOSED = "proposed", _("承認待ち")
        APPROVED = "approved", _("廃棄中")
        DONE = "done", _("廃棄済み")
        REJECTED = "rejected", _("差し戻し")
        WITHDRAWN = "withdrawn", _("取り下げ")

    app = models.ForeignKey("records.App", on_delete=models.CASCADE, related_name="+")
    app_name = models.CharField(max_length=100)
    state = models.CharField(max_length=10, choices=State, default=State.PROPOSED)
    records = models.JSONField(default=list)
    left = models.JSONField(default=list)
    kept = models.JSONField(default=list)
    files = models.PositiveIntegerField(default=0)
    years = models.PositiveIntegerField()
    basis = models.CharField(max_length=200, blank=True)
    first_year = models.IntegerField()
    last_year = models.IntegerField()
    reason = models.CharField(max_length=500, blank=True)
    answer = models.CharField(max_length=500, blank=True)
    digests = models.JSONField(default=list)
    proposed_by_id = models.BigIntegerField(null=True)
    proposed_at = models.DateTimeField()
    decided_by_id = models.BigIntegerField(null=True)
    decided_at = models.DateTimeField(null=True)
    moved_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["app"],
                condition=models.Q(state__in=["proposed", "approved"]),
                name="record_keeping_one_disposal",
            )
        ]
