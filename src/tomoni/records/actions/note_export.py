"""Write down that records left the house as a file (書き出しの記録)."""

from __future__ import annotations

from tomoni.core import audit
from tomoni.core.actions import action
from tomoni.core.actor import Actor
from tomoni.records import rights
from tomoni.records.schema import cache


@action("records.note_export")
def note_export(*, actor: Actor, app: str, query: str, columns: list[str]) -> None:
    """Audit an export: who, which app, which columns; of the query only a digest. Needs `export`."""
    schema = cache.snapshot(app)
    rights.require(actor, schema, "export")
    audit.record(
        actor=actor,
        verb="app.export",
        target=f"app:{schema.id}",
        fields={"query": query, "columns": "、".join(columns)},
    )
