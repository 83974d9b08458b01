"""The two homes: 今日 for staff, 「どのようなご用件ですか」 for residents."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def home(request: HttpRequest) -> HttpResponse:
    """Staff see what waits for them; everyone else sees what they can do."""
    return render(request, "ui/base_staff.html")
