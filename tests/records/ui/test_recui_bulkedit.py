"""One value into many records: preview, apply, who was faster, all that match."""

from __future__ import annotations

import pytest

from tomoni.records import facade

pytestmark = pytest.mark.django_db
BASE = "/build/apps/dental/"
URL = f"{BASE}bulk/edit/"


def of(actor, record, code="人数"):
    return facade.get(actor=actor("clerk"), app="dental", record=record.id).values[code]


def test_a_look_first_then_the_change(dental, add, actor, client_as):
    one, two, three = add(3)
    clerk = client_as("clerk")
    ids = [f"{r.id}:{r.revision}" for r in (one, two)]
    assert clerk.post(URL, {"id": ids}).context["spec"] is None
    assert clerk.post(URL, {"id": ids, "field": "人数"}).context["spec"].code == "人数"
    look = clerk.post(URL, {"id": ids, "field": "人数", "人数": "5", "_step": "preview"})
    assert {(c.before, c.after) for c in look.context["examples"]} == {("2人", "5人")}
    assert of(actor, one) == 2
    facade.update_record(actor=actor("dx"), app="dental", record=two.id, values={"人数": "9"})
    result = clerk.post(URL, {"id": ids, "field": "人数", "人数": "5", "_step": "apply"})
    assert [f.id for f in result.context["failures"]] == [two.id]
    assert (of(actor, one), of(actor, two), of(actor, three)) == (5, 9, 2)


def test_what_cannot_be_is_refused_before_anything(dental, add, actor, client_as):
    (one,) = add(1)
    clerk = client_as("clerk")
    for step in ("preview", "apply"):
        answer = clerk.post(URL, {"id": [str(one.id)], "field": "人数", "人数": "99", "_step": step})
        assert answer.status_code == 422
    assert of(actor, one) == 2
    assert clerk.post(URL, {}).status_code == 302
    assert clerk.get(URL).status_code == 405


def test_all_that_match(dental, add, actor, client_as):
    (one,) = add(1, 種類="むし歯")
    (two,) = add(1, 種類="歯みがき")
    clerk = client_as("clerk")
    data = {"all": "1", "_back": f"{BASE}?c=種類~in~むし歯", "field": "種類"}
    look = clerk.post(URL, data | {"種類": "そのほか", "_step": "preview"})
    assert [r.id for r in look.context["records"]] == [one.id]
    ids = [f"{r.id}:{r.revision}" for r in look.context["records"]]
    clerk.post(URL, {"id": ids, "field": "種類", "種類": "そのほか", "_step": "apply"})
    assert (of(actor, one, "種類"), of(actor, two, "種類")) == ("そのほか", "歯みがき")
