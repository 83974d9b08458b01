"""The transactional outbox: events and one delivery for each consumer."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class OutboxEvent(models.Model):
    """Something that happened, written in the transaction that made it happen."""

    kind = models.CharField(max_length=100)
    payload = models.JSONField(default=dict)
    created_at = models.DateTimeField(db_index=True)
    request_id = models.CharField(max_length=64, blank=True)


class Delivery(models.Model):
    """An event on its way to one consumer."""

    class State(models.TextChoices):
        WAITING = "waiting", _("待ち")
        DONE = "done", _("済み")
        DEAD = "dead", _("届かず")

    event = models.ForeignKey(OutboxEvent, on_delete=models.CASCADE, related_name="deliveries")
    consumer = models.CharField(max_length=100)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    attempts = models.PositiveIntegerField(default=0)
    next_at = models.DateTimeField()
    lease = models.CharField(max_length=32, blank=True)
    last_error = models.CharField(max_length=500, blank=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "consumer"], name="core_delivery_once")]
        indexes = [
            models.Index(
                fields=["next_at", "id"], condition=models.Q(state="waiting"), name="core_delivery_due"
            ),
            models.Index(fields=["state"]),
        ]
