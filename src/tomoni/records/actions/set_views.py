"""Set the views (一覧・暦) of an app."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from django.utils.translation import gettext as _

from tomoni.core import stale
from tomoni.core.actions import action
from tomoni.core.actor import Actor
from tomoni.core.errors import Invalid
from tomoni.records.actions import _publish
from tomoni.records.schema.snapshot import AppSchema
from tomoni.records.schema.spec import FieldSpec, ViewSpec

MOST_VIEWS = 200
KINDS = ("list", "calendar", "board", "map", "chart", "pivot")
DATES = ("date", "datetime", "slot", "calc_date", "calc_datetime", "created_at", "updated_at")


@action("records.set_views")
def set_views(
    *, actor: Actor, app: str, views: Sequence[ViewSpec], opened_on: str | None = None
) -> AppSchema:
    """Replace the views, in order. Needs `manage`; raises `Invalid` for unknown fields and queries that do not read.

    `opened_on`: the mark of `state_of` as the form was shown; `Conflict` when the views are others by now.
    """
    row, schema = _publish.locked(actor, app)
    stale.check(opened_on, state_of(schema), {"views": tuple(views)}, {"views": schema.views})
    if len(views) > MOST_VIEWS:
        raise Invalid({"views": [_("一覧は200個までです。")]})
    if len({v.name for v in views}) < len(views):
        raise Invalid({"views": [_("同じ名前の一覧が2つあります。")]})
    for view in views:
        _fits(schema, view)
    row.views = [asdict(v) for v in views]
    return _publish.publish(row, actor, "app.set_views")


def state_of(schema: AppSchema) -> dict[str, object]:
    """What counts as a change of the views, for the mark of a form (`core.stale`)."""
    return {"views": schema.views}


def _fits(schema: AppSchema, view: ViewSpec) -> None:
    """Whether the view has what its kind needs."""
    name, field = {"view": view.name[:100]}, schema.by_code.get(view.date_field)
    if view.kind not in KINDS:
        raise Invalid({"views": [_("一覧の種類が正しくありません。")]})
    if view.kind == "calendar" and (field is None or field.type not in DATES):
        raise Invalid({"views": [_("暦「%(view)s」に使う日付の項目を選んでください。") % name]})
    if view.kind == "board" and not board_field(schema, view):
        raise Invalid(
            {"views": [_("ボード「%(view)s」の列にする、状態か選択の項目を選んでください。") % name]}
        )
    place = schema.by_code.get(str(view.options.get("field", "")))
    if view.kind == "map" and (place is None or place.type != "location"):
        raise Invalid({"views": [_("地図「%(view)s」に使う場所の項目を選んでください。") % name]})


def board_field(schema: AppSchema, view: ViewSpec) -> FieldSpec | None:
    """The field whose values are the columns of a board; None when it has none."""
    field = schema.by_code.get(str(view.options.get("by", "")))
    if field is None or field.table or (field.type == "status" and not schema.states):
        return None
    return field if field.type in ("status", "choice", "radio") else None
