"""What stands behind the audit targets of people: the pages of users and departments, their fields in words."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _

from tomoni.core.actor import Actor
from tomoni.core.registry import Audited, audited, numbers
from tomoni.people.models import Department


def _words() -> dict[str, str]:
    return {
        "display_name": _("氏名"),
        "email": _("メールアドレス"),
        "kind": _("区分"),
        "role": _("役割"),
        "department": _("所属"),
        "position": _("職"),
        "name": _("名前"),
        "from": _("いつから"),
        "to": _("いつまで"),
        "scopes": _("できること"),
        "app": _("アプリ"),
    }


def users(actor: Actor, rests: Iterable[str]) -> dict[str, Audited]:
    """Users by their key."""
    return {
        str(pk): Audited(reverse("people:user", args=[pk]), "people.manage", _words())
        for pk in numbers(rests)
    }


def departments(actor: Actor, rests: Iterable[str]) -> dict[str, Audited]:
    """Departments by their key; one query."""
    codes = Department.objects.filter(pk__in=numbers(rests)).values_list("pk", "code")
    return {
        str(pk): Audited(reverse("people:department", args=[code]), "people.departments", _words())
        for pk, code in codes
    }


def tokens(actor: Actor, rests: Iterable[str]) -> dict[str, Audited]:
    """Tokens have no page of their own."""
    return {rest: Audited(fields=_words()) for rest in rests}


def declare() -> None:
    """Announce them."""
    audited("user", users)
    audited("department", departments)
    audited("token", tokens)
