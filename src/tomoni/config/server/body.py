"""Request bodies: counted while they stream, never gathered in memory."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]

DRAIN_SECONDS = 30.0
DRAIN_BYTES = 1024 * 1024 * 1024


class Body:
    """`receive` with a byte count.

    Raises `OSError` when the visitor leaves in the middle or sends more than `max_bytes`; Django turns that
    into "unreadable post data", so a half-received form is never taken for a whole one. `complete`: nothing more comes.
    """

    def __init__(self, receive: Receive, max_bytes: int) -> None:
        self.receive = receive
        self.max_bytes = max_bytes
        self.taken = 0
        self.complete = False

    def __call__(self) -> Awaitable[Message]:
        """The next part of the body."""
        return self._next()

    async def _next(self) -> Message:
        message = await self.receive()
        if message["type"] == "http.disconnect":
            self.complete = True
            raise OSError("the visitor left before the request was complete")
        self.taken += len(message.get("body", b""))
        self.complete = not message.get("more_body", False)
        if self.taken > self.max_bytes:
            raise OSError("the request body is larger than allowed")
        return message


async def drain(receive: Receive, length: int) -> None:
    """Read and forget up to `length` bytes (bounded in size and time)."""
    taken = 0
    try:
        async with asyncio.timeout(DRAIN_SECONDS):
            while taken < min(length, DRAIN_BYTES):
                message = await receive()
                taken += len(message.get("body", b""))
                if message["type"] == "http.disconnect" or not message.get("more_body", False):
                    return
    except TimeoutError:
        return
