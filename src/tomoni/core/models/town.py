"""The municipality (自治体)."""

from __future__ import annotations

from django.db import models


class Town(models.Model):
    """The one municipality that this database belongs to (自治体)."""

    name = models.CharField(max_length=100)
    code = models.CharField(max_length=6, blank=True)
    contact_section = models.CharField(max_length=100, blank=True)
    telephone = models.CharField(max_length=30, blank=True)
    hours = models.CharField(max_length=200, blank=True)
    demo = models.BooleanField(default=False)
    revision = models.PositiveIntegerField(default=0)
    storage_version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name
