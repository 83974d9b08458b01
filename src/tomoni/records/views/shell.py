"""What the room shows outside itself: menu, 今日, what changed, the search box. Bounded queries, the reader's rights."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from urllib.parse import urlencode

from django.db.models import Count, Max
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tomoni.core import registry, search
from tomoni.core.actor import Actor
from tomoni.core.errors import Invalid
from tomoni.core.registry import Change, MenuItem, Waiting
from tomoni.people import facade as people
from tomoni.records import facade, uses
from tomoni.records.ddl.tables import tables
from tomoni.records.query.reader import reader
from tomoni.records.record import AppInfo
from tomoni.records.rights import granted
from tomoni.records.schema import cache
from tomoni.records.schema.snapshot import AppSchema
from tomoni.records.views import conditions, liststate, querytext
from tomoni.records.views.present import STATUS, Presenter

MOST_APPS = 8
MOST_ROWS = 5
MOST_FOUND = 10


def register() -> None:
    """Announce the room (called once by the app's `ready`)."""
    registry.menu(
        MenuItem(
            room="build",
            label=gettext_lazy("アプリ"),
            url_name="records:home",
            description=gettext_lazy("課の仕事のアプリをひらく、新しくつくる。"),
            order=10,
        )
    )
    registry.today(waiting)
    registry.changes(changed)
    registry.searcher(found)


def _mine(actor: Actor) -> list[AppInfo]:
    """The apps of the actor's departments that they work in, the latest changed first."""
    if not actor.is_staff:
        return []
    codes = {v.department.code for v in people.departments().filter(department_id__in=actor.departments)}
    apps = [a for a in facade.apps(actor=actor) if a.department_code in codes and {"view", "edit"} <= a.verbs]
    return sorted(apps, key=lambda a: str(a.updated_at or ""), reverse=True)[:MOST_APPS]


def waiting(actor: Actor) -> Iterator[Waiting]:
    """Records in a new or waiting state in my department's apps, the oldest first, five an app."""
    for info in _mine(actor):
        app = facade.app(actor=actor, code=info.code)
        open_states = [s.name for s in app.states if s.kind in ("new", "wait")]
        if not open_states:
            continue
        states = ", ".join(conditions.quoted(name) for name in open_states)
        query = f"{STATUS} in ({states}) order by 作成日時 asc"
        page = facade.find(actor=actor, app=app.code, query=query, limit=MOST_ROWS, count=False)
        presenter = Presenter(app)
        due = uses.promised(app.code, [r.id for r in page.records])
        for record in page.records:
            state = app.state(record.status)
            yield Waiting(
                title=presenter.title(record)[:80],
                url=reverse("records:record", args=[app.code, record.id]),
                note=_("%(app)s　%(number)s番") % {"app": app.name, "number": record.number},
                state=state.kind if state else "wait",
                state_label=record.status,
                due=due.get(record.id),
                verb=_("ひらく"),
            )


def changed(actor: Actor, since: datetime) -> Iterator[Change]:
    """How many records of my apps others made or changed since then, of those I may see. One query an app."""
    for info in _mine(actor):
        app = cache.snapshot(info.code)
        rows = tables(app).record._default_manager.filter(
            reader(actor, app, granted(actor, app)), deleted_at__isnull=True, updated_at__gt=since
        )
        counted = rows.exclude(updated_by=actor.id).aggregate(n=Count("pk"), last=Max("updated_at"))
        if counted["n"]:
            text = _("%(app)s: %(n)s件の記録が変わりました") % {"app": app.name, "n": counted["n"]}
            url = reverse("records:list", args=[app.code]) + "?" + urlencode({"sort": "-更新日時"})
            yield Change(at=counted["last"], text=text, url=url)


def found(actor: Actor, words: str) -> Iterable[tuple[str, str, str]]:
    """Apps by name, then records by their text in apps that the actor may view: at most ten."""
    if not actor.is_staff or not words.strip():
        return []
    folded = search.fold(words)
    apps = facade.apps(actor=actor)
    hits = [
        (a.name, reverse("records:list", args=[a.code]), a.description[:80] or _("アプリ"))
        for a in apps
        if folded in search.fold(f"{a.name} {a.description}")
    ][:MOST_FOUND]
    for info in [a for a in apps if "view" in a.verbs][: MOST_APPS * 2]:
        if len(hits) >= MOST_FOUND:
            break
        hits += _records(actor, facade.app(actor=actor, code=info.code), words, MOST_FOUND - len(hits))
    return hits


def _records(actor: Actor, app: AppSchema, words: str, most: int) -> list[tuple[str, str, str]]:
    try:
        query = liststate.search_query(app, words.strip()[:100])
        if not query:
            return []
        page = facade.find(
            actor=actor, app=app.code, query=querytext.both([query]), limit=min(most, MOST_ROWS), count=False
        )
    except Invalid:
        return []
    presenter = Presenter(app)
    note = _("%(app)s　%(number)s番")
    return [
        (
            presenter.title(r)[:80],
            reverse("records:record", args=[app.code, r.id]),
            note % {"app": app.name, "number": r.number},
        )
        for r in page.records
    ]
