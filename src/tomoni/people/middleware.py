"""Who asks, for how long a session lasts, and whether a second factor is due."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from tomoni.core import clock
from tomoni.core.town import town
from tomoni.people.queries import actor_for

Handler = Callable[[HttpRequest], HttpResponse]
STARTED, SEEN = "session_started_at", "session_seen_at"
WITHOUT_SECOND_FACTOR = ("/accounts/", "/static/", "/language/", "/healthz", "/readyz", "/ui/")


class ActorMiddleware:
    """Attach `request.actor`, resolved once and only when asked for."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Handle one request."""
        request.actor = SimpleLazyObject(lambda: actor_for(request.user))  # type: ignore[attr-defined,arg-type]
        return self.get_response(request)


class SessionLimitMiddleware:
    """End a session after the idle time, and after the absolute time in any case."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Handle one request."""
        if (
            settings.SESSION_COOKIE_NAME in request.COOKIES
            and request.user.is_authenticated
            and self._over(request)
        ):
            logout(request)
            messages.info(
                request,
                _("時間がたったので、安全のためサインアウトしました。もう一度サインインしてください。"),
            )
            return redirect_to_login(request.get_full_path())
        return self.get_response(request)

    def _over(self, request: HttpRequest) -> bool:
        now, session = clock.now(), request.session
        started = datetime.fromisoformat(session.setdefault(STARTED, now.isoformat()))
        seen = datetime.fromisoformat(session.get(SEEN, now.isoformat()))
        if now - started > timedelta(hours=settings.ENV.session_hours):
            return True
        if now - seen > timedelta(minutes=settings.ENV.session_idle_minutes):
            return True
        # Written at most once a minute, so that reading pages costs no write.
        if SEEN not in session or now - seen > timedelta(minutes=1):
            session[SEEN] = now.isoformat()
        return False


class ActivityMiddleware:
    """Keep the list of sessions (when, where, which device) at most once a minute: reading pages costs no write."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Handle one request; it comes before `SessionLimitMiddleware`, which notes the minute."""
        if settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated:
            seen = request.session.get(SEEN)
            if seen is None or clock.now() - datetime.fromisoformat(seen) > timedelta(minutes=1):
                from allauth.usersessions.models import UserSession

                UserSession.objects.create_from_request(request)
        return self.get_response(request)


class SecondFactorMiddleware:
    """Staff without a second factor are led to set one up before anything else (not in the demo)."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Handle one request."""
        if (
            settings.ENV.staff_mfa
            and settings.SESSION_COOKIE_NAME in request.COOKIES
            and not request.path.startswith(WITHOUT_SECOND_FACTOR)
            and request.user.is_authenticated
            and request.user.kind == "staff"
            and not self._has_factor(request)
            and not (request.user.demo and town().demo)
        ):
            return redirect("mfa_activate_totp")
        return self.get_response(request)

    def _has_factor(self, request: HttpRequest) -> bool:
        from allauth.mfa.utils import is_mfa_enabled

        if not request.session.get("second_factor"):
            request.session["second_factor"] = bool(is_mfa_enabled(request.user))
        return bool(request.session["second_factor"])
