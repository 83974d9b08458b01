"""The steps of a draft: what undo and redo go through."""

from __future__ import annotations

from django.db import models


class DraftStep(models.Model):
    """A state of an app's draft after an edit. Place 0 is what the editing started from; `undone` ones can be redone."""

    app = models.ForeignKey("records.App", on_delete=models.CASCADE, db_index=False)
    place = models.PositiveIntegerField()
    spec = models.JSONField()
    says = models.CharField(max_length=200, blank=True)
    undone = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["app", "place"], name="record_builder_step_once")]
        ordering = ["place"]

    def __str__(self) -> str:
        return self.says


class Source(models.Model):
    """A file that an app is made from: a table (CSV, XLSX) or the old sheet (用紙) shown beside the builder."""

    user_id = models.BigIntegerField()
    file = models.ForeignKey("core.StoredFile", on_delete=models.CASCADE, related_name="+")
    app = models.OneToOneField("records.App", null=True, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.pk)
