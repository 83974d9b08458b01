"""Request id and the one place where errors become pages."""

from __future__ import annotations

import logging
import re
import uuid
from collections.abc import Callable

from django.core.exceptions import BadRequest
from django.db import DataError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from tomoni.core.context import request_id
from tomoni.core.errors import Busy, Invalid, TomoniError

log = logging.getLogger("tomoni.request")
Handler = Callable[[HttpRequest], HttpResponse]


class RequestIdMiddleware:
    """Give each request an id: taken from X-Request-Id if it is well-formed, else new; returned in the answer."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Set the id for logs, audit entries and events of this request."""
        given = request.headers.get("X-Request-Id", "")
        token = request_id.set(given if re.fullmatch(r"[A-Za-z0-9_-]{8,64}", given) else uuid.uuid4().hex)
        try:
            response = self.get_response(request)
            response["X-Request-Id"] = request_id.get()
            return response
        finally:
            request_id.reset(token)


class ErrorMiddleware:
    """Turn a `TomoniError` that a view raised into a page (or JSON for /api/) with its status."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Refuse what no text may hold: PostgreSQL takes no NUL, so no room needs to think of it."""
        if "\x00" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            raise BadRequest("NUL")
        response = self.get_response(request)
        return _not_allowed(request, response) if response.status_code == 405 else response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Only our own errors are shown; everything else goes to the 500 page without internals."""
        if isinstance(error, OperationalError):
            log.error("database not available", exc_info=error)
            error = Busy(retry_after=10)
        elif isinstance(error, DataError) and "NUL" in str(error):
            error = Invalid(_("使えない文字が入っています。文字を入力し直してください。"))
        if not isinstance(error, TomoniError):
            return None
        headers = {}
        if "retry_after" in error.details:
            headers["Retry-After"] = str(error.details["retry_after"])
        if request.path.startswith("/api/"):
            body: dict[str, object] = {"message": str(error), "id": request_id.get()}
            if errors := getattr(error, "errors", None):
                body["errors"] = {k: [str(m) for m in ms] for k, ms in errors.items()}
            return JsonResponse(body, status=error.status, headers=headers)
        page = render(request, "ui/error.html", {"error": error, "status": error.status}, status=error.status)
        for name, value in headers.items():
            page[name] = value
        return page


def _not_allowed(request: HttpRequest, bare: HttpResponse) -> HttpResponse:
    """A page in words for a 405 that Django leaves blank; the API's own answers stay as they are."""
    if bare.content:
        return bare
    answer = _answer(
        request,
        405,
        _("この操作は、アドレスを直接開いてはできません。前のページのボタンから行ってください。"),
    )
    answer["Allow"] = bare.headers.get("Allow", "")
    return answer


def _answer(request: HttpRequest, status: int, message: str) -> HttpResponse:
    if request.path.startswith("/api/"):
        return JsonResponse({"message": message, "id": request_id.get()}, status=status)
    return render(request, "ui/error.html", {"error": message, "status": status}, status=status)
