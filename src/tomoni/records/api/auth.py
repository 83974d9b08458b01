"""Who calls the API: a bearer token, or a signed-in person whose writes carry the CSRF token."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from tomoni.core import throttle
from tomoni.core.actor import Actor
from tomoni.core.errors import Forbidden, TomoniError
from tomoni.people import facade as people
from tomoni.records.api.answer import error_answer, failure
from tomoni.records.rights import VERBS, granted
from tomoni.records.schema.snapshot import AppSchema

MOST_BODY = 2_000_000
SAFE = ("GET", "HEAD", "OPTIONS")
View = Callable[..., HttpResponse]


def endpoint(**methods: View) -> View:
    """A view from one function a method (`get=…, post=…`), with authentication, body limit and JSON errors."""

    def view(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        handler = methods.get((request.method or "").lower())
        if handler is None:
            allowed = ", ".join(sorted(m.upper() for m in methods))
            answer = failure(405, "method_not_allowed", _("この方法では呼べません。"))
            answer["Allow"] = allowed
            return answer
        if refused := _identify(request):
            return refused
        if (size := request.headers.get("Content-Length", "0")).isdigit() and int(size) > MOST_BODY:
            return failure(413, "too_large", _("本文が大きすぎます。2MBまでにしてください。"))
        try:
            return handler(request, *args, **kwargs)
        except TomoniError as error:
            return error_answer(error)
        except RequestDataTooBig:
            return failure(413, "too_large", _("本文が大きすぎます。2MBまでにしてください。"))
        except Forbidden:
            return failure(403, "forbidden", _("この操作をする権限がありません。"))

    functools.update_wrapper(view, next(iter(methods.values())))
    return csrf_exempt(view)


def _identify(request: HttpRequest) -> HttpResponse | None:
    """Set `request.actor`; an answer when the caller is not known or the CSRF token is missing."""
    kind, _sep, raw = request.headers.get("Authorization", "").partition(" ")
    if kind:
        address = request.META.get("REMOTE_ADDR", "")
        if throttle.blocked(f"api-token:{address}", limit=30):
            return failure(429, "too_many", _("しばらく待ってからもう一度お試しください。"))
        actor = (
            people.actor_for_token(raw.strip()) if kind.lower() == "bearer" and 0 < len(raw) < 200 else None
        )
        if actor is None:
            throttle.hit(f"api-token:{address}", limit=30, seconds=300)
            return _unknown()
        request.actor = actor  # type: ignore[attr-defined]
        return None
    if request.actor.kind != "user":  # type: ignore[attr-defined]
        return _unknown()
    if request.method not in SAFE and _csrf_fails(request):
        return failure(
            403,
            "csrf",
            _("CSRFトークンがありません。トークン（Bearer）で呼ぶか、X-CSRFToken を付けてください。"),
        )
    return None


def _unknown() -> HttpResponse:
    answer = failure(401, "unauthorized", _("APIトークンが正しくないか、期限が切れています。"))
    answer["WWW-Authenticate"] = 'Bearer realm="tomoni"'
    return answer


def _csrf_fails(request: HttpRequest) -> bool:
    check = CsrfViewMiddleware(lambda r: HttpResponse())
    check.process_request(request)
    return check.process_view(request, lambda r: HttpResponse(), (), {}) is not None


def allowed(actor: Actor, app: AppSchema) -> frozenset[str]:
    """The verbs this caller holds in the app: a token has at most its owner's, narrowed to its scopes and app."""
    held = granted(actor, app)
    verbs = held.verbs | held.own
    if actor.kind != "token":
        return verbs
    if not token_reaches(actor, app.code):
        return frozenset()
    return verbs & {v for v in VERBS if f"token:{v}" in actor.roles}


def token_reaches(actor: Actor, code: str) -> bool:
    """Whether a token is for this app: tokens for one app know of no other."""
    bound = {r for r in actor.roles if r.startswith("token-app:")}
    return not bound or f"token-app:{code}" in bound
