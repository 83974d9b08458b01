"""The mathematics of the chain: canonical content, digests, Merkle roots, signatures. No database."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from django.conf import settings

GENESIS = "0" * 64


@lru_cache(maxsize=8)
def _derived(secret: str, purpose: str) -> bytes:
    return hmac.new(secret.encode(), f"tomoni.audit.{purpose}".encode(), hashlib.sha256).digest()


def key(purpose: str) -> bytes:
    """A key derived from SECRET_KEY for one purpose (`value`, `sign`)."""
    return _derived(settings.SECRET_KEY, purpose)


def canonical(content: Any) -> bytes:
    """The one way to write content down: JSON with sorted keys; times in UTC."""
    return _ENCODER.encode(content).encode("utf-8", "surrogatepass")


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds") if value.tzinfo else value.isoformat()
    if isinstance(value, set | frozenset):
        return sorted(str(v) for v in value)
    return str(value)


_ENCODER = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=_plain)


def value_digest(target: str, field: str, value: Any) -> str:
    """HMAC-SHA256 of a value, bound to its target and field, so that equal values elsewhere look different."""
    return hmac.digest(key("value"), canonical([target, field, value]), "sha256").hex()


def digests(target: str, fields: Mapping[str, Any]) -> dict[str, str]:
    """The digest of each field."""
    return {str(code): value_digest(target, str(code), value) for code, value in fields.items()}


def entry_digest(previous: str, entry: Mapping[str, Any]) -> str:
    """SHA-256 over the previous digest and the entry's canonical content."""
    return hashlib.sha256(previous.encode() + canonical(entry)).hexdigest()


def signature(*parts: Any) -> str:
    """HMAC over the end of a chain; only the holder of SECRET_KEY can make one."""
    return hmac.new(key("sign"), canonical(list(parts)), hashlib.sha256).hexdigest()


def signed(given: str, *parts: Any) -> bool:
    """Whether a signature is ours, compared in constant time."""
    return hmac.compare_digest(given, signature(*parts))


def leaf(target: str, fields: Mapping[str, Any]) -> str:
    """A leaf of a bulk write: digest of one item's target and field digests."""
    return hashlib.sha256(b"\x00" + canonical([target, digests(target, fields)])).hexdigest()


def merkle_root(leaves: Iterable[str]) -> str:
    """The root over leaves (RFC 6962 shape: domain-separated, an odd one moves up unchanged); "" for none."""
    level: Sequence[str] = list(leaves)
    if not level:
        return ""
    while len(level) > 1:
        paired = [
            hashlib.sha256(b"\x01" + bytes.fromhex(a) + bytes.fromhex(b)).hexdigest()
            for a, b in zip(level[::2], level[1::2], strict=False)
        ]
        level = [*paired, level[-1]] if len(level) % 2 else paired
    return level[0]
