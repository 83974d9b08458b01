"""People (利用者): one or more, by id or login."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tomoni.people.models import User
from tomoni.records.fieldtypes.base import AMONG, EMPTY, Context, FieldType, Names, Unclean
from tomoni.records.schema.spec import FieldSpec

MOST = 100


def tokens(raw: Any, split: bool = False) -> list[str]:
    """The ids or codes of a raw value, as texts; refuses anything else."""
    if raw is None or raw == "":
        return []
    if isinstance(raw, str) and split:
        raw = [
            part for line in raw.replace("、", "\n").replace(",", "\n").split("\n") if (part := line.strip())
        ]
    if isinstance(raw, str | int):
        raw = [raw]
    if not isinstance(raw, list | tuple) or len(raw) > MOST:
        raise Unclean(_("一覧から選んでください。"))
    found = []
    for item in raw:
        if isinstance(item, bool) or not isinstance(item, str | int) or len(str(item)) > 150:
            raise Unclean(_("一覧から選んでください。"))
        if str(item).strip():
            found.append(str(item).strip())
    return found


def wanted(raws: Iterable[Any], known: dict[str, int | None]) -> set[str]:
    """The tokens of many raw values that were not looked up yet."""
    found: set[str] = set()
    for raw in raws:
        try:
            found.update(tokens(raw, split=True))
            found.update(tokens(raw))
        except Unclean:
            continue
    return found - known.keys()


def ids_of(texts: Iterable[str]) -> list[int]:
    """Those tokens that are ids."""
    return [int(t) for t in texts if t.isascii() and t.isdigit() and len(t) < 19]


class Linked(FieldType):
    """A multi-value of ids in the link table."""

    operators = AMONG | EMPTY
    storage = "links"
    sortable = False
    option_names = frozenset({"single"})

    @property
    def empty(self) -> Any:
        """Nobody."""
        return []

    def known(self, context: Context) -> dict[str, int | None]:
        """The look-up table of the type."""
        raise NotImplementedError

    def clean(self, raw: Any, field: FieldSpec, context: Context) -> list[int]:
        """Ids that exist, each once, in the order given."""
        return self._resolve(tokens(raw), field, context)

    def cast(self, cell: Any, field: FieldSpec, context: Context) -> list[int]:
        """A cell holds logins or codes separated by line breaks, 、 or commas."""
        return self._resolve(tokens(cell, split=True), field, context)

    def _resolve(self, texts: list[str], field: FieldSpec, context: Context) -> list[int]:
        known = self.known(context)
        if any(t not in known for t in texts):
            self.prefetch(context, field, [texts])
        found: dict[int, None] = {}
        for text in texts:
            number = known.get(text)
            if number is None:
                raise Unclean(_("一覧から選んでください。"))
            found[number] = None
        if field.options.get("single") and len(found) > 1:
            raise Unclean(_("1つだけ選んでください。"))
        return list(found)

    def to_links(self, value: Any) -> list[tuple[int | None, str | None]]:
        """One row an id."""
        return [(number, None) for number in value]

    def _join(self, value: Any, name: Callable[[int], str]) -> str:
        return "、".join(name(number) for number in value or ())


class Users(Linked):
    """People of this municipality."""

    name = "user"
    label = _("利用者")
    kintone = "USER_SELECT"
    kind = "people"

    def known(self, context: Context) -> dict[str, int | None]:
        """By id and by login."""
        return context.users

    def prefetch(self, context: Context, field: FieldSpec, raws: Iterable[Any]) -> None:
        """One query for all people named."""
        texts = wanted(raws, context.users)
        if not texts:
            return
        context.users.update(dict.fromkeys(texts))
        people = User.objects.filter(Q(pk__in=ids_of(texts)) | Q(username__in=texts), is_active=True)
        for pk, login in people.exclude(kind=User.Kind.RESIDENT).values_list("pk", "username"):
            context.users[login] = pk
            context.users[str(pk)] = pk

    def display(self, value: Any, field: FieldSpec, names: Names) -> str:
        """Names joined with 、."""
        return self._join(value, lambda n: names.users.get(n, str(n)))
