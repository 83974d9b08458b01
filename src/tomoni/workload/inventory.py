"""The procedure inventory (手続の一覧): a fixed table in the package, read once when it is first asked for.

3,674 rows of national data never change between releases, so they are no database table: nothing to
migrate, back up or move. polars reads the Parquet file on first use (the server's start does not pay for
it); the rows are kept as plain objects with their folded search text, about 8 MB.
"""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from tomoni.core.search import fold

DATA = Path(__file__).resolve().parent / "data"
_lock = threading.Lock()


@dataclass(frozen=True, slots=True)
class Procedure:
    """One procedure that a municipality receives. `total` and `online_count` are national and yearly; None = not given.

    `applicants` and `online` are codes (`resident`, `business`, `public`; `done`, `partly`, `no`, `exempt`,
    `other`); the texts of the survey are kept as they are. `counter`: municipal, or unknown.
    """

    id: str
    name: str
    ministry: str
    law: str
    law_number: str
    article: str
    applicant: str
    receiver: str
    duty: str
    online: str
    obstacle: str
    identity: str
    fee: str
    days_online: str
    days_paper: str
    system: str
    total: int | None
    online_count: int | None
    asked: str
    attachments: str
    event_person: str
    event_business: str
    place: str
    counter: str
    applicants: frozenset[str]
    folded: str

    @property
    def online_percent(self) -> int | None:
        """The share that arrives online, in whole per cent; None when counts are not given."""
        if not self.total or self.online_count is None:
            return None
        return (self.online_count * 200 + self.total) // (2 * self.total)


ONLINE = {"1": "done", "5": "partly", "2": "no", "3": "exempt", "4": "other"}
_BARE = ("applicant", "receiver", "duty", "identity", "fee", "obstacle")


def _bare(text: str) -> str:
    """「1 自治事務」 → 「自治事務」; several values are cut at 「; 」 and each loses its number."""
    parts = [p.strip() for p in text.split(";") if p.strip()]
    return "、".join(
        p.split(" ", 1)[1] if " " in p and p.split(" ", 1)[0].replace("-", "").isdigit() else p for p in parts
    )


def _applicants(text: str) -> frozenset[str]:
    found = set()
    if "国民等" in text:
        found.add("resident")
    if "民間事業者" in text:
        found.add("business")
    if text[:1] in "1234":
        found.add("public")
    return frozenset(found)


def _procedure(row: Mapping[str, Any]) -> Procedure:
    values = dict(row)
    values["applicants"] = _applicants(values["applicant"])
    values["online"] = ONLINE.get(values["online"][:1], "other")
    for name in _BARE:
        values[name] = _bare(values[name])
    for name in ("asked", "attachments", "event_person", "event_business", "place", "system"):
        values[name] = values[name].replace("; ", "、")
    values["folded"] = fold(
        f"{values['name']} {values['law']} {values['ministry']} {values['event_person']} {values['id']}"
    )
    return Procedure(**values)


@cache
def _load() -> tuple[tuple[Procedure, ...], dict[str, Procedure]]:
    import polars  # only here: its import costs more than the table

    rows = tuple(
        _procedure(row) for row in polars.read_parquet(DATA / "procedures.parquet").iter_rows(named=True)
    )
    return rows, {row.id: row for row in rows}


def procedures() -> tuple[Procedure, ...]:
    """All procedures, by yearly count."""
    with _lock:
        return _load()[0]


def by_id(procedure_id: str) -> Procedure | None:
    """One procedure, or None."""
    with _lock:
        return _load()[1].get(procedure_id)


@cache
def edition() -> dict[str, Any]:
    """Where the table comes from: publisher, title, edition, rule, rows, digests."""
    found: dict[str, Any] = json.loads((DATA / "procedures.json").read_text(encoding="utf-8"))
    return found


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list is cut down to; empty = everything."""

    words: str = ""
    applicant: str = ""
    online: str = ""
    law: str = ""
    counter: str = ""
    counted: bool = False


def _matches(row: Procedure, filters: Filters, words: Sequence[str]) -> bool:
    return (
        all(word in row.folded for word in words)
        and (not filters.applicant or filters.applicant in row.applicants)
        and (not filters.online or row.online == filters.online)
        and (not filters.law or row.law == filters.law)
        and (not filters.counter or row.counter == filters.counter)
        and (not filters.counted or row.total is not None)
    )


ONLINE_ORDER = {"no": 0, "partly": 1, "other": 2, "done": 3, "exempt": 4}


def find(filters: Filters, sort: str = "count") -> list[Procedure]:
    """Matching procedures. `sort`: count (most first, unknown last), online (not yet online first), name, law."""
    words = [word for word in fold(filters.words).split(" ") if word][:10]
    rows = [row for row in procedures() if _matches(row, filters, words)]
    if sort == "online":
        rows.sort(key=lambda r: (ONLINE_ORDER[r.online], -(r.total or 0), r.id))
    elif sort == "name":
        rows.sort(key=lambda r: (r.name, r.id))
    elif sort == "law":
        rows.sort(key=lambda r: (r.law, r.article, r.id))
    return rows


def laws() -> list[tuple[str, int]]:
    """The laws with the number of their procedures, most first."""
    return Counter(row.law for row in procedures()).most_common()
