"""Addresses of keeping's pages, for notices."""

from __future__ import annotations

from django.urls import reverse


def about(app: str) -> str:
    """このアプリについて."""
    return reverse("keeping:about", args=[app])


def handover(app: str) -> str:
    """引継書."""
    return reverse("keeping:handover", args=[app])


def home() -> str:
    """The list of apps and those who answer for them."""
    return reverse("keeping:home")


def disposal(pk: int) -> str:
    """A disposal."""
    return reverse("keeping:disposal", args=[pk])
