"""Fixtures of the engine's tests."""

from __future__ import annotations

import pytest
from records_shapes import dental


@pytest.fixture
def app(actor):
    """The published app."""
    from tomoni.records import facade

    return facade.create_app(actor=actor("dx"), spec=dental())
