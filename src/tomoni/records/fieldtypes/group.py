"""Groups (役割): one or more roles of this municipality, by code."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from tomoni.people.facade import ROLES
from tomoni.records.fieldtypes.base import AMONG, EMPTY, Context, FieldType, Names, Unclean
from tomoni.records.fieldtypes.user import tokens
from tomoni.records.schema.spec import FieldSpec


class Groups(FieldType):
    """Roles (役割) such as 管理職; kept by code."""

    name = "group"
    label = _("役割")
    kind = "set"
    operators = AMONG | EMPTY
    storage = "links"
    sortable = False
    option_names = frozenset({"single"})
    kintone = "GROUP_SELECT"

    @property
    def empty(self) -> Any:
        """No role."""
        return []

    def clean(self, raw: Any, field: FieldSpec, context: Context) -> list[str]:
        """Codes of roles, each once, in the order given; names are understood too."""
        return self._resolve(tokens(raw), field)

    def cast(self, cell: Any, field: FieldSpec, context: Context) -> list[str]:
        """A cell holds codes or names separated by line breaks, 、 or commas."""
        return self._resolve(tokens(cell, split=True), field)

    def _resolve(self, texts: list[str], field: FieldSpec) -> list[str]:
        by_name = {str(label): code for code, label in ROLES.items()}
        found: dict[str, None] = {}
        for text in texts:
            code = text if text in ROLES else by_name.get(text)
            if code is None:
                raise Unclean(_("一覧から選んでください。"))
            found[code] = None
        if field.options.get("single") and len(found) > 1:
            raise Unclean(_("1つだけ選んでください。"))
        return list(found)

    def to_links(self, value: Any) -> list[tuple[int | None, str | None]]:
        """One row a role."""
        return [(None, code) for code in value]

    def literal(self, text: str, field: FieldSpec) -> Any:
        """Compared as written."""
        return text

    def display(self, value: Any, field: FieldSpec, names: Names) -> str:
        """Names joined with 、."""
        return "、".join(str(ROLES.get(code, code)) for code in value or ())

    def export(self, value: Any, field: FieldSpec, names: Names) -> str:
        """Codes, one a line."""
        return "\n".join(value or ())

    def json_schema(self, field: FieldSpec) -> dict[str, Any]:
        """A list of role codes."""
        return {"type": "array", "items": {"type": "string", "enum": list(ROLES)}}
