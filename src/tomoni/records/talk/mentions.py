"""Mentions (宛先) in a comment: `@氏名` and `@課名` in its text."""

from __future__ import annotations

import re

from django.db.models import F, Value
from django.db.models.functions import Replace

from tomoni.core.search import fold
from tomoni.people import facade as people
from tomoni.people.models import User

_MARK = re.compile(
    r"[@＠]([^\s@＠、。，．,;:：；（）()「」]{1,40})(?:[ \u3000]([^\s@＠、。，．,;:：；（）()「」]{1,40}))?"
)
_POLITE = re.compile(r"(さん|様|さま|氏|課長|係長|部長|主任|主事)$")
MOST = 20


def named(text: str) -> set[str]:
    """What may be a name after each `@`, without spaces: the first word, both words, and without a title."""
    found: set[str] = set()
    for match in list(_MARK.finditer(text))[:MOST]:
        for word in (match[1], (match[1] + match[2]) if match[2] else ""):
            found |= {word, _POLITE.sub("", word)}
    return found - {""}


def find(text: str) -> tuple[list[int], list[int]]:
    """The people and departments that a text mentions by name, by id. Two queries; none without `@`."""
    words = named(text)
    if not words:
        return [], []
    flat = Replace(Replace(F("display_name"), Value(" "), Value("")), Value("\u3000"), Value(""))
    staff = User.objects.filter(is_active=True, kind=User.Kind.STAFF).alias(flat=flat).filter(flat__in=words)
    folded = {fold(word) for word in words}
    departments = [pk for pk, name in people.department_names().items() if fold(name) in folded]
    return list(staff.order_by("pk").values_list("pk", flat=True)[:MOST]), departments[:MOST]
