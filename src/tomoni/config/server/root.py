"""The root ASGI app: `/events/` is answered here, everything else by Django (WSGI) in a thread pool.

Native Django ASGI costs several times the CPU; one thread pool with persistent database connections does not.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from a2wsgi import WSGIMiddleware

from tomoni.config.server.body import Body, drain
from tomoni.config.server.events import EventHub

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
log = logging.getLogger("tomoni.server")
EVENTS_PATH = "/events/"


class Root:
    """Route a request to the event stream or to Django.

    `wsgi` is Django's application, `threads` the size of its pool, `max_bytes` the largest request body.
    """

    def __init__(self, wsgi: Any, hub: EventHub, *, threads: int, max_bytes: int) -> None:
        self.hub = hub
        self.max_bytes = max_bytes
        self.django = WSGIMiddleware(wsgi, workers=threads)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        # granian hands over awaitables of its own; a2wsgi needs real coroutines, else every POST fails.
        gone = False

        async def safe_send(message: Message) -> None:
            nonlocal gone
            if gone:
                return
            try:
                await send(message)
            except Exception:
                # The visitor left: go on taking chunks, or the thread that makes them would wait for ever.
                gone = True

        if scope["path"] == EVENTS_PATH:

            async def plain_receive() -> Message:
                return await receive()

            await self.hub.answer(scope, plain_receive, safe_send)
            return
        try:
            await self._django(scope, receive, safe_send)
        except Exception:
            # granian answers 500 without a word; what went wrong must stand in the log.
            log.exception("request not answered")
            raise

    async def _django(self, scope: Scope, receive: Receive, safe_send: Send) -> None:
        """Hand over to the thread pool; a body over the limit is read and forgotten."""
        scope["query_string"] = _ascii(scope.get("query_string", b""))
        length = _content_length(scope)
        if length is not None and length > self.max_bytes:
            # Read and forget the body: a browser shows our answer only after it has sent everything.
            await drain(receive, length)
            await self.django(scope, _nothing, safe_send)
            return
        body = Body(receive, self.max_bytes)

        async def send_when_heard(message: Message) -> None:
            if message["type"] == "http.response.start" and length and not body.complete:
                # An answer before the end (a form without its token): the connection closes after it, which takes
                # the answer away from whoever is still sending. So the rest is heard first, and forgotten.
                body.complete = True
                await drain(receive, length - body.taken)
            await safe_send(message)

        await self.django(scope, body, send_when_heard)

    def close(self) -> None:
        """End the event streams, so that a stop need not wait for them."""
        self.hub.close()


async def _nothing() -> Message:
    return {"type": "http.request", "body": b"", "more_body": False}


def _content_length(scope: Scope) -> int | None:
    for name, value in scope["headers"]:
        if name.lower() == b"content-length":
            return int(value) if value.isdigit() else None
    return None


def _ascii(query: bytes) -> bytes:
    """Percent-encode stray non-ASCII bytes of a query string, which WSGI bridges cannot decode."""
    if query.isascii():
        return query
    return b"".join(bytes([b]) if b < 128 else b"%%%02X" % b for b in query)
