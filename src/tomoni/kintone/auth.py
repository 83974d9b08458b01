"""Who calls: API tokens, a login with its password, or a signed-in person."""

from __future__ import annotations

import base64
import binascii

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware

from tomoni.core import throttle
from tomoni.core.actor import Actor
from tomoni.core.town import town
from tomoni.kintone import limits
from tomoni.kintone.call import Caller
from tomoni.kintone.errors import KintoneError
from tomoni.people import facade as people

FAILURES, WINDOW = 30, 300
BY_LOGIN = 10


def identify(request: HttpRequest) -> Caller:
    """The caller by header or session; `KintoneError` when there is none. CSRF is checked by `check_csrf`."""
    if password := request.headers.get("X-Cybozu-Authorization", "").strip():
        return Caller((_password(request, password),))
    if tokens := request.headers.get("X-Cybozu-API-Token", "").strip():
        return Caller(_tokens(request, tokens))
    kind, _sep, raw = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() == "bearer":
        return Caller(_tokens(request, raw))
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if actor.kind != "user":
        raise KintoneError("CB_AU01", 401)
    return Caller((actor,))


def by_session(request: HttpRequest) -> bool:
    """Whether the caller is known by the session's cookie alone."""
    headers = request.headers
    if headers.get("X-Cybozu-API-Token") or headers.get("X-Cybozu-Authorization"):
        return False
    return not headers.get("Authorization", "").lower().startswith("bearer ")


def check_csrf(request: HttpRequest, token: str) -> None:
    """Writes by session need the CSRF token: in X-CSRFToken, or as `__REQUEST_TOKEN__` as kintone's clients send it."""
    if token and "HTTP_X_CSRFTOKEN" not in request.META:
        request.META["HTTP_X_CSRFTOKEN"] = token
    check = CsrfViewMiddleware(lambda r: HttpResponse())
    check.process_request(request)
    method, request.method = request.method, "PUT"  # so that nothing is looked for in a form
    try:
        if check.process_view(request, lambda r: HttpResponse(), (), {}) is not None:
            raise KintoneError("CB_CS01", 403)
    finally:
        request.method = method


def _address(request: HttpRequest) -> str:
    return str(request.META.get("REMOTE_ADDR", ""))


def _tokens(request: HttpRequest, text: str) -> tuple[Actor, ...]:
    raws = [raw.strip() for raw in text.split(",") if raw.strip()]
    known = len(raws) <= limits.TOKENS and all(len(raw) < 200 for raw in raws)
    found = [people.actor_for_token(raw) for raw in raws] if known else [None]
    actors = [actor for actor in found if actor is not None]
    if not actors or len(actors) < len(found):
        throttle.hit(f"kintone-token:{_address(request)}", limit=FAILURES, seconds=WINDOW)
        raise KintoneError("GAIA_IA02", 520)
    return tuple(actors)


def password_allowed() -> bool:
    """Whether a login with its password is taken: in the demo, or where the setting says so."""
    return bool(settings.ENV.kintone_password) or bool(town().demo)


def _password(request: HttpRequest, header: str) -> Actor:
    if not password_allowed():
        raise KintoneError("CB_WA02", 401)
    try:
        text = base64.b64decode(header, validate=True).decode("utf-8") if len(header) < 2_000 else ""
    except (binascii.Error, UnicodeDecodeError):
        text = ""
    login, colon, password = text.partition(":")
    keys = (f"kintone-login:{login}", BY_LOGIN), (f"kintone-address:{_address(request)}", FAILURES)
    for key, limit in keys:
        if wait := throttle.blocked(key, limit=limit):
            raise KintoneError("GAIA_TM01", 429, retry_after=wait)
    found = people.actor_for_password(login, password) if colon else None
    if found is None:
        for key, limit in keys:
            throttle.hit(key, limit=limit, seconds=WINDOW)
        raise KintoneError("CB_WA01", 401)
    if found == "second_factor":
        raise KintoneError("CB_TW02", 401)
    assert isinstance(found, Actor)
    return found
