"""What is wrong with a kit file, in words, with the line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from tomoni.core.errors import Invalid

MAX_PROBLEMS = 50


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One fault: the line in the file (1 = first; 0 = unknown), where (`app.fields.2.type`), and what to do."""

    line: int
    path: str
    message: Any

    def __str__(self) -> str:
        where = _("%(line)s行目") % {"line": self.line} if self.line else ""
        return "　".join(str(x) for x in (where, self.path, self.message) if x)


class KitInvalid(Invalid):
    """The file is no kit that can be used (422). `problems` holds up to `MAX_PROBLEMS` faults in the order of the file."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted(problems, key=lambda p: (p.line, p.path))[:MAX_PROBLEMS]
        first = str(self.problems[0]) if self.problems else ""
        words = {"count": len(self.problems), "first": first}
        super().__init__(
            {"": [str(p) for p in self.problems]},
            message=_("キットのファイルに直すところが%(count)s件あります。%(first)s") % words,
        )
