"""TOMONI_MAIL as Django's mail settings."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

_PORTS = {"smtp": 25, "smtps": 465, "smtp+starttls": 587}


def mail_settings(value: str) -> dict[str, Any]:
    """Settings for `file`, `console` or an SMTP address. Raises ImproperlyConfigured, never showing the password."""
    if value == "file":
        return {"EMAIL_BACKEND": "tomoni.core.mail.backends.EmlBackend"}
    if value == "console":
        return {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}
    parts = urlsplit(value)
    if parts.scheme not in _PORTS or not parts.hostname:
        raise ImproperlyConfigured("TOMONI_MAIL: use file, console or smtp://user:password@host:port")
    try:
        port = parts.port or _PORTS[parts.scheme]
    except ValueError:
        raise ImproperlyConfigured("TOMONI_MAIL: the port must be a number up to 65535") from None
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": port,
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_USE_TLS": parts.scheme == "smtp+starttls",
        "EMAIL_TIMEOUT": 20,
    }
