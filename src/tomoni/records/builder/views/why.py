"""なぜできる／できない: the rule that decides for a person; and the app as this person sees it, to read only."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from tomoni.core.actor import Actor
from tomoni.core.errors import NotFound
from tomoni.people.decorators import staff_required
from tomoni.people.models import User
from tomoni.records import facade
from tomoni.records.builder.actions.look_as import look_as
from tomoni.records.rights import granted
from tomoni.records.views import layout, whowords
from tomoni.records.views.common import Inside, enter
from tomoni.records.views.present import Presenter

MOST = 30


@staff_required
def why(request: HttpRequest, code: str) -> HttpResponse:
    """`/build/apps/<code>/why/?person=&record=&field=`; with `person` also the app as they see it."""
    inside = enter(request, code, "manage")
    person, record = _number(request, "person"), _number(request, "record")
    field = request.GET.get("field", "")[:64]
    found: list[Any] = []
    problem, seen = "", {}
    if person:
        try:
            found = facade.explain(
                actor=inside.actor, app=code, person=person, record=record, field=field or None
            )
            if request.method == "POST":
                seen = _seen(look_as(actor=inside.actor, app=code, person=person), inside, record)
        except NotFound:
            problem = _("この人・記録・項目は見つかりません。")
    labels = whowords.verb_labels()
    context = inside.context(
        request,
        "rights",
        staff=list(
            User.objects.filter(kind="staff", is_active=True)
            .order_by("display_name")
            .values_list("pk", "display_name")
        ),
        person=person,
        record=record,
        field=field,
        rows=[{"verb": labels[e.verb], "may": e.may, "words": e.words} for e in found],
        problem=problem,
        seen=seen,
    )
    return render(request, "record_builder/why.html", context, status=404 if problem else 200)


def _number(request: HttpRequest, name: str) -> int | None:
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def _seen(other: Actor, inside: Inside, record: int | None) -> dict[str, Any]:
    """What the person sees: the first records, or one record with its values and buttons."""
    app = inside.app
    if not granted(other, app).may("view"):
        return {"none": True, "name": other.label}
    if record is not None:
        try:
            one = facade.get(actor=other, app=app.code, record=record)
        except NotFound:
            return {"none": True, "name": other.label}
        presenter = Presenter(app).load([one])
        access = facade.access(actor=other, app=app.code, record=one.id)
        cells = [presenter.cell(one, f) for f in app.fields if access.get(f.code) != "none"]
        return {
            "name": other.label,
            "blocks": layout.blocks(app, {c.code: c for c in cells}),
            "title": presenter.title(one),
        }
    page = facade.find(actor=other, app=app.code, query="order by レコード番号 desc", limit=MOST)
    presenter = Presenter(app).load(page.records)
    rows = [(r.number, presenter.title(r), r.status) for r in page.records]
    return {"name": other.label, "rows": rows, "total": page.total}
