"""A small app with a unique key, and a way to take files in."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest

from tomoni.records.schema.spec import AppSpec, FieldSpec, RightSpec

F = FieldSpec
SPEC = AppSpec(
    code="goods",
    name="備品",
    fields=(
        F("管理番号", "text", "管理番号", required=True, unique=True),
        F("品名", "text", "品名", required=True),
        F("数", "number", "数量", options={"min": "0", "digits": 0}),
        F("購入日", "date", "購入日"),
        F("区分", "choice", "区分", options={"choices": ["机", "椅子", "そのほか"]}),
    ),
    rights=(RightSpec("department:kenko", ("view", "add", "edit", "delete", "import", "export")),),
    title_field="品名",
    department_code="kenko",
)


@pytest.fixture
def goods(actor):
    """The published app."""
    from tomoni.records import facade

    return facade.create_app(actor=actor("dx"), spec=SPEC)


@pytest.fixture
def taken_in(actor) -> Callable:
    """Upload, map by the headers, start and run: `taken_in("管理番号,品名\\nA1,机\\n", mode="mixed", key="管理番号")`."""
    from tomoni.core import jobs
    from tomoni.records.transfer.actions.upload import start, upload
    from tomoni.records.transfer.models import Import

    def make(content: str | bytes, *, app="goods", name="備品.csv", by=None, run=True, **how) -> Import:
        by = by or actor("clerk")
        data = content.encode() if isinstance(content, str) else content
        row = upload(actor=by, app=app, file=io.BytesIO(data), name=name)
        options = {"mapping": row.mapping, "mode": "insert", "key": "", "policy": "all"} | how
        start(actor=by, app=app, number=row.pk, **options)
        if run:
            jobs.drain()
        row.refresh_from_db()
        return row

    return make
