"""What is kept of talk: comments, how each person wants to be told, what waits for the digest, reminders sent."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Comment(models.Model):
    """A comment (コメント) on a record. A deleted one keeps its place in the thread, without its text."""

    app = models.ForeignKey("records.App", on_delete=models.CASCADE, db_index=False)
    record = models.BigIntegerField()
    parent = models.ForeignKey("self", null=True, on_delete=models.CASCADE, related_name="replies")
    text = models.TextField(blank=True)
    author_id = models.BigIntegerField(null=True)
    users = models.JSONField(default=list)
    departments = models.JSONField(default=list)
    created_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["app", "record", "id"], name="record_talk_of_record")]


class Preference(models.Model):
    """How a person wants the mails of an app (通知の受け取り方); without a row: once a day."""

    class Mail(models.TextChoices):
        NOW = "now", _("そのつど")
        DIGEST = "digest", _("1日1回まとめて")
        NONE = "none", _("受け取らない")

    user = models.ForeignKey("people.User", on_delete=models.CASCADE, related_name="+")
    app = models.ForeignKey("records.App", on_delete=models.CASCADE)
    mail = models.CharField(max_length=10, choices=Mail, default=Mail.DIGEST)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "app"], name="record_talk_preference_once")]


class DigestLine(models.Model):
    """One line that waits for a person's daily mail; gone once it was sent."""

    user = models.ForeignKey("people.User", on_delete=models.CASCADE, related_name="+")
    app = models.ForeignKey("records.App", on_delete=models.CASCADE)
    record = models.BigIntegerField(null=True)
    text = models.CharField(max_length=300)
    url = models.CharField(max_length=500)
    at = models.DateTimeField()


class Reminded(models.Model):
    """That a reminder was sent for a record; `key` names the rule and the moment it was due, so it is sent once."""

    app = models.ForeignKey("records.App", on_delete=models.CASCADE, db_index=False)
    record = models.BigIntegerField()
    key = models.CharField(max_length=64)
    at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["app", "record", "key"], name="record_talk_reminded_once")
        ]
