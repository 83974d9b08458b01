"""Personal views: one's own only, opened first when asked, never with an individual number."""

from __future__ import annotations

import pytest

from tomoni.core.errors import Invalid
from tomoni.records import facade
from tomoni.records.saved.actions.keep_view import keep_view
from tomoni.records.saved.models import SavedView
from tomoni.records.schema.spec import AppSpec, FieldSpec, RightSpec

pytestmark = pytest.mark.django_db
BASE = "/build/apps/notes/"


@pytest.fixture
def notes(actor):
    fields = (FieldSpec("題", "text", "題"),)
    rights = (RightSpec("staff", ("view", "add", "edit")),)
    return facade.create_app(
        actor=actor("dx"), spec=AppSpec("notes", "控え", fields=fields, rights=rights, title_field="題")
    )


def test_a_view_is_kept_and_opens_first_for_its_owner_only(notes, client_as):
    clerk, dx = client_as("clerk"), client_as("dx")
    data = {"name": "急ぎ", "page": "list", "_back": f"{BASE}?c=題~like~急&record=3", "first": "1"}
    assert clerk.post("/build/mine/notes/keep/", data).status_code == 302
    row = SavedView.objects.get()
    assert "record" not in row.address
    opened = clerk.get(BASE)
    assert opened.status_code == 302
    page = clerk.get(opened["Location"])
    assert [c["text"] for c in page.context["chips"]]
    assert [one.name for one in page.context["mine"]] == ["急ぎ"]
    assert dx.get(BASE).context["mine"] == []
    assert dx.post(f"/build/mine/notes/{row.pk}/forget/").status_code == 404
    assert clerk.post(f"/build/mine/notes/{row.pk}/forget/").status_code == 302
    assert clerk.get(BASE).status_code == 200


def test_the_same_name_is_written_over(notes, actor):
    for address in ("c=a", "c=b"):
        keep_view(actor=actor("clerk"), app="notes", name="急ぎ", page="chart", address=address)
    assert SavedView.objects.get().address == "c=b"


@pytest.mark.parametrize("wrong", [{"name": " "}, {"page": "trash"}, {"name": "1234 5678 9018"}])
def test_what_cannot_be_kept(notes, actor, wrong):
    with pytest.raises(Invalid):
        keep_view(
            actor=actor("clerk"), app="notes", **{"name": "急ぎ", "page": "list", "address": "", **wrong}
        )
