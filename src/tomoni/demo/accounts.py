"""The demo people. Their passwords are public, so they work only where the data carries the demo mark."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Role = Literal["clerk", "dx", "manager", "resident"]


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """A sign-in of the demo: `title` is who it stands for (Japanese, English)."""

    login: str
    password: str
    role: Role
    name: str
    title: tuple[str, str]
    department: str = ""
    position: str = ""


PEOPLE: tuple[DemoPerson, ...] = (
    DemoPerson("clerk", "tomoni-demo-genba", "clerk", "佐藤 恵", ("現場職員", "clerk"), "kenko", "主任"),
    DemoPerson("dx", "tomoni-demo-suishin", "dx", "田中 誠", ("DX推進課", "DX office"), "dx", "係長"),
    DemoPerson(
        "manager", "tomoni-demo-kanri", "manager", "山本 由美子", ("管理職", "manager"), "kenko", "課長"
    ),
    DemoPerson("resident", "tomoni-demo-jumin", "resident", "鈴木 はな", ("住民", "resident")),
)
