"""Who a right means, in words: 「職員全員」, 「健康推進課（下の係も）」."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from tomoni.people import facade as people
from tomoni.records.query import means
from tomoni.records.schema.snapshot import AppSchema

ROLES = ("clerk", "dx", "manager", "admin")


def verb_labels() -> dict[str, str]:
    """The verbs of an app in words."""
    return {
        "view": _("見る"),
        "add": _("登録"),
        "edit": _("直す"),
        "delete": _("消す"),
        "manage": _("設定"),
        "import": _("取り込み"),
        "export": _("書き出し"),
    }


def every_who(app: AppSchema) -> Iterable[str]:
    """Every `who` of an app: its rules and its process."""
    yield from means.every_who(app)
    for step in app.actions:
        yield from step.who
    for state in app.states:
        yield from (*state.assignee.who, *state.escalate)
    returns = app.settings.get("returns") or ()
    yield from (w for w in returns if isinstance(w, str))


@dataclass(slots=True)
class Words:
    """Names of departments and people are read once, when needed."""

    app: AppSchema
    departments: dict[str, str] = field(default_factory=dict)
    users: dict[int, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.departments = {v.department.code: v.name for v in people.departments()}
        named = list(every_who(self.app))
        ids = [int(w[5:]) for w in named if w.startswith("user:") and w[5:].isdigit()]
        self.users = people.display_names(ids) if ids else {}

    def one(self, who: str) -> str:
        """One `who` in words."""
        kind, _sep, value = who.partition(":")
        if kind == "department":
            return _("%(name)s（下の係も）") % {"name": self.departments.get(value, value)}
        if kind == "unit":
            return _("%(name)s（下の係は含まない）") % {"name": self.departments.get(value, value)}
        if kind == "head":
            return _("%(name)sの所属長") % {"name": self.departments.get(value, value) or _("登録した人の課")}
        if kind == "user":
            return self.users.get(int(value), value) if value.isdigit() else value
        if kind == "field":
            spec = self.app.by_code.get(value)
            return _("「%(field)s」の人") % {"field": spec.label if spec else value}
        fixed = {
            "staff": _("職員全員"),
            "creator": _("登録した本人（自分の記録だけ）"),
            "form": _("公開した申請フォーム"),
            "assignee": _("作業者"),
            "role:clerk": _("役割: 職員"),
            "role:dx": _("役割: DX推進担当"),
            "role:manager": _("役割: 管理職"),
            "role:admin": _("役割: システム管理者"),
        }
        return fixed.get(who, who)

    def all(self, whos: Iterable[str]) -> str:
        """Several, joined."""
        return "、".join(self.one(w) for w in whos)

    def in_records(self) -> list[tuple[str, str]]:
        """Who a rule about records or a process can name: those named in the record too."""
        found = ["assignee", "head"]
        for spec in self.app.fields:
            if spec.type in ("user", "department", "group"):
                found.append(f"field:{spec.code}")
        first = self.candidates()
        plain = [pair for pair in first if pair[0] != "form"]
        return plain[:2] + [(w, self.one(w)) for w in found] + plain[2:]

    def candidates(self) -> list[tuple[str, str]]:
        """Who can be given a right by this page."""
        fixed = ["staff", "creator", *(f"role:{r}" for r in ROLES), "form"]
        return [(w, self.one(w)) for w in fixed] + [
            (f"department:{c}", self.one(f"department:{c}")) for c in self.departments
        ]
