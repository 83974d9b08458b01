"""Category (カテゴリー): branches of a tree. What lies in a branch lies in everything above it, too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from tomoni.records.fieldtypes.base import Context, Names, Unclean
from tomoni.records.fieldtypes.choice import check_choices
from tomoni.records.fieldtypes.multichoice import MultiChoice
from tomoni.records.schema.spec import FieldSpec

MOST_LEVELS = 5


def above(path: str) -> list[str]:
    """The branches above a path, the highest first: 道路/舗装/穴 → 道路, 道路/舗装."""
    parts = path.split("/")
    return ["/".join(parts[:n]) for n in range(1, len(parts))]


class Category(MultiChoice):
    """Paths such as 道路/舗装. A value holds the branches above too, so that a query for 道路 finds it."""

    name = "category"
    label = _("カテゴリー")
    kintone = "CATEGORY"

    def check_options(self, options: Mapping[str, Any]) -> dict[str, Any]:
        """`choices`: paths with /; the branches above are added."""
        made = super().check_options(options)
        found: dict[str, None] = {}
        for choice in made["choices"]:
            path = "/".join(part.strip() for part in choice.split("/"))
            if path.count("/") >= MOST_LEVELS or not all(path.split("/")):
                raise Unclean(_("カテゴリーは「道路/舗装」のように書き、5段までにしてください。"))
            found.update(dict.fromkeys([*above(path), path]))
        return {**made, "choices": check_choices({"choices": list(found)})}

    def clean(self, raw: Any, field: FieldSpec, context: Context) -> list[str]:
        """The chosen branches and those above them, in the field's order."""
        return self._whole(super().clean(raw, field, context), field)

    def _whole(self, chosen: Sequence[str], field: FieldSpec) -> list[str]:
        every = {branch for path in chosen for branch in (*above(path), path)}
        return [c for c in field.options.get("choices", ()) if c in every]

    def display(self, value: Any, field: FieldSpec, names: Names) -> str:
        """The lowest branches, joined with 、."""
        return "、".join(lowest(value or ()))

    def export(self, value: Any, field: FieldSpec, names: Names) -> str:
        """The lowest branches, one a line."""
        return "\n".join(lowest(value or ()))


def lowest(value: Sequence[str]) -> list[str]:
    """Those branches of a value that have none below them."""
    upper = {branch for path in value for branch in above(path)}
    return [path for path in value if path not in upper]
