"""Keep, change or remove a personal view. It is one's own, so the audit chain does not hold it."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode

from django.utils.translation import gettext as _

from tomoni.core import clock
from tomoni.core.actions import action
from tomoni.core.actor import Actor
from tomoni.core.errors import Forbidden, Invalid, NotFound
from tomoni.core.privacy import refuse_individual_numbers
from tomoni.records import rights
from tomoni.records.saved.models import SavedView
from tomoni.records.schema import cache

MOST = 50
PAGES = ("list", "board", "chart")
DROPPED = frozenset({"record", "after", "panel", "edit", "format"})


@action("record_views.keep_view")
def keep_view(
    *, actor: Actor, app: str, name: str, page: str, address: str, first: bool = False
) -> SavedView:
    """Keep a page under a name; the same name is written over. `first`: the app opens with it from now on."""
    schema = cache.snapshot(app)
    rights.require(actor, schema, "view")
    if actor.id is None or actor.kind != "user":
        raise Forbidden("record_views.keep_view")
    name = " ".join(name.split())[:100]
    if not name:
        raise Invalid({"name": [_("一覧の名前を入力してください。")]})
    if page not in PAGES:
        raise Invalid({"page": [_("この画面は覚えられません。")]})
    pairs = [(k, v) for k, v in parse_qsl(address[:8000])[:100] if k not in DROPPED]
    refuse_individual_numbers(name=name, address=" ".join(v for _k, v in pairs))
    rows = SavedView.objects.filter(user=actor.id, app=schema.id)
    if rows.exclude(name=name).count() >= MOST:
        raise Invalid({"name": [_("自分の一覧は50個までです。使わないものを消してください。")]})
    if first:
        rows.update(first=False)
    row, _made = SavedView.objects.update_or_create(
        user_id=actor.id,
        app_id=schema.id,
        name=name,
        defaults={
            "page": page,
            "address": urlencode(pairs),
            "first": first,
            "created_at": clock.now(),
        },
    )
    return row


@action("record_views.forget_view")
def forget_view(*, actor: Actor, app: str, view: int) -> None:
    """Remove one of one's own views; `NotFound` for anybody else's."""
    schema = cache.snapshot(app)
    gone, _by = SavedView.objects.filter(user=actor.id or 0, app=schema.id, pk=view).delete()
    if not gone:
        raise NotFound(view=view)
