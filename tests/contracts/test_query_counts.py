"""No page asks the database more often than recorded, and no list asks more often because it is longer.

`query_counts.json` holds the number for every page that links lead to, as the first role that may open it.
After a change that is worth its queries: `TOMONI_TEST_UPDATE=1 pytest tests/contracts/test_query_counts.py`.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from contracts_town import APP, NOW, TASK, Town
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.e2e.site import crawl

RECORDED = Path(__file__).with_name("query_counts.json")
UPDATE = os.environ.get("TOMONI_TEST_UPDATE", "") not in ("", "0")
ROLES = ("dx", "manager", "admin", "clerk", "resident", "anonymous")
CASES, MORE = 4, 12
# Lists that grow with the town; the number of queries must not.
LISTS = {
    "list of records": ("clerk", f"/build/apps/{APP}/"),
    "calendar": ("clerk", f"/build/apps/{APP}/calendar/?month=2026-12"),
    "export": ("dx", f"/build/apps/{APP}/csv/"),
    "today": ("clerk", "/"),
    "search": ("clerk", "/search/?q=見本"),
    "submissions": ("clerk", "/connect/submissions/"),
    "mails": ("dx", "/connect/mail/"),
    "voices": ("dx", "/together/voices/"),
    "voices of a task": ("dx", f"/together/voices/{TASK}/"),
    "challenges": ("dx", "/choose/"),
    "one challenge": ("dx", "/choose/challenges/{challenge}/"),
    "notices": ("clerk", "/notices/"),
    "log of automation": ("dx", f"/build/automation/{APP}/log/"),
    "audit": ("admin", "/settings/audit/"),
    "people": ("admin", "/settings/people/"),
    "API": ("clerk", f"/api/v1/apps/{APP}/records?limit=100"),
}
# These show figures of all cases, or only the newest few: they do not grow.
SUMMARIES = ("today", "challenges", "one challenge", "voices", "search")


@pytest.fixture
def town(actor):
    """The small town at noon of 24 November 2026, with a few cases."""
    from tomoni.core import clock

    with clock.at(NOW):
        made = Town(actor)
        for _case in range(CASES):
            made.case()
        yield made


@pytest.fixture
def browser(client_as):
    """A client of a role, as a browser in Japan sends it."""

    def make(role: str) -> Client:
        client = Client() if role == "anonymous" else client_as(role)
        client.defaults["HTTP_ACCEPT_LANGUAGE"] = "ja"
        return client

    return make


def count(client: Client, path: str) -> tuple[int, int]:
    """Queries and length of a page that was opened before, so that caches are warm."""
    client.get(path)
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(path)
        assert answer.status_code == 200, f"{path}: {answer.status_code}"
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return len(asked), len(body)


def measured(browser) -> dict[str, dict[str, object]]:
    """route → role and queries, walking the links of each role."""
    found: dict[str, dict[str, object]] = {}
    for role in ROLES:
        client = browser(role)

        def get(path: str, client: Client = client) -> tuple[int, str, str]:
            answer = client.get(path)
            kind = answer.headers.get("Content-Type", "")
            readable = kind.startswith("text/html") and not answer.streaming
            return answer.status_code, kind, answer.content.decode() if readable else ""

        for route, paths in crawl(get).items():
            if route not in found:
                found[route] = {"as": role, "queries": count(client, paths[0])[0]}
    return dict(sorted(found.items()))


def write(counts: dict[str, dict[str, object]]) -> None:
    lines = [f"  {json.dumps(k, ensure_ascii=False)}: {json.dumps(v)}" for k, v in counts.items()]
    RECORDED.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


def test_no_page_needs_more_queries_than_recorded(town, browser):
    counts = measured(browser)
    if UPDATE:
        write(counts)
    recorded = json.loads(RECORDED.read_text(encoding="utf-8"))
    more = [
        f"{route} as {now['as']}: {now['queries']} queries, recorded {recorded[route]['queries']}"
        for route, now in counts.items()
        if route in recorded and now["queries"] > recorded[route]["queries"]
    ]
    changed = sorted(set(counts) ^ set(recorded))
    hint = "If this is meant: TOMONI_TEST_UPDATE=1 pytest tests/contracts/test_query_counts.py"
    assert not more, "\n".join([*more, hint])
    assert not changed, f"pages that came or went: {changed}\n{hint}"


@pytest.mark.parametrize("name", LISTS)
def test_a_longer_list_needs_no_more_queries(name, town, browser, person):
    role, path = LISTS[name]
    path = path.format(challenge=town.challenge_id)
    client = browser(role)
    few, short = count(client, path)
    for case in range(MORE):
        town.case()
        person("clerk", f"clerk-{case}")
    many, long = count(client, path)
    assert many <= few, f"{path} as {role} grows with its rows"
    assert long > short + 40 * MORE or name in SUMMARIES, f"{path} did not grow: the test tests nothing"
