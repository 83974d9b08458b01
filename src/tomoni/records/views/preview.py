"""The panel beside the list (1280 px and up): one record with its history."""

from __future__ import annotations

from typing import Any

from tomoni.core.errors import NotFound
from tomoni.records import facade
from tomoni.records.record import Record
from tomoni.records.views import reads
from tomoni.records.views.common import Inside, address
from tomoni.records.views.present import STATUS, Presenter


def preview_of(inside: Inside, record: Record | int | None, close_url: str) -> dict[str, Any] | None:
    """What the panel shows; None when the record may not be seen, so that the list still opens."""
    app, actor = inside.app, inside.actor
    try:
        if isinstance(record, int):
            record = facade.get(actor=actor, app=app.code, record=record)
    except NotFound:
        return None
    if record is None:
        return None
    revisions = facade.history(actor=actor, app=app.code, record=record.id)
    presenter = Presenter(app).load([record], [r.user_id for r in revisions])
    return {
        "record": record,
        "title": presenter.title(record),
        "url": address("record", app, record.id),
        "close_url": close_url,
        "status": presenter.cell(record, app.field(STATUS)) if app.states else None,
        "cells": [c for f in app.fields if (c := presenter.cell(record, f)).kind != "empty"][:12],
        "process": reads.actions_for(actor, app, record),
        "entries": presenter.entries(revisions, record.revision, may_restore=False)[:6],
    }
