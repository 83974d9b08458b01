"""What belongs to the running request or job and is written beside logs, audit entries and events."""

from __future__ import annotations

from contextvars import ContextVar

request_id: ContextVar[str] = ContextVar("tomoni_request_id", default="-")
