"""Throttles: fixed windows, by key, swept. Concurrency: test_processes.py."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import cache

from tomoni.core import clock, throttle
from tomoni.core.actions import action
from tomoni.core.actor import system
from tomoni.core.errors import TooMany
from tomoni.core.models import ThrottleRow

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


def test_window(db):
    with clock.at(NOW):
        assert [throttle.hit("a", limit=3, seconds=60) for _ in range(3)] == [1, 2, 3]
    with clock.at(NOW + timedelta(seconds=20)):
        with pytest.raises(TooMany) as found:
            throttle.hit("a", limit=3, seconds=60)
        assert found.value.details["retry_after"] == 40
        assert throttle.blocked("a", limit=3) == 40
        assert throttle.blocked("b", limit=3) == 0
        assert throttle.hit("b", limit=3, seconds=60) == 1
    with clock.at(NOW + timedelta(seconds=60)):
        assert throttle.blocked("a", limit=3) == 0
        assert throttle.hit("a", limit=3, seconds=60) == 1


def test_reset_and_sweep(db):
    with clock.at(NOW):
        throttle.hit("a", limit=1, seconds=60)
        throttle.reset("a")
        assert throttle.hit("a", limit=1, seconds=60) == 1
        throttle.hit("b", limit=1, seconds=600)
    with clock.at(NOW + timedelta(seconds=120)):
        assert throttle.sweep() == 1
        assert ThrottleRow.objects.count() == 1


def test_keys_are_not_kept(db):
    throttle.hit("login:taro@example.jp", limit=1, seconds=60)
    assert "taro" not in ThrottleRow.objects.get().key


def test_inside_an_action_is_refused(db):
    @action("test.throttled")
    def throttled(*, actor):
        throttle.hit("a", limit=1, seconds=60)

    with pytest.raises(RuntimeError):
        throttled(actor=system("test"))


def test_the_cache_works_right_after_migrate(db):
    cache.set("鍵", {"a": [1]}, 60)
    assert cache.get("鍵") == {"a": [1]}
    assert cache.add("n", 1)
    assert cache.incr("n") == 2
