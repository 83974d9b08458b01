"""The builder: the fields of an app in their order, adding, changing, taking off, bringing back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tomoni.core.errors import Invalid, NotFound
from tomoni.people.decorators import staff_required
from tomoni.records import fieldtypes, forms
from tomoni.records.actions._convert import CHANGEABLE
from tomoni.records.actions.add_field import add_field
from tomoni.records.actions.delete_field import delete_field
from tomoni.records.actions.move_fields import move_fields
from tomoni.records.actions.restore_field import restore_field
from tomoni.records.actions.update_field import update_field
from tomoni.records.schema.spec import FieldSpec
from tomoni.records.views import codes, fieldwords
from tomoni.records.views.common import Inside, enter


@staff_required
def overview(request: HttpRequest, code: str) -> HttpResponse:
    """`/build/apps/<code>/form/`."""
    inside = enter(request, code, "manage")
    context = inside.context(
        request,
        "form",
        fields=[_line(f) for f in inside.app.fields],
        trash=[
            _line(f) | {"taken": f.code in inside.app.by_code}
            for f in (*inside.app.trash, *inside.app.trash_columns)
        ],
    )
    return render(request, "records/builder/form.html", context)


def _line(spec: FieldSpec) -> dict[str, Any]:
    personal = {"personal": _("個人情報"), "sensitive": _("要配慮個人情報")}
    return {
        "id": spec.id,
        "code": spec.code,
        "label": f"{spec.table} › {spec.label}" if spec.table else spec.label,
        "required": spec.required,
        "unique": spec.unique,
        "type_label": fieldwords.label_of(spec.type),
        "personal_label": personal.get(spec.personal, ""),
    }


@staff_required
@require_POST
def move(request: HttpRequest, code: str) -> HttpResponse:
    """上へ / 下へ, or a whole order after dragging. A form that changed meanwhile is refused in words."""
    inside = enter(request, code, "manage")
    order = request.POST.getlist("order")[:1000] or [f.code for f in inside.app.fields]
    for name, step in (("up", -1), ("down", 1)):
        if (moved := request.POST.get(name)) in order:
            at = order.index(moved)
            to = min(len(order) - 1, max(0, at + step))
            order.insert(to, order.pop(at))
    try:
        move_fields(actor=inside.actor, app=code, order=order)
    except Invalid as error:
        messages.error(request, str(error))
    return redirect("records:form", code)


@staff_required
def add(request: HttpRequest, code: str) -> HttpResponse:
    """First the type in plain words, then its settings."""
    inside = enter(request, code, "manage")
    name = request.POST.get("type") or request.GET.get("type", "")
    kind = fieldwords.BY_CODE.get(name)
    if kind is None:
        return render(
            request, "records/builder/type.html", inside.context(request, "form", types=fieldwords.words())
        )
    if request.method != "POST":
        return _page(request, inside, kind, {"personal": "none"}, {}, {})
    data, options = _data(request), fieldwords.read_options(kind, request.POST)
    try:
        _check(data)
        taken = {f.code for f in (*inside.app.fields, *inside.app.trash)} | set(inside.app.by_code)
        spec = _spec(
            FieldSpec(data["code"] or codes.field_code(data["label"], taken), kind.code, ""), data, options
        )
        add_field(actor=inside.actor, app=code, field=spec)
    except Invalid as error:
        return _page(request, inside, kind, data, options, error.errors, status=422)
    messages.success(request, _("項目「%(label)s」を足しました。") % {"label": data["label"][:60]})
    return redirect("records:form", code)


@staff_required
def edit(request: HttpRequest, code: str, field: str) -> HttpResponse:
    """Change a field's words and settings; code and type stay."""
    inside = enter(request, code, "manage")
    spec = next((f for f in inside.app.fields if f.code == field), None)
    kind = (fieldwords.BY_CODE | {"table": fieldwords.TABLE}).get(spec.type) if spec else None
    if spec is None or kind is None:
        raise NotFound(_("この項目はもうありません。"))
    if request.method != "POST":
        data = {
            n: getattr(spec, n)
            for n in ("label", "help", "required", "unique", "personal", "purpose", "retention_years")
        }
        return _page(request, inside, kind, data, spec.options, {}, existing=spec)
    data, options = _data(request), fieldwords.read_options(kind, request.POST)
    # Settings that the page does not show (such as the scale of numbers) stay as they are.
    kept = {k: v for k, v in spec.options.items() if k not in {o.name for o in kind.options}}
    try:
        _check(data)
        update_field(actor=inside.actor, app=code, code=field, field=_spec(spec, data, {**kept, **options}))
    except Invalid as error:
        return _page(request, inside, kind, data, options, error.errors, existing=spec, status=422)
    messages.success(request, _("項目「%(label)s」を直しました。") % {"label": data["label"][:60]})
    return redirect("records:form", code)


