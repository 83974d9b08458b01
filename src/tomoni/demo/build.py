"""Builds the demo: one step after the other, each printed; deterministic, through the rooms' own actions."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path

from django.utils import translation
from django.utils.translation import gettext as _

from tomoni import __version__
from tomoni.demo.folder import MARK

Told = tuple[str, dict[str, object]]
Step = Callable[[], Told]


def steps() -> list[tuple[str, Step]]:
    """The steps with what is printed for them."""
    from tomoni.demo.steps import database, loop, people, reception

    return [
        (_("データベースを用意しています"), database.migrate),
        (_("ともに市の部署と人を登録しています"), people.fill),
        (_("業務量調査を取り込んでいます"), loop.survey),
        (_("仕事を見直し、取組とアプリをつくっています"), loop.challenge),
        (_("8週間分の申請と対応を入れています"), reception.fill),
    ]


def build(data: Path) -> None:
    """Fill the empty folder that Django is set up for."""
    for label, step in steps():
        started = time.monotonic()
        print(f"  {label} … ", end="", flush=True)
        with translation.override("ja"):  # the town speaks Japanese, whatever the progress lines are in
            text, values = step()
        result = translation.gettext(text) % values if text else ""
        print(
            _("%(seconds).1f 秒") % {"seconds": time.monotonic() - started}
            + (f"（{result}）" if result else "")
        )
    mark = {"tomoni_demo": True, "version": __version__}
    (data / MARK).write_text(json.dumps(mark) + "\n", encoding="utf-8")
