"""Search after an import: what waits for the index is found all the same, and the job brings the index up to it."""

from __future__ import annotations

import pytest
from records_shapes import dental

from tomoni.core import jobs
from tomoni.records import facade, search
from tomoni.records.actions import create_records
from tomoni.records.models import Counter


@pytest.fixture
def imported(app, actor, monkeypatch):
    """Two records written one by one, then five by an import whose index waits."""
    monkeypatch.setattr(create_records, "INDEXED_AT_ONCE", 3)
    monkeypatch.setattr(search, "BATCH", 2)
    dx = actor("dx")
    for name in ("先の一人", "先の二人"):
        facade.create_record(actor=dx, app="dental", values={"氏名": name})
    facade.create_records(actor=dx, app="dental", rows=[{"氏名": f"後の{n}人"} for n in "一二三四五"])
    return dx


def found(actor, needle):
    return {r.id for r in facade.find(actor=actor, app="dental", query=f'氏名 like "{needle}"').records}


def indexed(app_id, needle):
    """What the index alone would give."""
    from django.db import connection

    sql, parameters = search.candidates(app_id, needle)
    with connection.cursor() as cursor:
        cursor.execute(sql.partition(" UNION ")[0], parameters[:1])
        return {row[0] for row in cursor.fetchall()}


def test_what_waits_is_found_and_changes_are_seen(imported, app):
    assert Counter.objects.get(app=app.id).indexed == 2
    assert search.waiting() == [app.id]
    assert found(imported, "後の") == {3, 4, 5, 6, 7}
    assert indexed(app.id, "後の") == set()
    facade.update_record(actor=imported, app="dental", record=4, values={"氏名": "変えた人"}, revision=None)
    later = facade.create_record(actor=imported, app="dental", values={"氏名": "最後の人"}).id
    assert found(imported, "変えた") == {4}
    assert found(imported, "後の") == {3, 5, 6, 7, later}


def test_the_job_brings_the_index_up(imported, app):
    facade.update_record(actor=imported, app="dental", record=4, values={"氏名": "変えた人"}, revision=None)
    facade.create_record(actor=imported, app="dental", values={"氏名": "最後の人"})
    jobs.drain()
    assert Counter.objects.get(app=app.id).indexed is None
    assert search.waiting() == []
    assert indexed(app.id, "後の") == {3, 5, 6, 7, 8}
    facade.update_record(actor=imported, app="dental", record=3, values={"氏名": "先の人"}, revision=None)
    assert indexed(app.id, "後の") == {5, 6, 7, 8}
    assert found(imported, "先の") == {1, 2, 3}


def test_half_way_changes_on_both_sides_of_the_mark(imported, app):
    """After one step records 3 and 4 are indexed, 5 to 7 wait; each side's change ends up in the index once."""
    assert search.catch_up(facade.schema(code="dental"))
    assert indexed(app.id, "後の") == {3, 4}
    for record in (3, 6):
        facade.update_record(
            actor=imported, app="dental", record=record, values={"氏名": "変えた人"}, revision=None
        )
    assert found(imported, "変えた") == {3, 6}
    while search.catch_up(facade.schema(code="dental")):
        continue
    assert indexed(app.id, "変えた") == {3, 6}
    assert indexed(app.id, "後の") == {4, 5, 7}


def test_the_search_index_of_a_small_import_is_written_at_once(actor, section):
    dx = actor("dx")
    app = facade.create_app(actor=dx, spec=dental(code="small"))
    facade.create_records(actor=dx, app="small", rows=[{"氏名": "後の人"}] * 5)
    assert Counter.objects.get(app=app.id).indexed is None
    assert indexed(app.id, "後の") == {1, 2, 3, 4, 5}
