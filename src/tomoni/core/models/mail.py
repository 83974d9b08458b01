"""Mails and their fate (送ったメール)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Mail(models.Model):
    """A mail that left or will leave. The text carries no personal data; the address is personal."""

    class State(models.TextChoices):
        QUEUED = "queued", _("送信待ち")
        SENT = "sent", _("送信済み")
        FAILED = "failed", _("再送待ち")
        DEAD = "dead", _("届かず")

    to = models.EmailField(max_length=254)
    subject = models.CharField(max_length=200)
    body = models.TextField()
    purpose = models.CharField(max_length=50, blank=True)
    related = models.CharField(max_length=200, blank=True)
    # Whoever has the text can act as its reader (a link to a draft): no staff page ever shows it.
    secret = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    attempts = models.PositiveIntegerField(default=0)
    last_error = models.CharField(max_length=500, blank=True)
    message_id = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["state"]),
            models.Index(fields=["related"]),
            models.Index(fields=["-created_at"]),
        ]
