"""The panel 「作業時間」 of a record page."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from django import template
from django.http import HttpRequest

from tomoni.core.errors import Forbidden, TomoniError
from tomoni.records.worktime.access import editable_place
from tomoni.records.worktime.middleware import OPENED
from tomoni.records.worktime.models import Tap
from tomoni.records.worktime.queries import own_taps

register = template.Library()
BUTTONS = (("phone", 5), ("phone", 10), ("paper", 5), ("paper", 10), ("counter", 5), ("counter", 10))


@register.simple_tag(takes_context=True)
def worktime_panel(context: Mapping[str, Any], app: str, record: int) -> dict[str, Any] | None:
    """What the panel shows for `app` (code) and `record` (id); None for those who may not edit the record.

    Also notes that the record is in view, so that time counts without JavaScript.
    """
    request: HttpRequest | None = context.get("request")
    if request is None or not app or not record:
        return None
    actor = request.actor  # type: ignore[attr-defined]
    try:
        editable_place(actor=actor, app=str(app), record=int(record))
    except (TomoniError, Forbidden, ValueError, TypeError):
        return None
    setattr(request, OPENED, (str(app), int(record)))
    labels = dict(Tap.Kind.choices)
    return {
        "app": app,
        "record": record,
        "nonce": secrets.token_hex(16),
        "kinds": Tap.Kind.choices,
        "buttons": [{"kind": k, "label": labels[k], "minutes": m, "value": f"{k}:{m}"} for k, m in BUTTONS],
        "taps": own_taps(actor=actor, app=str(app), record=int(record)),
    }
