"""Cursors: what a reader of many records has still to get."""

from __future__ import annotations

from django.db import models


class Cursor(models.Model):
    """A reader's snapshot: the numbers of the records as they were when it was made, in their order.

    `numbers` are packed as 64-bit integers and compressed: a million records are about 3 MB.
    """

    key = models.CharField(max_length=40, primary_key=True)
    actor_ref = models.CharField(max_length=80)
    app_code = models.CharField(max_length=64)
    fields = models.JSONField(default=list)
    size = models.PositiveIntegerField()
    numbers = models.BinaryField()
    total = models.PositiveIntegerField()
    position = models.PositiveIntegerField(default=0)
    expires_at = models.DateTimeField(db_index=True)
