"""Multi-line text (文字列・複数行)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tomoni.records.fieldtypes.base import EMPTY, LIKE
from tomoni.records.fieldtypes.text import Text


class MultiLine(Text):
    """Text with line breaks, up to 100,000 characters; lines end with `\\n`."""

    name = "multiline"
    label = _("文字列（複数行）")
    kintone = "MULTI_LINE_TEXT"
    operators = LIKE | EMPTY
    may_be_unique = False
    sortable = False
    most = 100_000
    keep = "\n\t"
    option_names = frozenset({"max_length"})

    def normal(self, text: str) -> str:
        """Line ends as `\\n`, no blank end."""
        return text.replace("\r\n", "\n").replace("\r", "\n").strip()
