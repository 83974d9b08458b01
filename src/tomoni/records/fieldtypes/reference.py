"""Related records (関連レコード): the records of an app whose field equals a field of this one. Nothing is stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from tomoni.records.fieldtypes.base import Context, FieldType, Names, Unclean
from tomoni.records.schema.spec import FieldSpec

MOST_ROWS = 500


class Reference(FieldType):
    """`app`, `this` (a field here), `that` (a field there), `show` (columns), `query` (more conditions), `sort`, `limit`."""

    name = "reference"
    label = _("関連レコード")
    operators = frozenset()
    sortable = False
    entered = False
    aggregates = frozenset()
    option_names = frozenset({"app", "this", "that", "show", "query", "sort", "limit"})
    kintone = "REFERENCE_TABLE"

    def check_options(self, options: Mapping[str, Any]) -> dict[str, Any]:
        """That the parts are there; whether app and fields fit is checked when the app is published."""
        made = super().check_options(options)
        for name in ("app", "this", "that"):
            if not isinstance(made.get(name), str) or not made[name].strip():
                raise Unclean(_("関連レコードには、アプリと、一致させる項目を選んでください。"))
        show, limit = made.get("show") or [], made.get("limit", 20)
        if not isinstance(show, list | tuple) or not all(isinstance(code, str) for code in show):
            raise Unclean(_("表に出す項目が正しくありません。"))
        if isinstance(limit, bool) or not isinstance(limit, int) or not 1 <= limit <= MOST_ROWS:
            raise Unclean(_("表に出す件数は1から500までにしてください。"))
        texts = {name: str(made.get(name) or "").strip() for name in ("query", "sort")}
        return {**made, **texts, "show": list(show), "limit": limit}

    def clean(self, raw: Any, field: FieldSpec, context: Context) -> Any:
        """Never written."""
        raise Unclean(_("この項目は自動で入ります。入力できません。"))

    def to_columns(self, value: Any, field: FieldSpec) -> tuple[Any, ...]:
        """Nothing is stored."""
        return ()

    def from_columns(self, stored: Sequence[Any], field: FieldSpec) -> Any:
        """Read when they are shown (`facade.related`)."""
        return None

    def display(self, value: Any, field: FieldSpec, names: Names) -> str:
        """Nothing in lists."""
        return ""
