"""A stale edit in words: each thing in which what was written differs from what is stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from tomoni.challenges.models import Challenge, Figure, Use
from tomoni.challenges.rules import MeasureSpec, UseSpec
from tomoni.core.errors import Conflict
from tomoni.people import facade as people
from tomoni.ui.templatetags.ui import day, number


def differing(conflict: Conflict) -> list[tuple[str, str, str]]:
    """(label, mine, theirs) of each part that differs, for `ui/parts/conflict.html`."""
    mine, theirs = _words(conflict.details["mine"]), _words(conflict.details["theirs"])
    return [(label, mine[label], theirs[label]) for label in mine if mine[label] != theirs[label]]


def _words(said: Mapping[str, Any]) -> dict[str, str]:
    owner, section = said["owner_id"], said["department_id"]
    return {
        _("題名"): said["title"],
        _("やり方"): str(dict(Challenge.Kind.choices).get(said["kind"], said["kind"])),
        _("担当する人"): people.display_names([owner]).get(owner, "") if owner else "",
        _("担当する課"): people.department_names().get(section or 0, ""),
        _("仮説"): said["hypothesis"].replace("\r\n", "\n"),
        _("期限"): day(said["due_on"]) if isinstance(said["due_on"], date) else "",
        _("どう測るか"): _measures(said["measures"]),
        _("生み出した時間の使い道"): _uses(said["uses"]),
    }


def _measures(measures: Sequence[MeasureSpec]) -> str:
    labels = dict(Figure.choices)
    lines = []
    for m in measures:
        values = {"figure": labels.get(m.figure, m.figure), "target": number(m.target, 1)}
        if m.baseline is None:
            lines.append(_("%(figure)s 目標 %(target)s") % values)
        else:
            values["before"] = number(m.baseline, 1)
            lines.append(_("%(figure)s いま %(before)s → 目標 %(target)s") % values)
    return "\n".join(sorted(lines))


def _uses(uses: Sequence[UseSpec]) -> str:
    labels = dict(Use.Kind.choices)
    kept = {u.kind: u for u in uses if u.planned > 0 or u.what.strip()}
    return "\n".join(
        _("%(kind)s %(what)s 1か月%(hours)s時間")
        % {"kind": labels[kind], "what": kept[kind].what.strip(), "hours": number(kept[kind].planned, 1)}
        for kind in labels
        if kind in kept
    )
