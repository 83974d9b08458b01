"""What every page inside an app shares: the app the actor may know of, their rights, the left column."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from tomoni.core import clock
from tomoni.core.actor import Actor
from tomoni.core.errors import Forbidden
from tomoni.records import facade
from tomoni.records.rights import granted
from tomoni.records.schema.snapshot import AppSchema
from tomoni.records.schema.spec import ViewSpec

PAGES = {"calendar": "calendar", "board": "board", "chart": "chart", "pivot": "chart"}  # kind → address


@dataclass(frozen=True, slots=True)
class May:
    """What the actor may do in the app: which buttons a page shows. The actions check again."""

    verbs: frozenset[str]
    own: frozenset[str]
    advance: bool = False

    def __getattr__(self, verb: str) -> bool:
        return verb in self.verbs or verb in self.own

    @property
    def bulk(self) -> bool:
        """Whether rows can be picked at all."""
        return self.delete or self.advance or self.edit


@dataclass(frozen=True, slots=True)
class Group:
    """One heading of the left column with its links."""

    label: str
    items: list[dict[str, Any]]
    folded: bool = False

    @property
    def open(self) -> bool:
        """Whether a folded group stands open: the page shown is one of its own."""
        return any(item["current"] for item in self.items)


@dataclass(frozen=True, slots=True)
class Inside:
    """An opened app."""

    app: AppSchema
    actor: Actor
    may: May

    def context(self, request: HttpRequest, current: str = "", **extra: Any) -> dict[str, Any]:
        """The context of every page inside the app."""
        return {
            "app": self.app,
            "may": self.may,
            "nav": nav(self, current),
            "now": clock.now(),
            "request_id": new_request_id(),
        } | extra


def actor_of(request: HttpRequest) -> Actor:
    """Who asks."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def enter(request: HttpRequest, code: str, verb: str = "") -> Inside:
    """Open an app. `NotFound` when the actor may not know of it, `Forbidden` without the verb."""
    actor = actor_of(request)
    app = facade.app(actor=actor, code=code)
    held = granted(actor, app)
    may = May(held.verbs, held.own, bool(app.actions) and held.may("edit"))
    if verb and not getattr(may, verb):
        raise Forbidden(f"app.{verb}")
    return Inside(app, actor, may)


def new_request_id() -> str:
    """The hidden value that makes a form safe against being sent twice."""
    return secrets.token_urlsafe(16)


def list_views(app: AppSchema) -> list[ViewSpec]:
    """The list views of an app; one that shows everything when none is set."""
    found = [v for v in app.views if v.kind == "list"]
    return found or [ViewSpec(name=_("すべて"), kind="list")]


def calendar_views(app: AppSchema) -> list[ViewSpec]:
    """The calendar views of an app."""
    return [v for v in app.views if v.kind == "calendar"]


def address(name: str, app: AppSchema, *args: Any, **parameters: Any) -> str:
    """A URL inside an app with a query string."""
    url = reverse(f"records:{name}", args=[app.code, *args])
    text = urlencode({k: v for k, v in parameters.items() if v not in (None, "")}, doseq=True)
    return f"{url}?{text}" if text else url


def nav(inside: Inside, current: str) -> list[Group]:
    """The left column: views, other ways to look, this app's settings. `current` is a key such as `list:すべて`."""
    app, may = inside.app, inside.may

    def item(key: str, label: str, url: str) -> dict[str, Any]:
        return {"label": label, "url": url, "current": key == current}

    lists = [item(f"list:{v.name}", v.name, address("list", app, view=v.name)) for v in list_views(app)]
    ways = [
        item(f"{PAGES[v.kind]}:{v.name}", v.name, address(PAGES[v.kind], app, view=v.name))
        for v in app.views
        if v.kind in PAGES
    ]
    if may.view:
        ways.append(item("chart:", _("集計する"), address("chart", app)))
    if may.edit and any(f.type == "slot" for f in app.fields):
        ways.append(item("slots", _("予約枠"), address("slots", app)))
    own = []
    if may.__getattr__("import"):
        own.append(
            item("import", _("ファイルから取り込む"), reverse("record_transfer:home", args=[app.code]))
        )
    if may.view and app.states:
        own.append(item("stuck", _("かかっている日数"), address("stuck", app)))
    rare = []
    if may.manage:
        rare += [
            item("form", _("項目を直す"), address("form", app)),
            item("process", _("処理の流れ"), address("process", app)),
            item("views", _("一覧の設定"), address("views", app)),
            item("rights", _("だれが見るか"), address("rights", app)),
            item("automation", _("自動処理"), reverse("automation:app", args=[app.code])),
            item("about", _("名前と説明"), address("about", app)),
            item("keeping", _("このアプリについて"), reverse("keeping:about", args=[app.code])),
            item("kit", _("キットとして書き出す"), reverse("kits:export", args=[app.code])),
        ]
    if may.delete:
        own.append(item("trash", _("ごみ箱"), address("trash", app)))
    groups = [Group(_("一覧"), lists), Group(_("見方"), ways), Group(_("このアプリ"), own)]
    return [*groups, Group(_("設定"), rare, folded=True)]


def safe_back(request: HttpRequest, fallback: str) -> str:
    """Where to return: the posted `_back` if it is an address of this installation inside the room."""
    back = request.POST.get("_back", "")
    return back if back.startswith("/build/") and "\\" not in back and "\n" not in back else fallback
