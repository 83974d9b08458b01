"""Template tags of the design system; built in, so no page needs `{% load ui %}`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django import template
from django.http import HttpRequest
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext

from tomoni.core import clock
from tomoni.ui import assets

register = template.Library()
WEEKDAYS = "月火水木金土日"
# Kana and kanji: in a page that is not Japanese they are the town's own words, since our texts are translated.
_LETTERS = "\u3005-\u3007\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
JAPANESE = re.compile(f"[{_LETTERS}]")
# From a Japanese letter to the last one before the next Latin word (or tag), with its closing punctuation.
JAPANESE_RUN = re.compile(f"[「『（【]*[{_LETTERS}](?:[^A-Za-z<>&]*[{_LETTERS}])*[」』）】。、]*")


@register.simple_tag
def asset(name: str) -> str:
    """The URL of a built front-end file."""
    return assets.asset(name)


@register.simple_tag
def tag(kind: str, label: Any) -> SafeString:
    """A status tag: word + shape + colour. Kinds: new, doing, wait, done, late, stop."""
    known = kind if kind in ("new", "doing", "wait", "done", "late", "stop") else "doing"
    return format_html('<span class="tag tag--{}"{}>{}</span>', known, ja(label), label)


@register.simple_tag
def ja(*texts: Any) -> SafeString:
    """` lang="ja"` for an element that holds the town's own words, where the page speaks another language.

    `<th{% ja %}>` always, `<th{% ja name %}>` only if the name has Japanese letters (WCAG 3.1.2).
    """
    foreign = get_language() != "ja" and (not texts or any(JAPANESE.search(str(text)) for text in texts))
    return mark_safe(' lang="ja"' if foreign else "")  # noqa: S308 — a constant


@register.filter(name="ja")
def ja_text(value: Any) -> Any:
    """`{{ name|ja }}`: the text, its Japanese parts in `<span lang="ja">` where the page speaks another language."""
    if value is None or get_language() == "ja" or not JAPANESE.search(str(value)):
        return value
    return mark_safe(JAPANESE_RUN.sub(r'<span lang="ja">\g<0></span>', conditional_escape(value)))  # noqa: S308


@register.filter
def number(value: Any, digits: int = 0) -> str:
    """A number with 3-digit commas; an em dash for nothing."""
    if value is None or value == "":
        return "—"
    return f"{value:,.{digits}f}"


@register.filter
def percent(value: Any, digits: int = 1) -> str:
    """A share (0–1) as per cent; an em dash for nothing."""
    return "—" if value is None else f"{value * 100:.{digits}f}%"


@register.filter
def day(value: date | datetime | None) -> str:
    """7月21日（木）; the year is added when it is not this one. English: 21 July 2026 (Thu)."""
    if value is None or value == "":
        return "—"
    local = value.astimezone(clock.TOKYO).date() if isinstance(value, datetime) else value
    if get_language() == "en":
        return f"{local.day} {local:%B %Y} ({local:%a})"
    text = f"{local.month}月{local.day}日（{WEEKDAYS[local.weekday()]}）"
    return text if local.year == clock.today().year else f"{local.year}年{text}"


@register.filter
def moment(value: datetime | None) -> str:
    """7月21日（木）14:00, in Asia/Tokyo; 今日 14:00 for today."""
    if value is None or value == "":
        return "—"
    local = value.astimezone(clock.TOKYO)
    head = gettext("今日") if local.date() == clock.today() else day(local.date())
    return f"{head} {local.hour}:{local.minute:02d}"


@register.filter
def left(value: date | datetime | None) -> str:
    """How long until a due day: あと2日, 今日, 4日過ぎています."""
    if value is None:
        return ""
    local = value.astimezone(clock.TOKYO).date() if isinstance(value, datetime) else value
    days = (local - clock.today()).days
    if days == 0:
        return gettext("今日まで")
    if days > 0:
        return gettext("あと%(days)s日") % {"days": days}
    return gettext("%(days)s日過ぎています") % {"days": -days}


@register.simple_tag(takes_context=True)
def query(context: Mapping[str, Any], **changes: Any) -> str:
    """The current query string with some parameters changed; None removes one."""
    request: HttpRequest = context["request"]
    parameters = request.GET.copy()
    for name, value in changes.items():
        if value is None or value == "":
            parameters.pop(name, None)
        else:
            parameters[name] = str(value)
    return "?" + urlencode([(k, v) for k, vs in parameters.lists() for v in vs]) if parameters else "?"


@register.filter
def get(mapping: Mapping[Any, Any] | None, key: Any) -> Any:
    """`mapping|get:key`, None when absent."""
    return None if mapping is None else mapping.get(key)
