"""What is purged is nowhere any more: not in columns, links, revisions or the search index."""

from __future__ import annotations

import pytest
from django.db import connection

from tomoni.core.errors import Forbidden, NotFound
from tomoni.records import facade, search
from tomoni.records.ddl.tables import tables
from tomoni.records.models import Revision


@pytest.fixture
def filled(app, actor):
    dx = actor("dx")
    for name in ("山田花子", "鈴木一郎"):
        facade.create_record(
            actor=dx, app="dental", values={"氏名": name, "相談": "秘密の悩み", "希望": ["相談"]}
        )
    facade.update_record(actor=dx, app="dental", record=1, values={"相談": "別の悩み", "希望": []})
    return dx


def candidates(app_id, needle):
    sql, parameters = search.candidates(app_id, needle)
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return {row[0] for row in cursor.fetchall()}


def test_purging_a_field(app, filled):
    field = app.field("相談")
    with pytest.raises(NotFound):
        facade.purge_field(actor=filled, app="dental", field_id=field.id)
    for code in ("相談", "希望"):
        facade.delete_field(actor=filled, app="dental", field=code)
    facade.purge_field(actor=filled, app="dental", field_id=field.id)
    after = facade.purge_field(actor=filled, app="dental", field_id=app.field("希望").id)
    assert after.trash == ()
    model = tables(app)
    assert set(model.record._default_manager.values_list(f"c_{field.id}", f"c_{field.id}_fold")) == {
        (None, None)
    }
    assert not model.link._default_manager.exists()
    assert "悩み" not in str(list(Revision.objects.values_list("changes", flat=True)))
    assert candidates(app.id, "悩み") == set()
    assert candidates(app.id, "花子") == {1}
    assert len(facade.history(actor=filled, app="dental", record=1)) == 2
    facade.update_record(actor=filled, app="dental", record=1, values={"氏名": "山田次郎"})
    assert facade.find(actor=filled, app="dental", query='氏名 like "次郎"').total == 1


def test_purging_a_record(app, actor, filled):
    with pytest.raises(NotFound):
        facade.purge_record(actor=filled, app="dental", record=1)
    facade.delete_record(actor=filled, app="dental", record=1)
    with pytest.raises(Forbidden):
        facade.purge_record(actor=actor("clerk"), app="dental", record=1)
    facade.purge_record(actor=filled, app="dental", record=1)
    assert list(tables(app).record._default_manager.values_list("pk", flat=True)) == [2]
    assert Revision.objects.filter(record=1).count() == 0
    assert (candidates(app.id, "花子"), candidates(app.id, "秘密")) == (set(), {2})
    assert facade.create_record(actor=filled, app="dental", values={"氏名": "x"}).id == 3
    assert len(facade.state_log(app="dental")) == 3


def test_the_index_can_be_rebuilt(app, filled):
    search.rebuild(app)
    assert (candidates(app.id, "悩み"), candidates(app.id, "一郎")) == ({1, 2}, {2})
