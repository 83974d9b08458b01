"""What every resident page has: the section's contact, the ふりがな switch, no copies in caches or search engines."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import get_language

from tomoni.procedures.furigana import annotate
from tomoni.procedures.models import Form

View = Callable[..., HttpResponse]
RUBY_COOKIE = f"tomoni_ruby_{settings.TOWN_TAG}"
YEAR = 365 * 24 * 3600


def resident_page(view: View) -> View:
    """A page for residents: private, not indexed; `?ruby=1` and `?ruby=0` are remembered where cookies work."""

    @functools.wraps(view)
    def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response["Cache-Control"] = "private, no-store"
        response["X-Robots-Tag"] = "noindex, nofollow"
        # Not `no-referrer`: browsers then post with `Origin: null`, which the CSRF check refuses.
        response["Referrer-Policy"] = "same-origin"
        if request.GET.get("ruby") in ("0", "1"):
            response.set_cookie(
                RUBY_COOKIE,
                request.GET["ruby"],
                max_age=YEAR,
                samesite="Lax",
                httponly=True,
                secure=request.is_secure(),
            )
        return response

    return shown


def ruby_on(request: HttpRequest) -> bool:
    """Whether the reader asked for readings."""
    return (request.GET.get("ruby") or request.COOKIES.get(RUBY_COOKIE)) == "1" and get_language() != "en"


def page(
    request: HttpRequest, template: str, form: Form | None = None, *, status: int = 200, **context: Any
) -> HttpResponse:
    """Render a resident page, with readings where they are wished."""
    on = ruby_on(request)
    everything = {
        "form": form,
        "contact": form.contact if form else {},
        "ruby": on,
        "ruby_link": request.path + ("?ruby=0" if on else "?ruby=1"),
        **context,
    }
    html = render_to_string(template, everything, request=request)
    return HttpResponse(annotate(html) if on else html, status=status)


def keep(request: HttpRequest, address: str) -> str:
    """An address with the ふりがな choice of this one: for readers whose browser keeps no cookies."""
    if request.GET.get("ruby") in ("0", "1") and request.COOKIES.get(RUBY_COOKIE) != request.GET["ruby"]:
        return f"{address}{'&' if '?' in address else '?'}ruby={request.GET['ruby']}"
    return address


def client_address(request: HttpRequest) -> str:
    """The address the request came from, through as many proxies as the settings trust."""
    hops = settings.ENV.trusted_proxies
    if hops:
        chain = [
            part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()
        ]
        if len(chain) >= hops:
            return chain[-hops]
    return str(request.META.get("REMOTE_ADDR", ""))
