"""Health, readiness, metrics, the access log and the request id."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest
from django.test import Client

from tomoni.core import clock
from tomoni.core.models import WorkerBeat
from tomoni.core.web import health
from tomoni.core.web.beat import Beat, alive


def test_healthz(db, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert Client().get("/healthz").content == b"ok\n"


def test_readyz(db, monkeypatch):
    answer = Client().get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"] == {
        "database": True,
        "migrations": True,
        "dispatcher": False,
        "disk": True,
    }
    beat = Beat("dispatcher")
    beat.tick()
    assert Client().get("/readyz").status_code == 200
    with clock.at(clock.now() + timedelta(minutes=2)):
        assert not alive("dispatcher")
    monkeypatch.setitem(health.CHECKS, "disk", lambda: 1 / 0)
    broken = Client().get("/readyz")
    assert broken.status_code == 503
    assert "division" not in broken.text
    beat.end()
    assert not WorkerBeat.objects.filter(kind="dispatcher").exists()


def test_metrics_needs_its_token(db, settings):
    client = Client()
    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404
    settings.METRICS_TOKEN = "metrics-secret"
    assert client.get("/metrics", headers={"Authorization": "Bearer wrong"}).status_code == 404
    assert client.get("/metrics", {"token": "metrics-secret"}).status_code == 404
    client.get("/healthz")
    answer = client.get("/metrics", headers={"Authorization": "Bearer metrics-secret"})
    assert answer.status_code == 200
    for line in (
        'tomoni_requests_total{method="GET",route="healthz",status="200"}',
        'tomoni_request_seconds_bucket{le="0.005",route="healthz"}',
        'tomoni_jobs{state="running"} 0.0',
        'tomoni_outbox_deliveries{state="dead"} 0.0',
        'tomoni_mails{state="sent"} 0.0',
        "tomoni_audit_unsealed 0.0",
        "tomoni_database_bytes",
    ):
        assert line in answer.text


@pytest.fixture
def access(caplog):
    caplog.set_level(logging.DEBUG, logger="tomoni.access")
    logging.getLogger("tomoni").propagate = True
    return caplog


def test_one_line_a_request_without_its_secrets(db, access):
    client = Client()
    client.get("/connect/mail/123/", {"receipt": "R8-SECRET"})
    client.get("/no/such/R8-SECRET/")
    client.generic("BREW", "/healthz")
    found = [(r.method, r.route, r.status) for r in access.records if r.name == "tomoni.access"]
    assert found[0] == ("GET", "connect/mail/<int:pk>/", 302)
    assert found[1][1:] == ("unmatched", 404)
    assert found[2] == ("OTHER", "healthz", 405)
    assert not any("SECRET" in str(r.__dict__) for r in access.records if r.name == "tomoni.access")


def test_request_id(db):
    assert Client().get("/healthz", headers={"X-Request-Id": "abcdefgh-1"})["X-Request-Id"] == "abcdefgh-1"
    for bad in ("short", "with space in it", "x" * 100, "line\tbreak-aaaa"):
        assert Client().get("/healthz", headers={"X-Request-Id": bad})["X-Request-Id"] != bad
