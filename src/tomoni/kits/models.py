"""What was installed, and kits that came from elsewhere (導入の記録と、受け取ったキット)."""

from __future__ import annotations

from django.db import models


class Installation(models.Model):
    """A kit that became an app. `slots` keeps the patterns of bookable slots, `once` the form's key against a double tap."""

    kit = models.CharField(max_length=64, db_index=True)
    version = models.CharField(max_length=20)
    app_code = models.CharField(max_length=64, unique=True)
    task_id = models.CharField(max_length=64, blank=True, db_index=True)
    slots = models.JSONField(default=list)
    sample = models.BooleanField(default=False)
    once = models.CharField(max_length=64, unique=True)
    at = models.DateTimeField()
    by_id = models.BigIntegerField(null=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.kit} {self.version} → {self.app_code}"


class UploadedKit(models.Model):
    """A kit file received from another town: kept as text, read again each time, never executed."""

    code = models.CharField(max_length=64)
    version = models.CharField(max_length=20)
    text = models.TextField()
    sha256 = models.CharField(max_length=64)
    at = models.DateTimeField()
    by_id = models.BigIntegerField(null=True)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["code", "version"],
                condition=models.Q(removed_at__isnull=True),
                name="kits_uploaded_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.version}"
