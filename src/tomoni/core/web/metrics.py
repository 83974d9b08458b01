"""/metrics for Prometheus, only with the bearer token; without a token set it does not exist."""

from __future__ import annotations

import hmac
import os
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.models import Count, Min
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from tomoni.core import clock
from tomoni.core.models import AuditEntry, Delivery, Job, Mail

REQUESTS = Counter(
    "tomoni_requests_total", "Requests by route, method and status.", ["route", "method", "status"]
)
LATENCY = Histogram(
    "tomoni_request_seconds",
    "Time to answer by route.",
    ["route"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)


class TownCollector(Collector):
    """Figures read from the database at each scrape, the same for every process."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Jobs, deliveries and mails by state; how long the oldest delivery waits; unsealed entries; size."""
        for name, text, model in (
            ("tomoni_jobs", "Jobs by state.", Job),
            ("tomoni_outbox_deliveries", "Deliveries of the outbox by state.", Delivery),
            ("tomoni_mails", "Mails by state.", Mail),
        ):
            gauge = GaugeMetricFamily(name, text, labels=["state"])
            found = dict(model.objects.order_by().values_list("state").annotate(Count("pk")))
            for state in model.State.values:
                gauge.add_metric([state], found.get(state, 0))
            yield gauge
        oldest = Delivery.objects.filter(state="waiting").aggregate(at=Min("event__created_at"))["at"]
        waited = (clock.now() - oldest).total_seconds() if oldest else 0
        yield GaugeMetricFamily(
            "tomoni_outbox_oldest_seconds", "Age of the oldest waiting delivery.", value=waited
        )
        unsealed = AuditEntry.objects.filter(seq__isnull=True).count()
        yield GaugeMetricFamily("tomoni_audit_unsealed", "Audit entries not chained yet.", value=unsealed)
        yield GaugeMetricFamily("tomoni_database_bytes", "Size of the database.", value=database_bytes())


def database_bytes() -> int:
    """The size of the database on disk."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_database_size(current_database())")
            return int(cursor.fetchone()[0])
    path = Path(str(settings.DATABASES["default"]["NAME"]))
    files = [path, path.with_name(path.name + "-wal")]
    return sum(f.stat().st_size for f in files if f.exists())


def permitted(request: HttpRequest) -> bool:
    """Whether the bearer token is the right one, compared in constant time."""
    token: str = settings.METRICS_TOKEN
    given = request.headers.get("Authorization", "")
    return bool(token) and hmac.compare_digest(given.encode(), f"Bearer {token}".encode())


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """The figures, or 404 for everybody without the token."""
    if not permitted(request):
        raise Http404
    town = CollectorRegistry()
    town.register(TownCollector())
    process: CollectorRegistry = REGISTRY
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        process = CollectorRegistry()
        MultiProcessCollector(process)
    return HttpResponse(generate_latest(process) + generate_latest(town), content_type=CONTENT_TYPE_LATEST)
