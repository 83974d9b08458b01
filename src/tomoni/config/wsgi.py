"""WSGI entry points: Django, and Django as `serve --workers N` serves it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import Any

from django.core.wsgi import get_wsgi_application

from tomoni.core import logs

logs.use_stdout()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tomoni.config.settings")
application = get_wsgi_application()


def served(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Django, except for `/events/`: streams live in a process of their own.

    Where no reverse proxy sends them there, 204 tells the browser not to ask again.
    """
    if environ.get("PATH_INFO") == "/events/":
        start_response("204 No Content", [("Cache-Control", "no-store")])
        return [b""]
    return application(environ, start_response)
