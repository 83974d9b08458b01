"""What every page's shell needs: town, actor, rooms, the current room."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from tomoni.core import notices, registry
from tomoni.core.town import town

ROOMS = [
    ("see", _("みる"), "/see/"),
    ("choose", _("えらぶ"), "/choose/"),
    ("build", _("つくる"), "/build/"),
    ("connect", _("つながる"), "/connect/"),
    ("together", _("ともに"), "/together/"),
]


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context of the base templates. A room without a menu entry that the actor may open is not shown."""
    actor = getattr(request, "actor", None)
    rooms = []
    has_settings = False
    unread = None
    if actor is not None and actor.is_staff:
        open_rooms = {m.room for m in registry.MENU if m.right is None or actor.may(m.right)}
        rooms = [
            {"code": code, "label": label, "url": url, "current": request.path.startswith(url)}
            for code, label, url in ROOMS
            if code in open_rooms
        ]
        has_settings = "settings" in open_rooms
        unread = notices.unread(actor.id)
    return {"town": town(), "actor": actor, "rooms": rooms, "has_settings": has_settings, "unread": unread}