@staff_required
@require_POST
def delete(request: HttpRequest, code: str, field: str) -> HttpResponse:
    """Take a field off the form; its values stay and come back with it."""
    inside = enter(request, code, "manage")
    try:
        delete_field(actor=inside.actor, app=code, field=field)
    except Invalid as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("項目を外しました。「外した項目」から戻せます。"))
    return redirect("records:form", code)


@staff_required
@require_POST
def restore(request: HttpRequest, code: str) -> HttpResponse:
    """Bring a field back."""
    inside = enter(request, code, "manage")
    text = request.POST.get("field", "")
    gone = (*inside.app.trash, *inside.app.trash_columns)
    spec = next((f for f in gone if str(f.id) == text), None)
    if spec is None or spec.id is None:
        raise NotFound(_("この項目はもうありません。"))
    try:
        restore_field(actor=inside.actor, app=code, field_id=spec.id, swap=bool(request.POST.get("swap")))
    except Invalid as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("項目「%(label)s」を戻しました。") % {"label": spec.label[:60]})
    return redirect("records:form", code)


@staff_required
def preview(request: HttpRequest, code: str) -> HttpResponse:
    """The form as residents see it on a telephone, one question after the other."""
    inside = enter(request, code, "manage")
    fields = [f for f in inside.app.fields if forms.is_input(f) and f.type not in ("user", "department")]
    return render(request, "records/builder/preview.html", inside.context(request, "form", fields=fields))


def _data(request: HttpRequest) -> dict[str, Any]:
    names = ("label", "code", "help", "personal", "purpose", "retention_years")
    found: dict[str, Any] = {n: request.POST.get(n, "").strip() for n in names}
    return found | {n: request.POST.get(n) == "1" for n in ("required", "unique")}


def _check(data: Mapping[str, Any]) -> None:
    """What the page asks beyond the engine: a purpose for personal data, whole years."""
    errors: dict[str, list[Any]] = {}
    if not data["label"]:
        errors["label"] = [_("項目の名前を入力してください。")]
    if data["personal"] != "none" and not data["purpose"]:
        errors["purpose"] = [_("個人情報を何に使うのかを書いてください。")]
    years = data["retention_years"]
    if years and not (years.isdigit() and 1 <= int(years[:6]) <= 100):
        errors["retention_years"] = [_("残す年数は1から100までの整数で入力してください。")]
    if errors:
        raise Invalid(errors)


def _spec(base: FieldSpec, data: Mapping[str, Any], options: Mapping[str, Any]) -> FieldSpec:
    return replace(
        base,
        label=data["label"],
        help=data["help"],
        required=data["required"],
        unique=data["unique"],
        options=dict(options),
        personal=data["personal"] if data["personal"] in ("none", "personal", "sensitive") else "none",
        purpose=data["purpose"],
        retention_years=int(data["retention_years"]) if data["retention_years"] else None,
    )


def _page(
    request: HttpRequest,
    inside: Inside,
    kind: fieldwords.TypeWords,
    data: Mapping[str, Any],
    options: Mapping[str, Any],
    errors: Mapping[str, Sequence[Any]],
    *,
    existing: FieldSpec | None = None,
    status: int = 200,
) -> HttpResponse:
    own = {"label", "code", "help", "purpose", "personal", "retention_years"}
    labels = {
        "label": _("項目の名前"),
        "code": _("コード"),
        "purpose": _("使う目的"),
        "retention_years": _("残す年数"),
    }
    # The engine names what is wrong with a setting by the field's own code; show it at the top.
    problems = [
        forms.Problem(key if key in own else "", labels.get(key, ""), str(t))
        for key, ts in errors.items()
        for t in ts
    ]
    type_ = {
        "code": kind.code,
        "label": kind.label,
        "explanation": kind.explanation,
        "may_be_unique": fieldtypes.get(kind.code).may_be_unique,
        "options": [
            {
                "name": o.name,
                "id": f"o-{o.name}",
                "input": f"o.{o.name}",
                "label": o.label,
                "help": o.help,
                "kind": o.kind,
                "must": o.must,
                "rows": 6 if o.kind == "lines" else 2 if o.kind == "kinds" else 0,
                "value": fieldwords.write_option(o, options),
                "errors": [],
            }
            for o in kind.options
        ],
    }
    personal = [
        {"code": "none", "label": _("個人情報ではない"), "note": ""},
        {
            "code": "personal",
            "label": _("個人情報"),
            "note": _("氏名、住所、電話番号など。閲覧と保存の年数を管理します。"),
        },
        {
            "code": "sensitive",
            "label": _("要配慮個人情報"),
            "note": _("病歴、障害、信条など。とくに慎重に扱います。"),
        },
    ]
    context = inside.context(
        request,
        "form",
        type=type_,
        data=data,
        errors=errors,
        problems=problems,
        personal=personal,
        existing=existing,
        may_change_type=existing is not None and existing.type in CHANGEABLE,
        heading=_("項目を直す: %(label)s") % {"label": existing.label[:60]} if existing else _("項目を足す"),
    )
    return render(request, "records/builder/field.html", context, status=status)
