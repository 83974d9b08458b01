"""The kinds of views (見方) for their settings: words, what a new one begins with, what its form sets."""

from __future__ import annotations

from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from tomoni.records.schema.snapshot import AppSchema
from tomoni.records.schema.spec import FieldSpec, ViewSpec
from tomoni.records.views import summing
from tomoni.records.views.liststate import columns_of

DATES = ("date", "datetime", "slot", "calc_date", "calc_datetime", "created_at", "updated_at")


def words() -> dict[str, str]:
    """The kinds in words."""
    return {
        "list": _("一覧"),
        "calendar": _("暦"),
        "board": _("ボード"),
        "map": _("地図"),
        "chart": _("グラフ"),
        "pivot": _("クロス集計"),
    }


def offered(app: AppSchema) -> list[dict[str, str]]:
    """The kinds that this app can have."""
    found = ["list", "calendar", *(["board"] if board_fields(app) else []), "chart", "pivot"]
    return [{"code": code, "label": words()[code]} for code in found]


def board_fields(app: AppSchema) -> list[FieldSpec]:
    """What the columns of a board can be."""
    states = [app.field("ステータス")] if app.states else []
    return [*states, *(f for f in app.fields if f.type in ("choice", "radio"))]


def map_fields(app: AppSchema) -> list[FieldSpec]:
    """What can stand on a map."""
    return [f for f in app.fields if f.type == "location"]


def first(app: AppSchema, name: str, kind: str) -> ViewSpec:
    """A new view of a kind, ready to be looked at."""
    if kind == "calendar":
        date = next((f.code for f in columns_of(app) if f.type in DATES), "作成日時")
        return ViewSpec(name, "calendar", date_field=date)
    if kind == "board" and (fields := board_fields(app)):
        return ViewSpec(name, "board", options={"by": fields[0].code})
    if kind == "map" and (fields := map_fields(app)):
        return ViewSpec(name, "map", options={"field": fields[0].code})
    if kind in ("chart", "pivot"):
        made = ViewSpec(name, kind)  # type: ignore[arg-type]
        return ViewSpec(name, kind, options=summing.of_view(app, made).options())  # type: ignore[arg-type]
    return ViewSpec(name)


def posted(view: ViewSpec, post: QueryDict) -> dict[str, Any]:
    """The options that the form of the kind sets; those of charts are set on the chart itself."""
    if view.kind == "board":
        return {**view.options, "by": post.get("by", "")[:100]}
    if view.kind == "map":
        return {**view.options, "field": post.get("place", "")[:100]}
    return dict(view.options)
