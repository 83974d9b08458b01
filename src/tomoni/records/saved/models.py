"""What a person keeps for themselves: a name for a page of an app with its conditions, columns and order."""

from __future__ import annotations

from django.db import models


class SavedView(models.Model):
    """A personal view (自分の一覧). `page`: list, board or chart; `address` is the query string of that page."""

    user = models.ForeignKey("people.User", on_delete=models.CASCADE, db_index=False, related_name="+")
    app = models.ForeignKey("records.App", on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=100)
    page = models.CharField(max_length=10)
    address = models.TextField(blank=True)
    first = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "app", "name"], name="record_views_name")]
