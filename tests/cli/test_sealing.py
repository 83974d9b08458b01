"""Encrypted backups: what goes in comes out, and nothing else does."""

from __future__ import annotations

import io

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tomoni.cli.backups import sealing
from tomoni.cli.backups.sealing import CHUNK, HEADER, TAG, SealedReader, SealingWriter, WrongPassphrase


@pytest.fixture(autouse=True)
def _quick_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "LOG_N", 4)


def sealed(content: bytes, passphrase: str = "合言葉") -> bytes:
    target = io.BytesIO()
    writer = SealingWriter(target, passphrase)
    for start in range(0, len(content), 700_001):
        writer.write(content[start : start + 700_001])
    writer.close()
    return target.getvalue()


def opened(data: bytes, passphrase: str = "合言葉", step: int = 65_536) -> bytes:
    reader, found = SealedReader(io.BytesIO(data), passphrase), b""
    while part := reader.read(step):
        found += part
    return found


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 3 * CHUNK + 17])
def test_round_trip(size: int) -> None:
    content = bytes(n * 7 % 251 for n in range(1000)) * (size // 1000 + 1)
    assert opened(sealed(content[:size])) == content[:size]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=4000), st.text(min_size=1, max_size=30), st.integers(1, 5000))
def test_round_trip_of_anything(content: bytes, passphrase: str, step: int) -> None:
    assert opened(sealed(content, passphrase), passphrase, step) == content


def test_wrong_passphrase() -> None:
    with pytest.raises(WrongPassphrase):
        opened(sealed(b"x" * 100), "別の言葉")


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 10**9), st.integers(1, 255))
def test_any_changed_byte_is_noticed(place: int, change: int) -> None:
    data = bytearray(sealed(b"y" * 3000))
    if 16 <= place % len(data) < 19:  # the cost parameters: changing them may only make it slow
        return
    data[place % len(data)] ^= change
    with pytest.raises(WrongPassphrase):
        opened(bytes(data))


def test_cut_off_swapped_and_repeated_chunks_are_noticed() -> None:
    data = sealed(b"a" * CHUNK + b"b" * CHUNK + b"c" * 10)
    size = CHUNK + TAG
    head, first, second, last = (
        data[:HEADER],
        data[HEADER : HEADER + size],
        data[HEADER + size : HEADER + 2 * size],
        data[HEADER + 2 * size :],
    )
    for changed in (
        head + first + second,
        head + first,
        head,
        head + second + first + last,
        head + first + first + last,
        head + last,
    ):
        with pytest.raises(WrongPassphrase):
            opened(changed)
