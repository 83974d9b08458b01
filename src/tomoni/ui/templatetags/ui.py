"""Template tags of the design system; built in, so no page needs `{% load ui %}`."""

from __future__ import annotations

from django import template

register = template.Library()
