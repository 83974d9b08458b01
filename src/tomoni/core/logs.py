"""JSON logs, one object a line, with the request's id and without personal data."""

from __future__ import annotations

import json
import logging
import logging.config
import sys
import traceback
from datetime import UTC, datetime
from typing import Any, TextIO

from tomoni.core.context import request_id
from tomoni.core.privacy import mask

_STANDARD = set(logging.makeLogRecord({}).__dict__) | {
    "message",
    "asctime",
    "taskName",
    "request",
    "server_time",
}
_stream: str = "stderr"


def use_stdout() -> None:
    """Send logs to standard output: serving processes do; commands keep it for their answer."""
    global _stream
    _stream = "stdout"


class Handler(logging.StreamHandler):
    """Writes to standard error, or standard output once `use_stdout` was called."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> TextIO:
        """The stream of the moment (tests and supervisors replace it)."""
        return sys.stdout if _stream == "stdout" else sys.stderr


class JsonFormatter(logging.Formatter):
    """time, level, logger, request, message and the extras, everything masked."""

    def format(self, record: logging.LogRecord) -> str:
        """One line of JSON."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "request": request_id.get(),
            "message": mask(_message(record)),
        }
        for name, value in record.__dict__.items():
            if name not in _STANDARD and not name.startswith("_"):
                line[name] = (
                    value if isinstance(value, bool | int | float) or value is None else mask(str(value))
                )
        if record.exc_info and record.exc_info[0]:
            line["exception"] = _where(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False)


def _message(record: logging.LogRecord) -> str:
    """The message; Django's lines about requests lose the path, which may hold a receipt number."""
    text = record.getMessage()
    return text.partition(":")[0] if record.name.startswith("django.request") else text


def _where(error: BaseException | None) -> str:
    """The kind of error and where it came from; the message only masked, never the values of variables."""
    if error is None:
        return ""
    frames = traceback.extract_tb(error.__traceback__)[-12:]
    places = " < ".join(
        f"{f.filename.rpartition('/tomoni/')[2]}:{f.lineno} {f.name}" for f in reversed(frames)
    )
    return f"{type(error).__module__}.{type(error).__qualname__}: {mask(str(error))[:500]} | {places}"


def configure(settings: dict[str, Any]) -> None:
    """What Django calls with LOGGING."""
    logging.config.dictConfig(settings)


def settings_for(level: str) -> dict[str, Any]:
    """LOGGING: everything as JSON through one handler."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": {"()": "tomoni.core.logs.JsonFormatter"}},
        "handlers": {"json": {"()": "tomoni.core.logs.Handler", "formatter": "json"}},
        "root": {"handlers": ["json"], "level": "WARNING"},
        "loggers": {
            "tomoni": {"level": level},
            "django": {"level": "WARNING"},
            # Django logs every 4xx as a warning with its path; our access log says it without.
            "django.request": {"level": "ERROR"},
            "django.server": {"level": "CRITICAL", "handlers": [], "propagate": False},
        },
    }
