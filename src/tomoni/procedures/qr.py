"""QR codes as one SVG path: nothing is fetched, nothing is inline but the shape."""

from __future__ import annotations

from dataclasses import dataclass

import qrcode  # type: ignore[import-untyped,unused-ignore]


@dataclass(frozen=True, slots=True)
class Qr:
    """A QR code: `path` is the `d` of an SVG path in a square of `size` units, quiet zone included."""

    path: str
    size: int


def qr_path(text: str) -> Qr:
    """The code of an address with medium error correction (15 %), which survives a photocopy."""
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=4)
    code.add_data(text)
    code.make(fit=True)
    rows = code.get_matrix()
    parts = [f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark]
    return Qr("".join(parts), len(rows))
