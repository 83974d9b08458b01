"""Tags of the field widgets. Every form may use them: staff forms, the builder's preview, resident questions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.html import conditional_escape, escape, format_html
from django.utils.safestring import SafeString, mark_safe

from tomoni.records.views import rowset, widgets, widgets_more

register = template.Library()
_WHOLE = re.compile(
    r"(?<![\w@.-])(?:\d{4}-\d{2}-\d{2}|\+?\d{2,5}-\d{2,5}-\d{2,5}|[\w.+-]+@[\w.-]+\w)(?![\w-])", re.ASCII
)


@register.filter
def whole(text: Any) -> SafeString:
    """Help with dates, telephone numbers and addresses that no line break divides."""
    return mark_safe(_WHOLE.sub(r'<span class="nowrap">\g<0></span>', conditional_escape(text)))  # noqa: S308


@register.simple_tag(takes_context=True)
def field_context(context: Mapping[str, Any]) -> widgets.Control:
    """What the row of `field` needs: ids, name, text, hints, from `field`, `value`, `errors` of the context."""
    return widgets.control(
        context["field"],
        context.get("value"),
        bool(context.get("errors")),
        show_help=not context.get("nohelp"),
    )


@register.simple_tag(takes_context=True)
def choice_label(context: Mapping[str, Any], choice: str) -> SafeString:
    """The words of a choice: those of `choice_labels` (stored value → words in the reader's language) where a form has them.

    With such labels, a choice without one is marked as Japanese.
    """
    labels = context.get("choice_labels")
    if labels is None:
        return escape(choice)
    words = labels.get(choice)
    return escape(words) if words else format_html('<span lang="ja">{}</span>', choice)


@register.simple_tag(takes_context=True)
def field_options(context: Mapping[str, Any]) -> list[widgets.Option]:
    """People or departments that may be picked."""
    return widgets.options(context["field"], context.get("value"), context.get("actor"), context.get("memo"))


@register.simple_tag(takes_context=True)
def field_address(context: Mapping[str, Any]) -> list[widgets_more.Part]:
    """The parts of an address."""
    return widgets_more.address(context.get("value"))


@register.simple_tag(takes_context=True)
def field_consent(context: Mapping[str, Any]) -> widgets_more.Given:
    """The box of a consent."""
    return widgets_more.consent(context["field"], context.get("value"))


@register.simple_tag(takes_context=True)
def field_branches(context: Mapping[str, Any]) -> list[widgets_more.Branch]:
    """The branches of a category."""
    return widgets_more.branches(context["field"])


@register.simple_tag(takes_context=True)
def field_lookup(context: Mapping[str, Any]) -> widgets_more.Pick:
    """The key of a lookup and where suggestions come from."""
    return widgets_more.lookup(context["field"], context.get("value"), context.get("memo"))


@register.simple_tag(takes_context=True)
def field_files(context: Mapping[str, Any]) -> list[Any]:
    """The files a record holds already."""
    return widgets.files(context["field"], context.get("value"), context.get("memo"))


@register.simple_tag(takes_context=True)
def field_slots(context: Mapping[str, Any]) -> list[widgets.SlotDay]:
    """Bookable slots grouped by day, full ones marked."""
    return widgets.slot_days(context["field"], context.get("value"))


@register.simple_tag(takes_context=True)
def field_table(context: Mapping[str, Any]) -> rowset.Rowset:
    """The rows of a table with a control for each cell."""
    return rowset.rowset(context["field"], context.get("value"), list(context.get("errors") or ()))
