"""JSON answers: orjson, errors with a code for programs and a message for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from django.http import HttpResponse

from tomoni.core.errors import Conflict, Invalid, TomoniError
from tomoni.core.middleware import request_id

CODES = {404: "not_found", 409: "conflict", 410: "gone", 413: "too_large", 422: "invalid", 429: "too_many"}


def answer(data: Any, status: int = 200) -> HttpResponse:
    """A JSON answer that nobody caches."""
    body = orjson.dumps(data, option=orjson.OPT_NON_STR_KEYS)
    response = HttpResponse(body, content_type="application/json", status=status)
    response["Cache-Control"] = "no-store"
    return response


def failure(
    status: int, code: str, message: str, errors: Mapping[str, Sequence[Any]] | None = None, **more: Any
) -> HttpResponse:
    """An error: `{"code", "message", "id", "errors"?}`."""
    body: dict[str, Any] = {"code": code, "message": message, "id": request_id.get()}
    if errors:
        body["errors"] = {k: [str(t) for t in ts] for k, ts in errors.items()}
    return answer(body | more, status)


def error_answer(error: TomoniError) -> HttpResponse:
    """One of our own errors as JSON with its status."""
    more: dict[str, Any] = {}
    if isinstance(error, Conflict) and "revision" in error.details:
        more["revision"] = error.details["revision"]
    if "line" in error.details:
        more |= {"line": error.details["line"], "column": error.details["column"]}
    errors = error.errors if isinstance(error, Invalid) else None
    response = failure(error.status, CODES.get(error.status, "bad_request"), str(error), errors, **more)
    if "retry_after" in error.details:
        response["Retry-After"] = str(error.details["retry_after"])
    return response
