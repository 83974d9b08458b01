"""Residents' answers (住民の声): a score and a sentence about one handled submission, without the person."""

from __future__ import annotations

from django.db import models


class Answer(models.Model):
    """「わかりやすかったですか」 1–5. `subject_digest` only keeps one answer a subject; it leads back to nobody.

    `text` is stored after screening: telephone numbers, addresses of mail and 12-digit numbers are blanked.
    """

    subject_digest = models.CharField(max_length=64, unique=True)
    app_code = models.CharField(max_length=64)
    task_id = models.CharField(max_length=64, blank=True)
    score = models.PositiveSmallIntegerField()
    text = models.TextField(blank=True)
    screened = models.BooleanField(default=False)
    at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["task_id", "at"]), models.Index(fields=["app_code", "at"])]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(score__gte=1, score__lte=5), name="participation_score_1_5"
            )
        ]

    def __str__(self) -> str:
        return f"answer {self.pk}"
