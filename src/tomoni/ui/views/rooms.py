"""A room's landing page: what can be done here, from the menu registry."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from tomoni.core import registry
from tomoni.core.actor import Actor
from tomoni.core.errors import Forbidden

LEADS: dict[registry.Room, tuple[Any, Any]] = {
    "see": (_("みる"), _("どの課が、どんな仕事に、年に何時間をかけているかを見ます。")),
    "choose": (_("えらぶ"), _("やめる、まとめる、順を変える、簡単にする。この順に問い、取組にします。")),
    "build": (_("つくる"), _("紙や表計算の仕事を、自分たちでアプリにします。")),
    "connect": (_("つながる"), _("住民からの申請を受け、結果を知らせます。")),
    "together": (_("ともに"), _("住民の声を読み、次に生かします。")),
    "settings": (_("設定"), _("組織、利用者、自治体の情報を整えます。")),
}


def entries(room: registry.Room, actor: Actor) -> list[dict[str, Any]]:
    """The room's menu entries that the actor may open."""
    found = []
    for item in registry.MENU:
        if item.room != room or not (item.right is None or actor.may(item.right)):
            continue
        try:
            found.append(
                {"label": item.label, "description": item.description, "url": reverse(item.url_name)}
            )
        except NoReverseMatch:
            continue
    return found


def landing(request: HttpRequest, room: registry.Room, **extra: Any) -> HttpResponse:
    """Render the landing page; `extra` may carry `template` and more context."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if not actor.is_staff:
        return redirect_to_login(request.get_full_path())
    items = entries(room, actor)
    if not items:
        raise Forbidden(f"room.{room}")
    title, lead = LEADS[room]
    template = extra.pop("template", "ui/room.html")
    return render(request, template, {"title": title, "lead": lead, "entries": items, "room": room} | extra)


def settings_room(request: HttpRequest) -> HttpResponse:
    """`/settings/`."""
    return landing(request, "settings")
