"""Keyed digests, sealed values and draft tokens: what lies in the database opens nothing by itself.

Receipt numbers and verification answers are looked up by HMAC digests; the number itself is kept sealed
(Fernet) because letters print it again. Keys come from SECRET_KEY, each purpose its own; values made under
SECRET_KEY_FALLBACKS are still understood.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets as random

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core import signing

TOKEN_BYTES = 16
MAC_BYTES = 6
TICKET_SECONDS = 30 * 60


def _keys() -> list[str]:
    return [str(key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]


def _mac(key: str, purpose: str, value: str) -> bytes:
    derived = hashlib.sha256(f"tomoni.procedures.{purpose}|{key}".encode()).digest()
    return hmac.new(derived, value.encode(), hashlib.sha256).digest()


def digest(purpose: str, value: str) -> str:
    """The keyed digest of a value for one purpose, 64 hexadecimal characters."""
    return _mac(settings.SECRET_KEY, purpose, value).hex()


def digests(purpose: str, value: str) -> list[str]:
    """The digest under the present key and under each former one: for lookups."""
    return [_mac(key, purpose, value).hex() for key in _keys()]


def same(left: str, right: str) -> bool:
    """Compare in constant time."""
    return hmac.compare_digest(left.encode(), right.encode())


def _fernet() -> MultiFernet:
    return MultiFernet([Fernet(base64.urlsafe_b64encode(_mac(key, "seal", ""))) for key in _keys()])


def seal(value: str) -> str:
    """Encrypt a short value for the database."""
    return _fernet().encrypt(value.encode()).decode()


def unseal(value: str) -> str:
    """Decrypt a sealed value; empty when the key is no longer known."""
    try:
        return _fernet().decrypt(value.encode()).decode()
    except InvalidToken:
        return ""


def new_token() -> str:
    """A draft token: 128 random bits and a short MAC, so that a well-formed old link can be told from nonsense."""
    raw = random.token_bytes(TOKEN_BYTES)
    return _encode(raw + _mac(settings.SECRET_KEY, "token", raw.hex())[:MAC_BYTES])


def genuine_token(token: str) -> bool:
    """Whether this installation made the token at some time (it may have expired since)."""
    try:
        raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except (ValueError, TypeError):
        return False
    if len(raw) != TOKEN_BYTES + MAC_BYTES or _encode(raw) != token:
        return False
    body, mac = raw[:TOKEN_BYTES], raw[TOKEN_BYTES:]
    return any(hmac.compare_digest(_mac(key, "token", body.hex())[:MAC_BYTES], mac) for key in _keys())


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def make_ticket(scope: str, submission_id: int) -> str:
    """A signed pass to one submission (`status` or `answer`); it travels in forms only, never in an address."""
    return signing.TimestampSigner(salt=f"tomoni.procedures.{scope}").sign(str(submission_id))


def read_ticket(scope: str, ticket: str) -> int | None:
    """The submission a ticket opens, None when it is false, of another scope or older than half an hour."""
    try:
        signer = signing.TimestampSigner(salt=f"tomoni.procedures.{scope}")
        return int(signer.unsign(ticket, max_age=TICKET_SECONDS))
    except (signing.BadSignature, ValueError):
        return None
