"""The builder: the form as it will look, each piece to be moved and set, kept as a draft until it is deployed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from tomoni.core.errors import Conflict, Invalid, NotFound
from tomoni.people.decorators import staff_required
from tomoni.records import forms
from tomoni.records.builder import panel, pieces, queries
from tomoni.records.builder.actions.edit_draft import edit_draft, step_draft
from tomoni.records.builder.views.start import sheet_of
from tomoni.records.schema import edit
from tomoni.records.schema.spec import AppSpec, FieldSpec, LayoutItem
from tomoni.records.views import codes, fieldwords, layout
from tomoni.records.views.common import Inside, enter
from tomoni.ui.templatetags.ui import moment

# Shown as a plain box: their widgets ask for what only a published field has.
BOXED = frozenset({"slot", "lookup", "reference", "file", "table"})
Made = tuple[AppSpec, str, str]


@dataclass(frozen=True, slots=True)
class Piece:
    """A field on the canvas."""

    row: forms.Row
    key: str
    type_label: str
    boxed: bool
    selected: bool = False


@staff_required
def editor(request: HttpRequest, code: str) -> HttpResponse:
    """`/build/apps/<code>/form/`; a POST is one edit (`op`), kept in the draft."""
    inside = enter(request, code, "manage")
    desk = queries.desk(inside.actor, inside.app)
    if request.method != "POST":
        return page(request, inside, desk, request.GET.get("at", "")[:200])
    revision = _revision(request)
    key = request.POST.get("key", "")[:200]
    op = request.POST.get("op", "")
    try:
        if op in ("undo", "redo"):
            step_draft(actor=inside.actor, app=code, back=op == "undo", revision=revision)
        else:
            if revision != desk.revision:
                raise Conflict(revision=desk.revision)
            spec, key, says = _edited(request, desk.spec, op, key)
            if spec != desk.spec:
                stored = edit.settled(spec)
                edit_draft(actor=inside.actor, app=code, spec=stored, says=says, revision=revision)
    except Conflict:
        return _conflict(request, inside, key)
    except Invalid as error:
        return page(request, inside, desk, key, error=error, status=422)
    return redirect(f"{reverse('records:form', args=[code])}?at={quote(key)}#x-{quote(key)}")


def _revision(request: HttpRequest) -> int:
    text = request.POST.get("revision", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else -1


def _edited(request: HttpRequest, spec: AppSpec, op: str, key: str) -> Made:
    """The definition after one edit, the piece that is chosen then, and the edit in words."""
    if added := request.POST.get("add", ""):
        return _add(spec, added, key)
    name = _name(spec, key)
    if op in edit.STEPS:
        made, key = _followed(spec, key, lambda s, k: edit.move(s, k, op))
        return made, key, _("%(name)sを動かす") % {"name": name}
    if op == "place":
        target, where = request.POST.get("target", "")[:200], request.POST.get("where", "")
        if where not in edit.PLACES:
            raise Invalid(_("置く場所が正しくありません。"))
        made, key = _followed(spec, key, lambda s, k: edit.place(s, k, target, where))
        return made, key, _("%(name)sを動かす") % {"name": name}
    if op == "remove":
        return edit.remove(spec, key), "", _("%(name)sを外す") % {"name": name}
    if op == "copy":
        return _copy(spec, key, name)
    if op == "column":
        return _column(spec, key, request.POST.get("type", "text"))
    if op == "set":
        return _set(request, spec, key, name)
    raise Invalid(_("この操作はありません。"))


def _name(spec: AppSpec, key: str) -> str:
    item = edit.item_at(spec, key)
    field = edit.field_of(spec, key[2:] if key.startswith("f:") else item.code if item else "")
    if field is not None:
        return _("「%(label)s」") % {"label": field.label[:40]}
    return pieces.label_of_item(item.kind) if item else ""


def _followed(spec: AppSpec, key: str, do: Callable[[AppSpec, str], AppSpec]) -> tuple[AppSpec, str]:
    """An edit that moves pieces, and the key of the same piece afterwards (paths change, codes do not)."""
    item = edit.item_at(spec, key)
    if key.startswith("f:") or item is None:
        return do(spec, key), key
    if item.code:
        return do(spec, key), f"f:{item.code}"
    marked = do(edit.set_item(spec, key, lambda i: replace(i, label="\0")), key)
    found = next(path for path, label in _labels(marked.layout) if label == "\0")
    return edit.set_item(marked, found, lambda i: replace(i, label=item.label)), found


def _labels(items: tuple[LayoutItem, ...], path: str = "p:") -> list[tuple[str, str]]:
    found = []
    for index, item in enumerate(items):
        own = f"{path}{index}"
        found += [(own, item.label), *_labels(item.items, f"{own}.")]
    return found


def _add(spec: AppSpec, added: str, near: str) -> Made:
    where, _sep, kind = added.partition(":")
    if where == "item" and (item := pieces.new_item(kind)):
        marked = edit.add_item(spec, replace(item, label="\0"), near, "after")
        key = next(path for path, label in _labels(marked.layout) if label == "\0")
        made = edit.set_item(marked, key, lambda i: replace(i, label=item.label))
        return made, key, _("%(name)sを足す") % {"name": pieces.label_of_item(kind)}
    field = pieces.new_field(kind, edit.codes(spec)) if where == "field" else None
    if field is None:
        raise Invalid(_("項目の種類を選び直してください。"))
    into: edit.Where = "inside" if (goal := edit.item_at(spec, near)) and goal.kind == "group" else "after"
    made = edit.add_field(spec, field, near if goal or near.startswith("f:") else "", into)
    return made, f"f:{field.code}", _("「%(label)s」を足す") % {"label": field.label}


def _copy(spec: AppSpec, key: str, name: str) -> Made:
    field = edit.field_of(spec, key[2:]) if key.startswith("f:") else None
    if field is None or field.table:
        raise Invalid(_("この項目は写せません。"))
    taken = edit.codes(spec)
    code = codes.field_code(field.label, taken)
    columns = []
    for column in field.fields:
        columns.append(replace(column, id=None, code=codes.field_code(column.label, {*taken, code})))
        taken = {*taken, columns[-1].code}
    made = replace(field, id=None, code=code, fields=tuple(columns), unique=False)
    return edit.add_field(spec, made, key), f"f:{code}", _("%(name)sを写す") % {"name": name}


def _column(spec: AppSpec, key: str, kind: str) -> Made:
    table = edit.field_of(spec, key[2:])
    column = pieces.new_field(kind, edit.codes(spec)) if kind not in ("table", "slot") else None
    if table is None or table.type != "table" or column is None:
        raise Invalid(_("列を足せませんでした。"))
    says = _("「%(label)s」に列を足す") % {"label": table.label}
    return edit.add_column(spec, table.code, column), f"f:{column.code}", says


def _set(request: HttpRequest, spec: AppSpec, key: str, name: str) -> Made:
    says = _("%(name)sの設定を変える") % {"name": name}
    item = edit.item_at(spec, key)
    field = edit.field_of(spec, key[2:]) if key.startswith("f:") else None
    if field is None:
        if item is None or item.code:
            raise NotFound(_("この項目はもうありません。"))
        changed = panel.read_item(request, item)
        return edit.set_item(spec, key, lambda _i: changed), key, says
    made = panel.read(request, spec, field)
    after = edit.set_field(spec, field.code, made)
    key, width = f"f:{made.code}", panel.posted(request)["width"]
    if item is not None and item.kind == "field":
        after = edit.set_item(after, key, lambda i: replace(i, width=width))
    return after, key, says


def _conflict(request: HttpRequest, inside: Inside, key: str) -> HttpResponse:
    """409: who saved when; what was typed stays in the panel beside what is there now."""
    desk = queries.desk(inside.actor, inside.app)
    who = desk.by or _("だれか")
    when = moment(desk.at) if desk.at else ""
    said = (
        _("%(who)sが%(when)sに下書きを変えました。あなたの操作はまだ保存していません。")
        if desk.revision
        else _("ほかの人が下書きを反映したか、捨てました。あなたの操作はまだ保存していません。")
    )
    field = edit.field_of(desk.spec, key[2:]) if key.startswith("f:") else None
    differing: list[tuple[str, str, str]] = []
    data = panel.posted(request) if request.POST.get("op") == "set" and field else None
    if data and field:
        labels = {"label": _("項目の名前"), "help": _("説明"), "purpose": _("使う目的")}
        now = panel.stored(field, 0)
        differing = [(labels[n], data[n], str(now[n])) for n in labels if data[n] != str(now[n])]
    messages.warning(request, said % {"who": who, "when": when})
    return page(request, inside, desk, key, data=data, differing=differing, status=409)


def page(
    request: HttpRequest,
    inside: Inside,
    desk: queries.Desk,
    key: str,
    *,
    error: Invalid | None = None,
    data: Mapping[str, Any] | None = None,
    differing: list[tuple[str, str, str]] | None = None,
    status: int = 200,
) -> HttpResponse:
    """The builder with the piece `key` chosen."""
    setting = error is not None and request.POST.get("op") == "set"
    options = None
    if setting or data:
        data = data or panel.posted(request)
        field = edit.field_of(desk.spec, key[2:])
        options = fieldwords.read_options(panel.kind_of(field), request.POST) if field else None
    if error is not None and not setting:
        messages.error(request, str(error))
    errors = _by_row(error, key) if setting and error else {}
    context = inside.context(
        request,
        "form",
        desk=desk,
        key=key,
        blocks=canvas(desk.spec, key),
        panel=panel.context(desk.spec, key, data, errors, options),
        palette=pieces.palette(),
        differing=differing or [],
        trash=[_gone(inside, f) for f in (*inside.app.trash, *inside.app.trash_columns)],
        paper=sheet_of(inside.app.id),
    )
    return render(request, "record_builder/editor.html", context, status=status)


def _gone(inside: Inside, field: FieldSpec) -> dict[str, Any]:
    """A field, or a column of a table, that was taken off and can come back."""
    return {
        "id": field.id,
        "label": f"{field.table} › {field.label}" if field.table else field.label,
        "type_label": fieldwords.label_of(field.type),
        "taken": not field.table and field.code in inside.app.by_code,
    }


def _by_row(error: Invalid, key: str) -> dict[str, list[Any]]:
    return {name: list(texts) for name, texts in error.errors.items()}


def canvas(spec: AppSpec, key: str) -> list[layout.Block]:
    """The form's blocks with a piece for each field."""
    shown = {f.code: _piece(f, key) for f in spec.fields}
    return [layout.shell(item, shown, str(i)) for i, item in enumerate(spec.layout)]


def _piece(field: FieldSpec, key: str) -> Piece:
    chosen = key == f"f:{field.code}" or any(key == f"f:{c.code}" for c in field.fields)
    row = forms.Row(replace(field, visible_if=""), field.default, [])
    label = fieldwords.label_of(field.type)
    return Piece(row, f"f:{field.code}", label, field.type in BOXED or not forms.is_input(field), chosen)
