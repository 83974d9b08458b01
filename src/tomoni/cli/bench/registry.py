"""The benchmarks by name. A room adds its own as `"name": ("tomoni.<room>.bench:run", description)`."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

from tomoni.cli.bench.figures import Figure
from tomoni.cli.texts import _

Bench = Callable[[Any], list[Figure]]


def benches() -> dict[str, tuple[str, str]]:
    """Name → (`module:function`, what it measures). The function takes the options and returns figures."""
    return {
        "pages": (
            "tomoni.cli.bench.pages:run",
            _("一覧・レコード・申請・仕事の地図の速さ（本物のサーバー）"),
        ),
        "records": (
            "tomoni.cli.bench.records:run",
            _("10万件のアプリの登録・一覧・絞り込み・検索・取り込み・メモリ（本物のサーバー）"),
        ),
    }


def load(place: str) -> Bench:
    """The function of a benchmark."""
    module, name = place.split(":")
    found: Bench = getattr(import_module(module), name)
    return found
