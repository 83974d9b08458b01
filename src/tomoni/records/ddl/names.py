"""Names of tables and columns: made of numbers only, never of anything a person wrote."""

from __future__ import annotations


def table(app_id: int) -> str:
    """The table of an app's records."""
    return f"r_{int(app_id)}"


def links(app_id: int) -> str:
    """The table of an app's multi-values (choices, people, departments, files, assignees)."""
    return f"r_{int(app_id)}_m"


def search(app_id: int) -> str:
    """The bigram index of an app's texts."""
    return f"r_{int(app_id)}_s"


def rows(app_id: int, table_id: int) -> str:
    """The child table of a table field (テーブル): its rows."""
    return f"r_{int(app_id)}_t{int(table_id)}"


def row_links(app_id: int, table_id: int) -> str:
    """The multi-values in the rows of a table field."""
    return f"r_{int(app_id)}_t{int(table_id)}_m"


def column(field_id: int, part: str = "") -> str:
    """A column of a field; `part` names a companion column such as `fold` or `lon`."""
    return f"c_{int(field_id)}_{part}" if part else f"c_{int(field_id)}"


def index(app_id: int, field_id: int, kind: str = "i") -> str:
    """An index of a field: `i` for order and comparison, `u` for unique."""
    return f"r_{int(app_id)}_{int(field_id)}_{kind}"
