"""Addresses of records, for notices and pages."""

from __future__ import annotations

from django.urls import NoReverseMatch, reverse


def record(app: str, record_id: int) -> str:
    """The page of a record."""
    try:
        return reverse("records:record", args=[app, record_id])
    except NoReverseMatch:
        return f"/build/apps/{app}/{record_id}/"
