"""Why somebody may or may not, and the app as they see it."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.django_db
WHY = "/build/apps/dental/why/"


def test_the_deciding_rule_is_named(dental, add, client_as, person):
    add(2)
    client = client_as("dx")
    clerk = person("clerk").pk
    page = client.get(WHY, {"person": clerk})
    assert page.status_code == 200
    rows = {r["verb"]: r for r in page.context["rows"]}
    assert rows["見る"]["may"]
    assert "アプリの権限1番目" in rows["見る"]["words"]
    assert not rows["設定"]["may"]
    assert client.get(WHY, {"person": clerk, "record": 1, "field": "氏名"}).status_code == 200
    assert client.get(WHY, {"person": 0}).status_code in (200, 404)
    assert client.get(WHY, {"person": 999999}).status_code == 404


def test_looking_as_somebody_is_read_only_and_noted(dental, add, client_as, person, stranger):
    from tomoni.core.models import AuditEntry

    add(2)
    client = client_as("dx")
    clerk = person("clerk").pk
    page = client.post(f"{WHY}?person={clerk}").content.decode()
    assert "として見ています" in page
    assert "住民 1" in page
    assert "住民 1" in client.post(f"{WHY}?person={clerk}&record=2").content.decode()
    assert "何も見えません" in client.post(f"{WHY}?person={stranger.pk}").content.decode()
    assert AuditEntry.objects.filter(verb="app.look_as").count() == 3
    assert client_as("clerk").get(WHY).status_code == 403
