"""What processes share: the cache, throttle counters, signs of life."""

from __future__ import annotations

from django.db import models


class CacheRow(models.Model):
    """A row of Django's database cache; the table is made by our migration, so no extra command is needed."""

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "core_cache"


class ThrottleRow(models.Model):
    """A counter of a fixed window. The key is a keyed digest, since it may be made from an address."""

    key = models.CharField(max_length=64, primary_key=True)
    count = models.IntegerField()
    expires = models.BigIntegerField(db_index=True)

    class Meta:
        db_table = "core_throttle"


class OnceKey(models.Model):
    """A form that was taken; the key is a keyed digest, the result what `core.once.run` answers the second time."""

    key = models.CharField(max_length=64, primary_key=True)
    result = models.JSONField(null=True)
    at = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "core_once"


class WorkerBeat(models.Model):
    """A running part of the program says that it lives."""

    token = models.CharField(max_length=32, primary_key=True)
    kind = models.CharField(max_length=20)
    host = models.CharField(max_length=100)
    pid = models.IntegerField()
    beat_at = models.DateTimeField()
