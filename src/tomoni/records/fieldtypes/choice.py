"""Choice (選択・1つ)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from tomoni.records._core import fold
from tomoni.records.fieldtypes.base import EMPTY, EQUAL, Context, FieldType, Unclean
from tomoni.records.fieldtypes.text import check_characters
from tomoni.records.schema.spec import FieldSpec

MOST_CHOICES = 1_000


def check_choices(options: Mapping[str, Any]) -> list[str]:
    """The option `choices`: different, not blank, at most 1,000."""
    given = options.get("choices")
    if not isinstance(given, list | tuple) or not given:
        raise Unclean(_("選択肢を1つ以上入れてください。"))
    if len(given) > MOST_CHOICES:
        raise Unclean(_("選択肢は1,000個までです。"))
    made = [str(c).strip() for c in given]
    for choice in made:
        if not choice or len(choice) > 200:
            raise Unclean(_("選択肢は1文字以上200文字以内にしてください。"))
        check_characters(choice)
    if len({fold(c) for c in made}) < len(made):
        raise Unclean(_("同じ選択肢が2つあります。"))
    return made


def match(raw: Any, field: FieldSpec) -> str:
    """The choice that was meant: exactly, or the same when folded (full width, case)."""
    choices: Sequence[str] = field.options.get("choices", ())
    if not isinstance(raw, str):
        raise Unclean(_("選択肢から選んでください。"))
    text = raw.strip()
    if text in choices:
        return text
    folded = fold(text)
    for choice in choices:
        if fold(choice) == folded:
            return choice
    raise Unclean(_("選択肢から選んでください。"))


class Choice(FieldType):
    """One of the field's choices."""

    name = "choice"
    label = _("選択（1つ）")
    kintone = "DROP_DOWN"
    kind = "choice"
    operators = EQUAL | EMPTY
    option_names = frozenset({"choices"})

    def check_options(self, options: Mapping[str, Any]) -> dict[str, Any]:
        """`choices`."""
        return {**super().check_options(options), "choices": check_choices(options)}

    def columns(self, field: FieldSpec) -> dict[str, models.Field[Any, Any]]:
        """The choice's text."""
        return {"": models.TextField(null=True, db_collation="C")}

    @property
    def empty(self) -> Any:
        """Nothing chosen."""
        return ""

    def clean(self, raw: Any, field: FieldSpec, context: Context) -> str:
        """A choice of the field."""
        if isinstance(raw, list | tuple) and len(raw) <= 1:
            raw = raw[0] if raw else None
        if raw is None or (isinstance(raw, str) and not raw.strip()):
            return ""
        return match(raw, field)

    def to_columns(self, value: Any, field: FieldSpec) -> tuple[Any, ...]:
        """Nothing chosen is NULL."""
        return (value or None,)

    def from_columns(self, stored: Sequence[Any], field: FieldSpec) -> str:
        """The choice."""
        return stored[0] or ""

    def literal(self, text: str, field: FieldSpec) -> Any:
        """Compared as written: a choice that was since renamed can still be asked for."""
        return text

    def sort_value(self, value: Any) -> Any:
        """Order is by text."""
        return value or None
