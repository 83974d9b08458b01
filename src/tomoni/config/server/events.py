"""`/events/`: server-sent events for signed-in people: a heartbeat, and "changed" when something happened.

A ping says only that there is something new; the page then asks for it with its own rights.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from http.cookies import CookieError, SimpleCookie
from typing import Any

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

HEARTBEAT_SECONDS = 20.0
POLL_SECONDS = 2.0
LIFETIME_SECONDS = 600.0
MAX_STREAMS = 1000
log = logging.getLogger("tomoni.events")


def signed_in(session_key: str) -> bool:
    """Whether the session belongs to an active person (in a database thread)."""
    from django.conf import settings
    from django.contrib.auth import get_user
    from django.http import HttpRequest
    from django.utils.module_loading import import_string

    request = HttpRequest()
    request.session = import_string(f"{settings.SESSION_ENGINE}.SessionStore")(session_key)
    user = get_user(request)
    return user.is_authenticated and user.is_active


def latest_event() -> int:
    """The newest outbox event's id (0: none), the number that tells whether anything happened."""
    from tomoni.core.models import OutboxEvent

    return OutboxEvent.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


class EventHub:
    """All open streams of this process; one poll serves them all, and nothing is polled while nobody listens."""

    def __init__(
        self,
        cookie_name: str,
        *,
        allowed: Callable[[str], bool] = signed_in,
        latest: Callable[[], int] = latest_event,
    ) -> None:
        self.cookie_name = cookie_name
        self.allowed = allowed
        self.latest = latest
        self.streams: set[asyncio.Queue[int | None]] = set()
        self.database = ThreadPoolExecutor(max_workers=1, thread_name_prefix="events")
        self.poller: asyncio.Task[None] | None = None
        self.closed = False

    async def answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request for the stream: 403 without a session, 405, 503, or the stream itself."""
        if scope["method"] != "GET":
            await _short(send, 405, b"GET only")
        elif not await self._may(scope):
            await _short(send, 403, b"sign in first")
        elif self.closed or len(self.streams) >= MAX_STREAMS:
            await _short(send, 503, b"no more streams")
        else:
            await self._stream(receive, send)

    def close(self) -> None:
        """End every stream; the pages reconnect by themselves."""
        self.closed = True
        for queue in self.streams:
            queue.put_nowait(None)
        if self.poller:
            self.poller.cancel()
        self.database.shutdown(wait=False, cancel_futures=True)

    async def _in_database(self, function: Callable[..., Any], *arguments: Any) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self.database, _fresh(function), *arguments)

    async def _may(self, scope: Scope) -> bool:
        key = _cookie(scope, self.cookie_name)
        if not key or self.closed:
            return False
        try:
            return bool(await self._in_database(self.allowed, key))
        except Exception:
            log.exception("events: the session could not be checked")
            return False

    async def _stream(self, receive: Receive, send: Send) -> None:
        queue: asyncio.Queue[int | None] = asyncio.Queue()
        self.streams.add(queue)
        if self.poller is None or self.poller.done():
            self.poller = asyncio.create_task(self._poll())
        left = asyncio.ensure_future(_until_gone(receive))
        headers = [(b"content-type", b"text/event-stream; charset=utf-8"), (b"cache-control", b"no-store")]
        headers += [(b"x-accel-buffering", b"no"), (b"x-content-type-options", b"nosniff")]
        try:
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            await _chunk(send, b"retry: 5000\n\n")
            async with asyncio.timeout(LIFETIME_SECONDS):
                await self._pump(queue, left, send)
        except TimeoutError:
            pass
        finally:
            left.cancel()
            self.streams.discard(queue)
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _pump(self, queue: asyncio.Queue[int | None], left: asyncio.Future[None], send: Send) -> None:
        while not left.done():
            getter = asyncio.ensure_future(queue.get())
            waited: set[asyncio.Future[Any]] = {getter, left}
            await asyncio.wait(waited, timeout=HEARTBEAT_SECONDS, return_when=asyncio.FIRST_COMPLETED)
            if not getter.done():
                getter.cancel()
                await _chunk(send, b": still here\n\n")
                continue
            number = getter.result()
            if number is None:
                return
            await _chunk(send, b"event: changed\nid: %d\ndata: %d\n\n" % (number, number))

    async def _poll(self) -> None:
        known: int | None = None
        while self.streams:
            try:
                newest = await self._in_database(self.latest)
            except Exception:
                log.exception("events: the newest event could not be read")
                newest = known
            if known is not None and newest != known:
                for queue in self.streams:
                    queue.put_nowait(newest)
            known = newest
            await asyncio.sleep(POLL_SECONDS)


def _fresh(function: Callable[..., Any]) -> Callable[..., Any]:
    """Drop a database connection that broke meanwhile before using it."""

    def run(*arguments: Any) -> Any:
        from django.db import close_old_connections

        close_old_connections()
        return function(*arguments)

    return run


def _cookie(scope: Scope, name: str) -> str:
    for header, value in scope["headers"]:
        if header.lower() == b"cookie":
            try:
                jar = SimpleCookie(value.decode("latin-1"))
            except CookieError:
                return ""
            return jar[name].value if name in jar else ""
    return ""


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        continue


async def _chunk(send: Send, body: bytes) -> None:
    await send({"type": "http.response.body", "body": body, "more_body": True})


async def _short(send: Send, status: int, body: bytes) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})
