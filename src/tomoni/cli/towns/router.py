"""The router: an ASGI app that hands each request to the town of its Host header and streams the answer back.

granian reads the visitor's request and writes the answer; between us and a town, which is our own server on
127.0.0.1, one HTTP/1.1 connection a request is enough.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any
from urllib.parse import quote

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

PIECE = 65536
DRAIN_SECONDS = 120.0
UNKNOWN = (
    "この名前の自治体はありません。アドレスを確かめてください。\nNo municipality answers to this name.\n"
)
STARTING = "ただいま準備しています。少し待ってからもう一度開いてください。\nStarting. Please try again in a moment.\n"
# Of one connection only, or set by ourselves: never passed on.
HOP = {b"connection", b"keep-alive", b"te", b"trailer", b"transfer-encoding", b"upgrade", b"proxy-connection"}
OWN = {b"host", b"content-length", b"expect", b"forwarded"}
log = logging.getLogger("tomoni.router")


class Router:
    """`ports`: host name → port on 127.0.0.1. `proxies` before us are believed about X-Forwarded-*."""

    def __init__(self, ports: Mapping[str, int], proxies: int = 0) -> None:
        self.ports = dict(ports)
        self.proxies = proxies

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request: 400 without exactly one Host, 404 for an unknown one, 503 while a town is away."""
        if scope["type"] != "http":
            return
        hosts = [value for name, value in scope["headers"] if name.lower() == b"host"]
        if len(hosts) != 1:
            return await _short(send, 400, "Host\n")
        port = self.ports.get(_name(hosts[0]))
        if port is None:
            return await _short(send, 404, UNKNOWN)
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=PIECE)
        except OSError:
            return await _short(send, 503, STARTING, [(b"retry-after", b"5")])
        await self._pass(scope, receive, send, reader, writer, hosts[0])

    async def _pass(
        self,
        scope: Scope,
        receive: Receive,
        send: Send,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        host: bytes,
    ) -> None:
        head, chunked = self.request_head(scope, host)
        writer.write(head)
        complete = asyncio.Event()
        body = asyncio.ensure_future(_upload(receive, writer, chunked, complete))
        begun = False
        try:
            status, headers = await _answer_head(reader)
            async with asyncio.timeout(DRAIN_SECONDS):
                await complete.wait()
            begun = True
            await send({"type": "http.response.start", "status": status, "headers": _clean(headers)})
            if scope["method"] != "HEAD" and status not in (204, 304):
                await _download(reader, headers, send)
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        except (OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError):
            if body.done():
                return  # the visitor left, and we hung up
            log.warning("town broke off", extra={"town": _name(host)})
            if begun:
                raise  # half an answer must not look like a whole one
            await _short(send, 502, STARTING, [(b"retry-after", b"5")])
        finally:
            body.cancel()
            writer.close()

    def request_head(self, scope: Scope, host: bytes) -> tuple[bytes, bool]:
        """Request line and headers for the town, and whether the body goes in chunks."""
        given: Headers = [(name.lower(), value) for name, value in scope["headers"]]
        named = _connection_names(given)
        kept = [
            (n, v)
            for n, v in given
            if n not in HOP | OWN | named and not n.startswith((b"x-forwarded-", b"proxy-"))
        ]
        came = b", ".join(v for n, v in given if n == b"x-forwarded-for") if self.proxies else b""
        peer = str((scope.get("client") or ("",))[0]).encode()
        proto = next((v for n, v in given if n == b"x-forwarded-proto"), b"") if self.proxies else b""
        kept += [
            (b"host", host),
            (b"connection", b"close"),
            (b"x-forwarded-for", came + b", " + peer if came else peer),
            (b"x-forwarded-host", host),
            (b"x-forwarded-proto", proto or str(scope.get("scheme", "http")).encode()),
        ]
        lengths = [v for n, v in given if n == b"content-length"]
        chunked = not lengths and any(n == b"transfer-encoding" for n, _v in given)
        if lengths:
            kept.append((b"content-length", lengths[0]))
        elif chunked:
            kept.append((b"transfer-encoding", b"chunked"))
        line = b"%s %s HTTP/1.1\r\n" % (scope["method"].encode(), _target(scope))
        return line + b"".join(b"%s: %s\r\n" % pair for pair in kept) + b"\r\n", chunked


def _name(host: bytes) -> str:
    """The host name without port and final dot."""
    text = host.decode("latin-1").strip().lower()
    return text.rpartition(":")[0].rstrip(".") if ":" in text else text.rstrip(".")


def _target(scope: Scope) -> bytes:
    raw = scope.get("raw_path") or quote(scope["path"], safe="/:@!$&'()*+,;=~").encode()
    path = bytes(raw).partition(b"?")[0]
    query = bytes(scope.get("query_string") or b"")
    target = path + b"?" + query if query else path
    return b"".join(bytes([b]) if 32 < b < 127 else b"%%%02X" % b for b in target)


def _connection_names(headers: Headers) -> set[bytes]:
    """Headers that the visitor's `Connection` names as its own."""
    return {w.strip().lower() for n, v in headers if n == b"connection" for w in v.split(b",")}


def _clean(headers: Headers) -> Headers:
    return [(n, v) for n, v in headers if n not in HOP and n not in (b"date", b"server")]


async def _upload(
    receive: Receive, writer: asyncio.StreamWriter, chunked: bool, complete: asyncio.Event
) -> None:
    """Send the body as it comes; then wait for the visitor to leave, and let the town know.

    A town may answer before it has read everything; the rest is then read and forgotten, since a browser shows
    an answer only after it has sent all.
    """
    more, listening = True, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            break
        part, more = message.get("body", b""), message.get("more_body", False)
        if part and listening:
            try:
                writer.write(b"%x\r\n%s\r\n" % (len(part), part) if chunked else part)
                await writer.drain()
            except OSError:
                listening = False
    if chunked and listening and not more:
        writer.write(b"0\r\n\r\n")
    complete.set()
    while more is False and (await receive())["type"] != "http.disconnect":
        continue
    writer.close()


async def _answer_head(reader: asyncio.StreamReader) -> tuple[int, Headers]:
    """Status and headers of the town's answer; interim answers are passed over."""
    while True:
        lines = (await reader.readuntil(b"\r\n\r\n")).split(b"\r\n")
        status = int(lines[0].split(b" ")[1])
        if status >= 200:
            pairs = [line.partition(b":") for line in lines[1:] if line]
            return status, [(name.strip().lower(), value.strip()) for name, _colon, value in pairs]


async def _download(reader: asyncio.StreamReader, headers: Headers, send: Send) -> None:
    """Pass the body on piece by piece, as soon as it comes."""
    found = dict(headers)

    async def piece(data: bytes) -> None:
        await send({"type": "http.response.body", "body": data, "more_body": True})

    if b"chunked" in found.get(b"transfer-encoding", b"").lower():
        while size := int((await reader.readline()).split(b";")[0], 16):
            await _exactly(reader, size, piece)
            await reader.readexactly(2)
    elif b"content-length" in found:
        await _exactly(reader, int(found[b"content-length"]), piece)
    else:
        while data := await reader.read(PIECE):
            await piece(data)


async def _exactly(
    reader: asyncio.StreamReader, size: int, piece: Callable[[bytes], Awaitable[None]]
) -> None:
    while size:
        data = await reader.read(min(size, PIECE))
        if not data:
            raise asyncio.IncompleteReadError(b"", size)
        size -= len(data)
        await piece(data)


async def _short(send: Send, status: int, text: str, more: Headers | None = None) -> None:
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"cache-control", b"no-store"),
        *(more or []),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": text.encode(), "more_body": False})
