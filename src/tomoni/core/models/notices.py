"""Notices inside the program (お知らせ)."""

from __future__ import annotations

from django.db import models


class Notice(models.Model):
    """One line for one person, with a page to go to."""

    user_id = models.BigIntegerField()
    text = models.CharField(max_length=300)
    url = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["user_id", "-id"]),
            models.Index(
                fields=["user_id"], condition=models.Q(read_at__isnull=True), name="core_notice_unread"
            ),
        ]
