"""Password rules: long, not breached, no forced rotation."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


class BreachedPasswordValidator:
    """Refuse passwords of a known-breached list, checked offline."""

    def validate(self, password: str, user: object = None) -> None:
        """Raise `ValidationError` when the password is on the list."""

    def get_help_text(self) -> str:
        """What the rule asks for."""
        return _("よく知られたパスワードは使えません。")
