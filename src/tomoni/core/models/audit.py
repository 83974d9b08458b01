"""The audit chain (監査の記録): ids, field codes and keyed digests, never values."""

from __future__ import annotations

from django.db import models


class AuditEntry(models.Model):
    """One thing that was done. Written unsealed (`seq` empty); the sealer gives it its place in the chain."""

    at = models.DateTimeField()
    actor = models.CharField(max_length=100)
    verb = models.CharField(max_length=100)
    target = models.CharField(max_length=200)
    fields = models.JSONField(default=dict)
    count = models.PositiveIntegerField(default=1)
    merkle_root = models.CharField(max_length=64, blank=True)
    request_id = models.CharField(max_length=64, blank=True)
    seq = models.BigIntegerField(null=True, unique=True)
    digest = models.CharField(max_length=64, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["target"]),
            models.Index(fields=["actor"]),
            models.Index(fields=["verb"]),
            models.Index(fields=["id"], condition=models.Q(seq__isnull=True), name="core_audit_unsealed"),
        ]


class AuditHead(models.Model):
    """The end of the chain: how many entries are sealed and the last digest, signed. One row."""

    chain = models.CharField(max_length=32)
    count = models.BigIntegerField(default=0)
    digest = models.CharField(max_length=64, blank=True)
    signature = models.CharField(max_length=64, blank=True)
    sealed_at = models.DateTimeField(null=True)


class AuditVerification(models.Model):
    """A verification of the chain and what it found."""

    at = models.DateTimeField()
    ok = models.BooleanField()
    entries = models.BigIntegerField()
    unsealed = models.BigIntegerField()
    first_broken = models.BigIntegerField(null=True)
    reason = models.CharField(max_length=40, blank=True)
