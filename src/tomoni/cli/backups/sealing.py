"""Encryption of a backup: scrypt for the key, AES-256-GCM in chunks (the STREAM construction).

Layout: magic, log2(N), r, p, salt(16), nonce prefix(7), then chunks of 1 MiB + 16-byte tag. Each nonce is
prefix + counter(4) + last flag(1), and the header is authenticated with every chunk, so that cutting off,
swapping or repeating chunks is noticed. A chunk is checked before a byte of it is given out.
"""

from __future__ import annotations

import os
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

MAGIC = b"TOMONI-SEALED-1\n"
LOG_N, R, P = 15, 8, 1
CHUNK = 1024 * 1024
TAG = 16
HEADER = len(MAGIC) + 3 + 16 + 7


class WrongPassphrase(Exception):
    """The passphrase does not fit, or the file was changed or cut off."""


def _key(passphrase: str, salt: bytes, log_n: int, r: int, p: int) -> AESGCM:
    return AESGCM(Scrypt(salt=salt, length=32, n=1 << log_n, r=r, p=p).derive(passphrase.encode()))


class SealingWriter:
    """A binary file to write to; what arrives in `target` is encrypted. `close()` writes the last chunk."""

    def __init__(self, target: BinaryIO, passphrase: str) -> None:
        salt, self.prefix = os.urandom(16), os.urandom(7)
        self.header = MAGIC + bytes((LOG_N, R, P)) + salt + self.prefix
        self.cipher = _key(passphrase, salt, LOG_N, R, P)
        self.target = target
        self.waiting = bytearray()
        self.count = 0
        target.write(self.header)

    def write(self, data: bytes) -> int:
        """Take bytes; full chunks leave at once."""
        self.waiting += data
        while len(self.waiting) > CHUNK:
            self._put(bytes(self.waiting[:CHUNK]), last=False)
            del self.waiting[:CHUNK]
        return len(data)

    def flush(self) -> None:
        """Nothing leaves before a chunk is full."""

    def close(self) -> None:
        """Write the last chunk."""
        self._put(bytes(self.waiting), last=True)
        self.waiting.clear()

    def _put(self, plain: bytes, *, last: bool) -> None:
        nonce = self.prefix + self.count.to_bytes(4, "big") + bytes([last])
        self.target.write(self.cipher.encrypt(nonce, plain, self.header))
        self.count += 1


class SealedReader:
    """A binary file to read from; raises `WrongPassphrase` at the first chunk that does not fit."""

    def __init__(self, source: BinaryIO, passphrase: str) -> None:
        self.header = source.read(HEADER)
        if len(self.header) < HEADER or not self.header.startswith(MAGIC):
            raise WrongPassphrase
        place = len(MAGIC)
        log_n, r, p = self.header[place : place + 3]
        if log_n > 20 or r > 16 or p > 4:
            raise WrongPassphrase
        salt, self.prefix = self.header[place + 3 : place + 19], self.header[place + 19 :]
        self.cipher = _key(passphrase, salt, log_n, r, p)
        self.source = source
        self.next = source.read(CHUNK + TAG)
        self.plain = bytearray()
        self.count = 0
        self.ended = False

    def read(self, size: int = -1) -> bytes:
        """Up to `size` bytes of the content."""
        while not self.ended and (size < 0 or len(self.plain) < size):
            self._take()
        taken = bytes(self.plain if size < 0 else self.plain[:size])
        del self.plain[: len(taken)]
        return taken

    def _take(self) -> None:
        sealed, self.next = self.next, self.source.read(CHUNK + TAG)
        self.ended = not self.next
        nonce = self.prefix + self.count.to_bytes(4, "big") + bytes([self.ended])
        try:
            self.plain += self.cipher.decrypt(nonce, sealed, self.header)
        except InvalidTag:
            raise WrongPassphrase from None
        self.count += 1
