"""Guards of views: who may open a page at all. What they may see there is decided by the queries."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse

from tomoni.core.errors import Forbidden

View = Callable[..., HttpResponse]


def signed_in(view: View) -> View:
    """Anyone with a sign-in; others are sent to the sign-in page and come back afterwards."""

    @functools.wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.actor.kind != "user":  # type: ignore[attr-defined]
            return redirect_to_login(request.get_full_path())
        return view(request, *args, **kwargs)

    return guarded


def staff_required(view: View) -> View:
    """Staff only (職員)."""

    @functools.wraps(view)
    @signed_in
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.actor.is_staff:  # type: ignore[attr-defined]
            raise Forbidden("staff")
        return view(request, *args, **kwargs)

    return guarded


def right_required(right: str) -> Callable[[View], View]:
    """Staff who hold the capability."""

    def wrap(view: View) -> View:
        @functools.wraps(view)
        @staff_required
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.actor.may(right):  # type: ignore[attr-defined]
                raise Forbidden(right)
            return view(request, *args, **kwargs)

        return guarded

    return wrap
