"""The state of a list page, all of it in the address: view, chips, search, columns, order, page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from tomoni.core.errors import Invalid, NotFound
from tomoni.engines.query import QueryError, parse
from tomoni.records import fieldtypes
from tomoni.records.query.errors import BadQuery
from tomoni.records.schema.snapshot import AppSchema
from tomoni.records.schema.spec import FieldSpec, ViewSpec
from tomoni.records.views import conditions, querytext
from tomoni.records.views.common import list_views
from tomoni.records.views.present import NUMBER, STATUS

SIZES = (50, 100, 200)
KEPT = ("view", "c", "s", "q", "sort", "n", "col", "record", "after")


@dataclass(slots=True)
class ListState:
    """What the address of a list says."""

    app: AppSchema
    view: ViewSpec
    tokens: list[str] = field(default_factory=list)
    search: str = ""
    query: str = ""
    sort: str = ""
    size: int = SIZES[0]
    after: str = ""
    columns: list[str] = field(default_factory=list)
    record: int | None = None
    page: str = "list"  # the page (name of the address) whose state this is
    extra: dict[str, Any] = field(default_factory=dict)  # what only that page knows

    def parameters(self) -> dict[str, Any]:
        """The state as query parameters; what is as usual is left out."""
        return {
            "view": self.view.name if self.page != "list" or self.view != list_views(self.app)[0] else "",
            "c": self.tokens,
            "s": self.search,
            "q": self.query,
            "sort": self.sort,
            "n": self.size if self.size != SIZES[0] else "",
            "col": self.columns,
            "after": self.after,
            "record": self.record,
        } | self.extra

    def url(self, name: str = "", **changes: Any) -> str:
        """The address of this state with changes. Unless kept on purpose, a change starts at the first page."""
        merged = self.parameters() | {"after": "", "record": ""} | changes
        pairs = [(k, v) for k, vs in merged.items() for v in (vs if isinstance(vs, list) else [vs])]
        text = urlencode([(k, v) for k, v in pairs if v not in (None, "")])
        return reverse(f"records:{name or self.page}", args=[self.app.code]) + (f"?{text}" if text else "")

    def pairs(self, *without: str) -> list[tuple[str, str]]:
        """Hidden fields that keep the state in a GET form, without those that the form itself sets."""
        merged = self.parameters()
        gone = {*without, "after", "record"}
        found = [
            (k, v)
            for k, vs in merged.items()
            if k not in gone
            for v in (vs if isinstance(vs, list) else [vs])
        ]
        return [(k, str(v)) for k, v in found if v not in (None, "")]

    def text(self) -> str:
        """The whole query: the view's filter, chips, search, typed condition, order. Raises `Invalid` in words."""
        where, order = querytext.split(self.view.query)
        _readable(self.query)
        typed, typed_order = querytext.split(self.query)
        chips = conditions.query_of(conditions.parse(self.tokens), self.app)
        condition = querytext.both([where, chips, search_query(self.app, self.search), typed])
        return querytext.ordered(condition, self._order() or typed_order or order)

    def _order(self) -> str:
        if not self.sort:
            return ""
        code = self.sort.removeprefix("-")
        return f"{code} {'desc' if self.sort.startswith('-') else 'asc'}"


def _readable(text: str) -> None:
    """Refuse a typed query by itself, so that the place named is the place the person sees."""
    try:
        parse(text)
    except QueryError as error:
        raise BadQuery(error) from None


def read(app: AppSchema, get: QueryDict, view: ViewSpec | None = None, page: str = "list") -> ListState:
    """The state out of an address. `NotFound` for a view that is not there, `Invalid` for nonsense.

    A list may carry the name of a board, chart or the like: then it shows the records behind it.
    """
    views = list_views(app)
    name = get.get("view", "")
    if view is None:
        view = next((v for v in (*views, *app.views) if v.name == name), None) if name else views[0]
    if view is None:
        raise NotFound(_("この一覧はもうありません。左の「一覧」から選んでください。"))
    size = get.get("n", "")
    record = get.get("record", "")
    sort = get.get("sort", "")[:100]
    return ListState(
        app=app,
        view=view,
        tokens=[t[:500] for t in get.getlist("c")[:20]],
        search=get.get("s", "").strip()[:100],
        query=get.get("q", "").strip()[:4000],
        sort=sort if sort.removeprefix("-") in {f.code for f in sortable(app)} else "",
        size=int(size) if size.isascii() and size.isdigit() and int(size) in SIZES else SIZES[0],
        after=get.get("after", "")[:500],
        columns=[c for c in get.getlist("col")[:100] if c in {f.code for f in columns_of(app)}],
        record=int(record) if record.isascii() and record.isdigit() and len(record) < 19 else None,
        page=page,
    )


def columns_of(app: AppSchema) -> list[FieldSpec]:
    """Everything that may be a column, in a sensible order."""
    system = [app.field(NUMBER)] + ([app.field(STATUS)] if app.states else [])
    placed = {f.type for f in app.fields}
    late = [app.field(code) for code in ("作成日時", "作成者", "更新日時", "更新者")]
    every = [f for f in system if f.type not in placed] + list(app.fields)
    return every + [f for f in late if f.type not in placed]


def sortable(app: AppSchema) -> list[FieldSpec]:
    """The columns that can be sorted by."""
    return [f for f in columns_of(app) if fieldtypes.get(f.type).sortable]


def shown(state: ListState) -> list[FieldSpec]:
    """The columns of the page: chosen here, else the view's, else number, the first fields and the state."""
    app = state.app
    codes: Iterable[str] = state.columns or state.view.columns
    found = [app.by_code[c] for c in codes if c in app.by_code]
    if found:
        return found
    plain = [
        f for f in app.fields if f.type not in ("multiline", "file", "location", "status", "record_number")
    ][:5]
    return [app.field(NUMBER), *plain, *([app.field(STATUS)] if app.states else [])]


def search_query(app: AppSchema, words: str) -> str:
    """`like` over the text fields, every word somewhere; a number finds the record number too."""
    every = [*app.fields, *(column for f in app.fields for column in f.fields)]
    targets = [f.code for f in every if "like" in fieldtypes.get(f.type).operators]
    parts = []
    for word in words.split()[:5]:
        found = [f"{code} like {conditions.quoted(word)}" for code in targets]
        if word.isascii() and word.isdigit() and len(word) < 16:
            found.append(f"$id = {word}")
        parts.append("(" + " or ".join(found) + ")" if found else "")
    if words and not targets and not any(parts):
        raise Invalid({"s": [_("このアプリには文字の項目がないため、文字ではさがせません。")]})
    return querytext.both(parts)
