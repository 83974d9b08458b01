"""Positions in lists (`?before=`, `?after=`, `?page=`): one rule for every page.

A position that is none (`-1`, `xx`, a number no key can be) is refused with 422 in words; a good one beyond the
end shows an empty list, or the last page, with 200.
"""

from __future__ import annotations

from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest
from django.utils.translation import gettext as _

from tomoni.core.errors import Invalid


def position(request: HttpRequest, name: str = "before") -> int | None:
    """The key from which seek paging goes on, None at the beginning. Raises `Invalid`."""
    given = request.GET.get(name, "")
    return _number(given) if given else None


def page_of(request: HttpRequest, rows: Any, size: int) -> Page[Any]:
    """The page `?page=` of the rows; the last one where there are fewer. Raises `Invalid`."""
    given = request.GET.get("page", "")
    number = _number(given) if given else 1
    if number < 1:
        raise _refused()
    return Paginator(rows, size).get_page(number)


def _number(given: str) -> int:
    if not (given.isascii() and given.isdecimal() and len(given) < 19):
        raise _refused()
    return int(given)


def _refused() -> Invalid:
    return Invalid(_("ページの指定が読み取れません。一覧を開き直してください。"))
