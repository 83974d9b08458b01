"""The one view of the API: who asks, what is asked, the call in one transaction, and its answer as JSON."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

import orjson
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import DataError, OperationalError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from tomoni.core.errors import Busy, Forbidden, TomoniError
from tomoni.kintone import auth, limits
from tomoni.kintone.call import ROUTES, Ask, Caller, Route
from tomoni.kintone.errors import KintoneError, translated
from tomoni.kintone.params import from_pairs

log = logging.getLogger("tomoni.kintone")
TOKEN = "__REQUEST_TOKEN__"  # noqa: S105 - the name of a parameter
UNKNOWN_TOKEN = 520  # what kintone answers
METHODS = ("GET", "POST", "PUT", "DELETE")


@csrf_exempt
def serve(request: HttpRequest, name: str, space: int | None = None) -> HttpResponseBase:
    """Answer `/k/v1/<name>.json`, or the same for a guest space, which Tomoni does not tell apart."""
    try:
        return _serve(request, name)
    except BulkFailed as error:
        return answer({"results": error.results}, error.status, error.code)
    except (TomoniError, Forbidden) as error:
        return refusal(translated(error))
    except (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent):
        return refusal(KintoneError("CB_IL02", 413))
    except OperationalError as error:
        log.error("database not available", exc_info=error)
        return refusal(KintoneError("CB_SV01", 503, message=str(Busy()), retry_after=10))
    except DataError:
        return refusal(KintoneError("CB_IL02", 400))
    except Exception:
        log.exception("kintone call failed: %s", name)
        return refusal(KintoneError("CB_SV01", 500))


class BulkFailed(Exception):
    """A bulkRequest that was undone: one result a request, the failed one with its error."""

    def __init__(self, results: list[dict[str, Any]], status: int, code: str) -> None:
        self.results, self.status, self.code = results, status, code
        super().__init__(code)


def _serve(request: HttpRequest, name: str) -> HttpResponseBase:
    method = request.method or ""
    override = request.headers.get("X-HTTP-Method-Override", "").upper()
    if method == "POST" and override in METHODS:
        method = override
    route = ROUTES.get((name, method))
    if route is None:
        if any(known == name for known, _method in ROUTES):
            refused = refusal(KintoneError("CB_IL02", 405, message=_("この方法では呼べません。")))
            refused["Allow"] = ", ".join(sorted(m for n, m in ROUTES if n == name))
            return refused
        raise KintoneError("CB_IL02", 404, message=_("このAPIはありません。"))
    caller = auth.identify(request)
    limits.rate.hit(caller.first.ref)
    params, upload = _params(request, method)
    token = params.pop(TOKEN, "")
    if auth.by_session(request) and not route.reads:
        auth.check_csrf(request, token if isinstance(token, str) else "")
    ask = Ask(
        caller=caller,
        params=params,
        preview=name.startswith("preview/"),
        upload=upload,
        base_url=request.build_absolute_uri("/").rstrip("/"),
    )
    return _answered(run(route, ask))


def run(route: Route, ask: Ask) -> Any:
    """The call; what it writes is kept as a whole or not at all."""
    if route.reads or not route.atomic:
        return route.handler(ask)
    with transaction.atomic():
        return route.handler(ask)


def sub_ask(ask: Ask, caller: Caller, params: Mapping[str, Any]) -> Ask:
    """The call of one request inside a bulkRequest."""
    return Ask(caller=caller, params=params, bulk=True, base_url=ask.base_url)


def _params(request: HttpRequest, method: str) -> tuple[dict[str, Any], Any]:
    """The query string, over it the JSON body (of a GET too), or the parts of a form with its file."""
    try:
        pairs = [(name, value) for name, values in request.GET.lists() for value in values]
        found = from_pairs(pairs)
    except (ValueError, TooManyFieldsSent):
        raise KintoneError("CB_IL02", 400) from None
    if (request.content_type or "").startswith("multipart/form-data") and request.method == "POST":
        try:
            found |= from_pairs((k, v) for k, values in request.POST.lists() for v in values)
            return found, next(iter(request.FILES.values()), None)
        except (MultiPartParserError, ValueError):
            raise KintoneError("CB_IL02", 400) from None
    raw = request.read(limits.BODY + 1)
    if len(raw) > limits.BODY:
        raise KintoneError("CB_IL02", 413, message=_("本文が大きすぎます。64MBまでにしてください。"))
    if raw.strip():
        found |= _json(raw)
    return found, None


def _json(raw: bytes) -> dict[str, Any]:
    try:
        body = orjson.loads(raw)
    except (orjson.JSONDecodeError, RecursionError):
        raise KintoneError("CB_IJ01", 400) from None
    if not isinstance(body, dict):
        raise KintoneError("CB_IJ01", 400)
    return body


def _answered(data: Any) -> HttpResponseBase:
    return data if isinstance(data, HttpResponseBase) else answer(data)


def answer(data: Any, status: int = 200, code: str = "") -> HttpResponse:
    """A JSON answer that nobody caches."""
    response = HttpResponse(orjson.dumps(data), content_type="application/json;charset=utf-8", status=status)
    response["Cache-Control"] = "no-store"
    if code:
        response["X-Cybozu-Error"] = code
    return response


def refusal(error: KintoneError) -> HttpResponse:
    """An error as JSON, with kintone's header that names its code."""
    response = answer(error.body(), error.status, error.code)
    if error.status == UNKNOWN_TOKEN:
        response.reason_phrase = "Unknown API Token"
        response._has_been_logged = True  # type: ignore[attr-defined]  # a client's mistake, not an error of ours
    if "retry_after" in error.details:
        response["Retry-After"] = str(error.details["retry_after"])
    return response
