"""Too large, or of unknown length: answered before a byte of the body is read."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from tomoni.core.context import request_id

# A form around the file: its other fields and the multipart boundaries.
FORM_ALLOWANCE = 2 * 1024 * 1024


def body_limit() -> int:
    """The largest request body in bytes."""
    return int(settings.UPLOAD_MAX_BYTES) + FORM_ALLOWANCE


class BodyLimitMiddleware:
    """413 for a body over the limit, 411 for one without a length; in the visitor's language."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, or pass on."""
        length = request.META.get("CONTENT_LENGTH") or ""
        if length.isdigit() and int(length) > body_limit():
            megabytes = settings.UPLOAD_MAX_BYTES // (1024 * 1024)
            message = _(
                "ファイルが大きすぎます。%(max)s MB までです。分けるか、小さくしてから送ってください。"
            ) % {"max": megabytes}
            return _answer(request, 413, message)
        if not length and "chunked" in request.META.get("HTTP_TRANSFER_ENCODING", "").lower():
            return _answer(request, 411, _("送る内容の長さ（Content-Length）が必要です。"))
        return self.get_response(request)


def _answer(request: HttpRequest, status: int, message: str) -> HttpResponse:
    if request.path.startswith("/k/"):
        body = {"code": "CB_IL02", "id": request_id.get() or "-", "message": message}
        return JsonResponse(body, status=status)
    if request.path.startswith("/api/"):
        return JsonResponse({"message": message}, status=status)
    return render(request, "ui/error.html", {"status": status, "error": message}, status=status)
