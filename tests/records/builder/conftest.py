"""The dental app of the pages' tests."""

from tests.records.ui.conftest import add, dental, stranger  # noqa: F401
