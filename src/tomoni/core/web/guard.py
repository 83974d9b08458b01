"""Guards of the core's own pages (the core lies below `people`, whose decorators other rooms use)."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse

from tomoni.core.actor import Actor
from tomoni.core.errors import Forbidden

View = Callable[..., HttpResponse]


def actor_of(request: HttpRequest) -> Actor:
    """Who asks."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def signed_in(view: View) -> View:
    """Anyone with a sign-in; others are sent to the sign-in page and come back afterwards."""

    @functools.wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if actor_of(request).kind != "user":
            return redirect_to_login(request.get_full_path())
        return view(request, *args, **kwargs)

    return guarded


def staff(right: str) -> Callable[[View], View]:
    """Staff who hold the capability."""

    def wrap(view: View) -> View:
        @functools.wraps(view)
        @signed_in
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            actor = actor_of(request)
            if not (actor.is_staff and actor.may(right)):
                raise Forbidden(right)
            return view(request, *args, **kwargs)

        return guarded

    return wrap
