"""Messages to other systems (Webhook): signed, to allowed hosts only, never into the house by a detour.

Header `X-Tomoni-Signature: v1=<hex>` is HMAC-SHA256 over `<timestamp>.<body>` with the app's secret, which the page of
the action shows; `X-Tomoni-Timestamp` lets the receiver refuse old messages, `X-Tomoni-Key` names the secret,
`X-Tomoni-Event` is the same when a message is sent again. Redirects are not followed.
"""

from __future__ import annotations

import hashlib
import hmac
import http.client
import ipaddress
import json
import logging
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from tomoni.automation.models import Run
from tomoni.core import clock, outbox
from tomoni.core.actor import system
from tomoni.core.errors import NotFound
from tomoni.records import facade as records

SEND = "automation.webhook"
TIMEOUT = 10
log = logging.getLogger("tomoni.automation")


class Refused(Exception):
    """The message may not or could not go; the reason is for people."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where a message goes. `inside`: an administrator named this very origin, so it may be plain or private."""

    scheme: str
    host: str
    port: int
    path: str
    inside: bool


def allowed() -> tuple[frozenset[str], frozenset[str]]:
    """Host names (https only, public addresses) and whole origins (also http and private) that may be called."""
    entries = [e.strip().rstrip("/").lower() for e in settings.WEBHOOK_HOSTS if e.strip()]
    return frozenset(e for e in entries if "://" not in e), frozenset(e for e in entries if "://" in e)


def target(url: str) -> Target:
    """Where an address leads, if it may be called; raises `Refused` in words."""
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        raise Refused(_("アドレスは https:// で始まる形で書いてください。")) from None
    if parts.scheme not in ("https", "http") or not host or parts.username or parts.fragment:
        raise Refused(_("アドレスは https:// で始まる形で書いてください。"))
    hosts, origins = allowed()
    origin = f"{parts.scheme}://{host}" + (f":{port}" if port else "")
    inside = origin in origins
    if not inside and host not in hosts:
        raise Refused(
            _("この送り先は許可されていません。システム管理者に頼んでください（%(host)s）。") % {"host": host}
        )
    if not inside and (parts.scheme != "https" or port not in (None, 443)):
        raise Refused(_("アドレスは https:// で始まる形で書いてください。"))
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if any(ord(c) < 33 or ord(c) > 126 for c in path):
        raise Refused(_("アドレスに使えない文字があります。"))
    return Target(parts.scheme, host, port or (443 if parts.scheme == "https" else 80), path, inside)


def address(found: Target) -> str:
    """The address to connect to: every one that the name stands for must be public, unless the origin was named."""
    try:
        answers = socket.getaddrinfo(found.host, found.port, type=socket.SOCK_STREAM)
    except OSError:
        raise Refused(
            _("送り先のコンピューターが見つかりません（%(host)s）。") % {"host": found.host}
        ) from None
    numbers = [str(a[4][0]) for a in answers]
    if not found.inside and not all(_public(n) for n in numbers):
        raise Refused(
            _("送り先が庁内の番地を指しているので、送りません（%(host)s）。") % {"host": found.host}
        )
    return numbers[0]


def _public(number: str) -> bool:
    found = ipaddress.ip_address(number.partition("%")[0])
    mapped = getattr(found, "ipv4_mapped", None) or found
    return bool(mapped.is_global and not mapped.is_multicast)


def key_id(app: str) -> str:
    """The name of an app's secret."""
    return f"app-{app}-1"


def secret(app: str) -> str:
    """The secret with which an app's messages are signed; derived, never stored."""
    text = f"webhook:{key_id(app)}".encode()
    return hmac.new(settings.SECRET_KEY.encode(), text, hashlib.sha256).hexdigest()


def sign(app: str, timestamp: str, body: bytes) -> str:
    """The value of the signature header."""
    return (
        "v1=" + hmac.new(secret(app).encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    )


def body_of(app: str, number: int, data: Mapping[str, Any], event: int) -> dict[str, Any]:
    """What is told: which record, in which state, and the fields that were chosen."""
    schema = records.schema(code=app)
    told: dict[str, Any] = {"event": event, "app": app, "record": number or None}
    if not number:
        return told
    record = records.get(actor=system("automation"), app=app, record=number)
    types = records.field_types()
    told |= {"revision": record.revision, "status": record.status, "fields": {}}
    for code in data.get("fields", ()):
        field = schema.by_code.get(code)
        if (
            field is None
            or code not in record.values
            or (field.personal != "none" and not data.get("personal"))
        ):
            continue
        told["fields"][code] = types[field.type].to_json(record.values[code])
    return told


def post(found: Target, headers: Mapping[str, str], body: bytes) -> int:
    """Send to the very address that was checked; the status of the answer."""
    number = address(found)
    raw = socket.create_connection((number, found.port), timeout=TIMEOUT)
    try:
        if found.scheme == "https":
            raw = ssl.create_default_context().wrap_socket(raw, server_hostname=found.host)
        connection = http.client.HTTPConnection(found.host, found.port, timeout=TIMEOUT)
        connection.sock = raw
        connection.request("POST", found.path, body, dict(headers))
        return connection.getresponse().status
    finally:
        raw.close()


def deliver(event: outbox.Event) -> None:
    """Send one message. A refusal of ours or the other side's (4xx) is final, everything else is tried again."""
    payload = event.payload
    app = str(payload["app"])
    try:
        found = target(str(payload["data"].get("url", "")))
        body = json.dumps(
            body_of(app, int(payload["record"]), payload["data"], event.id), ensure_ascii=False
        ).encode()
        stamp = str(int(clock.now().timestamp()))
        headers = {
            "Content-Type": "application/json; charset=utf-8", "User-Agent": "Tomoni", "X-Tomoni-Event": str(event.id),
            "X-Tomoni-Key": key_id(app), "X-Tomoni-Timestamp": stamp, "X-Tomoni-Signature": sign(app, stamp, body),
        }  # fmt: skip
        status = post(found, headers, body)
    except Refused as error:
        _failed(payload, str(error))
        raise outbox.Dead(str(error)) from None
    except NotFound:
        raise outbox.Dead(_("記録が見つかりません（削除されました）。")) from None
    except (OSError, http.client.HTTPException) as error:
        if event.final:
            _failed(payload, _("送り先につながりません（%(kind)s）。") % {"kind": type(error).__name__})
        raise
    if 200 <= status < 300:
        return
    reason = _("送り先が %(status)s を返しました。") % {"status": status}
    if 400 <= status < 500 and status not in (408, 425, 429):
        _failed(payload, reason)
        raise outbox.Dead(reason)
    if event.final:
        _failed(payload, reason)
    raise OSError(reason)


def _failed(payload: Mapping[str, Any], reason: str) -> None:
    """Write into the log of the rule that its message did not arrive."""
    with transaction.atomic():
        Run.objects.filter(pk=payload.get("run") or 0).update(
            outcome=Run.Outcome.FAILED, reason=reason[:500], at=clock.now(), seen_at=None
        )
