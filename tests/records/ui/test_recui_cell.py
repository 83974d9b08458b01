"""Cells edited in place: with and without JavaScript, refused values, two editors."""

from __future__ import annotations

import pytest

from tomoni.records import facade
from tomoni.records.schema.spec import RightSpec

pytestmark = pytest.mark.django_db
BASE = "/build/apps/dental/"
PIECE = {"HTTP_X_PIECE": "1"}


def test_the_list_opens_cells_only_when_asked(dental, add, client_as):
    (record,) = add(1)
    clerk = client_as("clerk")
    assert "data-cell-edit" not in clerk.get(BASE).content.decode()
    text = clerk.get(f"{BASE}?edit=1&view=すべて").content.decode()
    assert f"{BASE}{record.id}/cell/%E4%BA%BA%E6%95%B0/?back=" in text
    assert "cell/%E5%86%99%E7%9C%9F" not in text  # files are not edited in a cell


def test_a_cell_is_saved_in_place(dental, add, actor, client_as):
    (record,) = add(1)
    clerk, url = client_as("clerk"), f"{BASE}{record.id}/cell/人数/"
    piece = clerk.get(url, **PIECE).content.decode()
    assert "data-cell-form" in piece
    assert "<html" not in piece
    done = clerk.post(url, {"人数": "５", "_revision": record.revision}, **PIECE)
    assert (done.status_code, "5人" in done.content.decode()) == (200, True)
    assert facade.get(actor=actor("clerk"), app="dental", record=record.id).values["人数"] == 5


def test_without_javascript_a_small_form_leads_back(dental, add, client_as):
    (record,) = add(1)
    clerk, url = client_as("clerk"), f"{BASE}{record.id}/cell/種類/"
    back = f"{BASE}?view=すべて&edit=1"
    assert "<html" in clerk.get(url, {"back": back}).content.decode()
    answer = clerk.post(url, {"種類": "むし歯", "_revision": record.revision, "_back": back})
    assert answer.status_code == 302
    assert answer["Location"].endswith(f"#r{record.id}")


def test_what_is_wrong_is_told_in_the_cell(dental, add, client_as):
    (record,) = add(1)
    answer = client_as("clerk").post(
        f"{BASE}{record.id}/cell/人数/", {"人数": "99", "_revision": record.revision}, **PIECE
    )
    assert answer.status_code == 422
    assert "10以下" in answer.content.decode()


def test_two_editors_see_both_versions(dental, add, actor, client_as):
    (record,) = add(1)
    clerk, url = client_as("clerk"), f"{BASE}{record.id}/cell/人数/"
    facade.update_record(actor=actor("dx"), app="dental", record=record.id, values={"人数": "7"})
    stale = clerk.post(url, {"人数": "3", "_revision": record.revision}, **PIECE)
    text = stale.content.decode()
    assert stale.status_code == 409
    assert "「7人」" in text
    assert 'value="3"' in text
    assert clerk.post(url, {"人数": "3", "_revision": stale.context["revision"]}, **PIECE).status_code == 200


def test_cells_follow_the_rights(dental, add, actor, client_as, stranger, client):
    (record,) = add(1)
    url = f"{BASE}{record.id}/cell/人数/"
    assert client_as("dx").get(f"{BASE}{record.id}/cell/写真/").status_code == 404
    assert client_as("dx").get(f"{BASE}{record.id}/cell/作成者/").status_code == 404
    facade.set_rights(
        actor=actor("dx"), app="dental", rights=(RightSpec("staff", ("view",)),), record_rule=""
    )
    assert client_as("clerk").post(url, {"人数": "3", "_revision": 1}, **PIECE).status_code == 403
