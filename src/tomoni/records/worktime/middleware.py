"""Working time without JavaScript: from a record page to the next request, if that comes within five minutes."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Literal

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse

from tomoni.core.errors import Forbidden, TomoniError
from tomoni.engines.effect import MAX_PAUSE

COOKIE = f"tomoni_wt_{settings.TOWN_TAG}"
"""Says only that a record page is open, so that other requests need not ask the database."""
OPENED = "worktime_opened"
log = logging.getLogger(__name__)


class WorktimeMiddleware:
    """Close the chain of marks on the next request, open it when a record page was shown."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Mark before and after the answer; only requests with the cookie or a record page ask the database."""
        hinted = COOKIE in request.COOKIES and not request.path.startswith("/build/worktime/")
        # Inside an app the next page may be a record again: then its start is the end of the former, in one write.
        later = hinted and request.method == "GET" and request.path.startswith("/build/apps/")
        if hinted and not later:
            _mark(request, "leave")
        response = self.get_response(request)
        opened: tuple[str, int] | None = getattr(request, OPENED, None)
        if opened is not None and response.status_code == 200:
            _mark(request, "start", *opened)
            response.set_cookie(
                COOKIE,
                "1",
                max_age=MAX_PAUSE,
                httponly=True,
                samesite="Lax",
                secure=settings.SESSION_COOKIE_SECURE,
            )
        elif hinted:
            if later:
                _mark(request, "leave")
            response.delete_cookie(COOKIE, samesite="Lax")
        return response


def _mark(request: HttpRequest, kind: Literal["start", "leave"], app: str = "", record: int = 0) -> None:
    """Note a mark; counting time must never stand in the way of work."""
    from tomoni.records.worktime.actions.note_mark import note_mark

    actor = request.actor  # type: ignore[attr-defined]
    if actor.kind != "user" or not actor.is_staff:
        return
    try:
        note_mark(actor=actor, kind=kind, app=app, record=record)
    except (TomoniError, Forbidden):
        return
    except DatabaseError:
        log.warning("worktime mark not stored", exc_info=True)
