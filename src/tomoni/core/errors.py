"""Errors that people may read. Views and APIs turn each into the right status in one place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext_lazy as _


class TomoniError(Exception):
    """Base: `message` is for people, in their language, and says what to do. `status` is the HTTP status.

    `details["notes"]`: further sentences for the page, where the message alone would make too long a heading.
    """

    status = 400
    message: Any = _("処理できませんでした。")

    def __init__(self, message: Any = None, **details: Any) -> None:
        self.message = message if message is not None else type(self).message
        self.details = details
        super().__init__(self.message)

    def __str__(self) -> str:
        return str(self.message)


class Invalid(TomoniError):
    """Input that cannot be taken (422). `errors` maps a field code (or "" for the whole) to messages."""

    status = 422
    message = _("入力を確かめてください。")

    def __init__(
        self, errors: Mapping[str, Sequence[Any]] | str, message: Any = None, **details: Any
    ) -> None:
        self.errors: dict[str, list[Any]] = (
            {"": [errors]} if isinstance(errors, str) else {k: list(v) for k, v in errors.items()}
        )
        super().__init__(message or next((m for ms in self.errors.values() for m in ms), None), **details)


class NotFound(TomoniError):
    """Nothing there, or nothing this person may know of (404)."""

    status = 404
    message = _("見つかりませんでした。")


class Conflict(TomoniError):
    """Somebody else was faster (409). `details` carries `mine`, `theirs` and the current revision."""

    status = 409
    message = _("ほかの人が先に変更しました。両方の内容を見比べてください。")


class TooLarge(TomoniError):
    """An upload or a text over its limit (413)."""

    status = 413
    message = _("ファイルが大きすぎます。")


class Gone(TomoniError):
    """An expired link (410)."""

    status = 410
    message = _("このリンクの期限は過ぎました。")


class TooMany(TomoniError):
    """Throttled (429). `details["retry_after"]` is in seconds."""

    status = 429
    message = _("回数が多すぎます。しばらく待ってからもう一度お試しください。")


class Busy(TomoniError):
    """The database does not answer in time (503)."""

    status = 503
    message = _("ただいま混み合っています。少し待ってからもう一度お試しください。")


class Forbidden(PermissionDenied):
    """The actor lacks a right (403); `right` names it for logs, never for the page."""

    def __init__(self, right: str = "") -> None:
        self.right = right
        super().__init__(right)
