"""The parts of the embedded server by themselves."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any

import pytest

from tomoni.config.server.body import Body, drain
from tomoni.config.server.events import EventHub
from tomoni.config.server.root import Root


def feed(messages: Iterable[dict[str, Any]]) -> Any:
    waiting = iter(messages)

    async def receive() -> dict[str, Any]:
        return next(waiting)

    return receive


PART = {"type": "http.request", "body": b"12345", "more_body": True}
GONE = {"type": "http.disconnect"}


def test_a_half_received_body_is_an_error_not_an_end() -> None:
    body = Body(feed([PART, GONE]), 100)

    async def read() -> None:
        await body()
        with pytest.raises(OSError, match="left"):
            await body()

    asyncio.run(read())


def test_more_than_announced_is_an_error() -> None:
    body = Body(feed([PART, PART, PART]), 12)

    async def read() -> None:
        await body()
        await body()
        with pytest.raises(OSError, match="larger"):
            await body()

    asyncio.run(read())


@pytest.mark.parametrize("messages", [[PART, PART], [PART, GONE], [{**PART, "more_body": False}]])
def test_drain_ends(messages: list[dict[str, Any]]) -> None:
    asyncio.run(drain(feed(messages), 10))


def scope(path: str, **more: Any) -> dict[str, Any]:
    return {
        "type": "http", "method": "GET", "path": path, "query_string": b"", "headers": [], "http_version": "1.1",
        "server": ("127.0.0.1", 80), "client": ("127.0.0.1", 1), "scheme": "http", **more,
    }  # fmt: skip


def ask(root: Root, asked: dict[str, Any], messages: Iterable[dict[str, Any]] = ()) -> list[dict[str, Any]]:
    sent: list[dict[str, Any]] = []

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    async def run() -> None:
        await root(asked, feed([*messages, {"type": "http.request", "body": b"", "more_body": False}]), send)

    asyncio.run(run())
    return sent


def echo(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    start_response("200 OK", [])
    return [environ["QUERY_STRING"].encode(), b"|", environ["wsgi.input"].read()]


def text(sent: list[dict[str, Any]]) -> bytes:
    return b"".join(m.get("body", b"") for m in sent)


def hub(**more: Any) -> EventHub:
    return EventHub("sid", allowed=lambda key: key == "good", latest=lambda: 1, **more)


def test_posts_reach_django_and_stray_bytes_are_encoded() -> None:
    root = Root(echo, hub(), threads=1, max_bytes=100)
    assert text(ask(root, scope("/", query_string="a=あ".encode()), [PART])) == b"a=%E3%81%82|12345"


def test_an_announced_giant_never_reaches_django() -> None:
    root = Root(echo, hub(), threads=1, max_bytes=8)
    sent = ask(root, scope("/", method="POST", headers=[(b"content-length", b"15")]), [PART, PART, PART])
    assert text(sent) == b"|"


def test_answers_to_someone_who_left_do_not_block_the_thread() -> None:
    root = Root(
        lambda _e, start: (start("200 OK", []), (b"x" for _n in range(100)))[1], hub(), threads=1, max_bytes=8
    )
    count = 0

    async def send(message: dict[str, Any]) -> None:
        nonlocal count
        count += 1
        if count > 3:
            raise RuntimeError("gone")

    async def run() -> None:
        await asyncio.wait_for(root(scope("/"), feed([{**PART, "more_body": False}]), send), 20)

    asyncio.run(run())
    assert count == 4


@pytest.mark.parametrize(
    ("cookie", "method", "status"),
    [
        (b"", "GET", 403),
        (b"sid=bad", "GET", 403),
        (b"sid=good", "POST", 405),
        (b"other=good", "GET", 403),
        (b"\xff=;;", "GET", 403),
    ],
)
def test_the_stream_refuses(cookie: bytes, method: str, status: int) -> None:
    root = Root(echo, hub(), threads=1, max_bytes=8)
    sent = ask(root, scope("/events/", method=method, headers=[(b"cookie", cookie)]))
    assert sent[0]["status"] == status


def test_nobody_new_after_closing() -> None:
    one = hub()
    root = Root(echo, one, threads=1, max_bytes=8)
    root.close()
    assert ask(root, scope("/events/", headers=[(b"cookie", b"sid=good")]))[0]["status"] == 403
