"""Multi-choice (選択・複数)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from tomoni.records.fieldtypes.base import AMONG, EMPTY, Context, FieldType, Names, Unclean
from tomoni.records.fieldtypes.choice import check_choices, match
from tomoni.records.schema.spec import FieldSpec

_SEPARATORS = re.compile(r"[、,，;；]+")


class MultiChoice(FieldType):
    """Any number of the field's choices, kept in the field's order."""

    name = "multichoice"
    label = _("選択（複数）")
    kintone = "MULTI_SELECT"
    kind = "set"
    operators = AMONG | EMPTY
    storage = "links"
    sortable = False
    option_names = frozenset({"choices"})

    def check_options(self, options: Mapping[str, Any]) -> dict[str, Any]:
        """`choices`."""
        return {**super().check_options(options), "choices": check_choices(options)}

    @property
    def empty(self) -> Any:
        """Nothing chosen."""
        return []

    def clean(self, raw: Any, field: FieldSpec, context: Context) -> list[str]:
        """Choices of the field, each once, in the field's order."""
        if raw is None or raw == "":
            return []
        if isinstance(raw, str):
            raw = [raw]
        if not isinstance(raw, list | tuple):
            raise Unclean(_("選択肢から選んでください。"))
        chosen = {match(item, field) for item in raw if item not in (None, "")}
        return [c for c in field.options.get("choices", ()) if c in chosen]

    def cast(self, cell: Any, field: FieldSpec, context: Context) -> list[str]:
        """A cell holds choices separated by line breaks, 、 or commas; a choice may itself contain one."""
        if isinstance(cell, str):
            choices = field.options.get("choices", ())
            cell = [
                part.strip()
                for line in cell.splitlines()
                for part in ([line] if line.strip() in choices else _SEPARATORS.split(line))
                if part.strip()
            ]
        return self.clean(cell, field, context)

    def to_links(self, value: Any) -> list[tuple[int | None, str | None]]:
        """One row a choice."""
        return [(None, choice) for choice in value]

    def literal(self, text: str, field: FieldSpec) -> Any:
        """Compared as written."""
        return text

    def display(self, value: Any, field: FieldSpec, names: Names) -> str:
        """Joined with 、."""
        return "、".join(value or ())

    def export(self, value: Any, field: FieldSpec, names: Names) -> str:
        """One a line, so that a choice may contain 、."""
        return "\n".join(value or ())
