"""One access line a request and its figures: the route, never the address with its ids, receipts or questions."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from tomoni.core.web.metrics import LATENCY, REQUESTS

log = logging.getLogger("tomoni.access")
_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
_QUIET = {"healthz", "readyz", "metrics", "static"}


class AccessMiddleware:
    """Measures and logs each request; sits right inside the request id."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, then note method, route, status and milliseconds."""
        began = time.perf_counter()
        status = 500
        try:
            response = self.get_response(request)
            status = response.status_code
            return response
        finally:
            seconds = time.perf_counter() - began
            route, method = route_of(request), request.method if request.method in _METHODS else "OTHER"
            REQUESTS.labels(route, method, status).inc()
            LATENCY.labels(route).observe(seconds)
            level = logging.DEBUG if route in _QUIET and status < 400 else logging.INFO
            extra = {"method": method, "route": route, "status": status, "ms": round(seconds * 1000, 1)}
            log.log(level, "request", extra=extra)


def route_of(request: HttpRequest) -> str:
    """The pattern that matched, such as `build/apps/<str:code>/`; a fixed word for files and for no match."""
    match = getattr(request, "resolver_match", None)
    if match is not None:
        return match.route or "/"
    return "static" if request.path.startswith("/static/") else "unmatched"
