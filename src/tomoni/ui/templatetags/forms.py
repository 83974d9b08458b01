"""Django form fields in the look of the design system."""

from __future__ import annotations

from typing import Any

from django import forms, template
from django.forms.boundfield import BoundField
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from tomoni.ui.templatetags.ui import JAPANESE

register = template.Library()
GROUPS = (forms.RadioSelect, forms.CheckboxSelectMultiple)


@register.simple_tag
def field(bound: BoundField, label: Any = None) -> SafeString:
    """One field: label, 必須/任意 in words, help, error above the control; groups become a fieldset."""
    widget = bound.field.widget
    if widget.is_hidden:
        return mark_safe(str(bound))  # noqa: S308 — Django's own widget
    help_id, error_id = f"{bound.auto_id}-h", f"{bound.auto_id}-e"
    described = " ".join(i for i, shown in ((error_id, bound.errors), (help_id, bound.help_text)) if shown)
    attrs: dict[str, Any] = {}
    group, box = isinstance(widget, GROUPS), isinstance(widget, forms.CheckboxInput)
    if not group and not box:
        attrs["class"] = "input"
    if not group and _holds_japanese(bound):
        attrs["lang"] = "ja"
    if described and not group:
        attrs["aria-describedby"] = described
    if bound.errors and not group:
        attrs["aria-invalid"] = "true"
    context = {
        "bound": bound,
        "label": label or bound.label,
        "group": group,
        "box": box,
        "widget": bound.as_widget(attrs=attrs) if not group else None,
        "help_id": help_id,
        "error_id": error_id,
        "required": bound.field.required,
    }
    return render_to_string("ui/parts/field.html", context)


def _holds_japanese(bound: BoundField) -> bool:
    """Whether the control shows the town's own words on a page of another language."""
    if get_language() == "ja":
        return False
    words = [bound.value() or ""]
    if isinstance(bound.field.widget, forms.Select):
        words = [label for _value, label in bound.field.widget.choices]
    return any(JAPANESE.search(str(word)) for word in words)


@register.inclusion_tag("ui/parts/form_errors.html")
def form_errors(form: forms.Form) -> dict[str, Any]:
    """The summary above a form that was refused: how many places, each a link; takes focus."""
    places = [(form[name], messages) for name, messages in form.errors.items() if name != "__all__"]
    return {"form": form, "places": places, "whole": form.non_field_errors(), "count": len(places)}
