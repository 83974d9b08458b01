"""ASGI entry point: the event stream and Django in a thread pool."""

from __future__ import annotations

from tomoni.config.server.events import EventHub
from tomoni.config.server.root import Root


def build() -> Root:
    """The root app of this process; Django is set up on the way."""
    from tomoni.config.wsgi import application  # sets Django up  # isort: skip
    from django.conf import settings

    from tomoni.config.env import env
    from tomoni.config.server.middleware import body_limit

    hub = EventHub(settings.SESSION_COOKIE_NAME)
    return Root(application, hub, threads=env().server_threads, max_bytes=body_limit())
