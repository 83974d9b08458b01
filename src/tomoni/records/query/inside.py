"""Conditions on columns of tables (テーブル), as kintone has them: a record matches when one of its rows does.

`not in`, `!=` and `not like` hold when no row matches the positive. A table without rows counts as one blank row.
"""

from __future__ import annotations

from dataclasses import replace

from django.db.models import Exists, OuterRef, Q

from tomoni.engines.query import Text
from tomoni.records._core import fold
from tomoni.records.ddl.tables import tables
from tomoni.records.query.operators import Asked, build, candidates

SELECTIVE = frozenset({"text", "number", "date", "datetime", "people", "departments"})
OPPOSITE = {"!=": "=", "not in": "in", "not like": "like"}


def holds(asked: Asked) -> Q:
    """The condition in SQL terms: EXISTS on the child table, with the same operators as on records."""
    if asked.kind.storage == "rows":
        rows = tables(asked.schema).children[asked.field.id or 0].row._default_manager
        found = Q(Exists(rows.filter(record=OuterRef("pk"))))
        return ~found if asked.operator == "is empty" else found
    if asked.operator in OPPOSITE:
        return ~_some(replace(asked, node=replace(asked.node, operator=OPPOSITE[asked.operator])))
    return _some(asked)


def _some(asked: Asked) -> Q:
    child = tables(asked.schema).children[asked.field.table_id or 0]
    rows = child.row._default_manager.filter(record=OuterRef("pk"))
    matching = build(replace(asked, link=child.link))
    if asked.operator in ("=", "in") and asked.kind.kind in SELECTIVE:
        # Few rows: their records are looked up, instead of every record's rows.
        found = Q(pk__in=child.row._default_manager.filter(matching).values("record"))
    else:
        found = Q(Exists(rows.filter(matching)))
    if asked.operator == "like" and asked.kind.searched:
        narrowed = candidates(asked, fold(asked.text(asked.node.values[0])))
        found = found if narrowed is None else narrowed & found
    return found | Q(~Exists(rows)) if _wants_blank(asked) else found


def _wants_blank(asked: Asked) -> bool:
    if asked.operator == "is empty":
        return True
    blank = any(isinstance(o, Text) and o.value == "" for o in asked.node.values)
    return blank and asked.operator in ("=", "in")
