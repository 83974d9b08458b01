"""Bookable slot (予約枠): a date-time that is one of the field's slots; the writer counts the seats under a lock."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from tomoni.records.fieldtypes.base import Unclean
from tomoni.records.fieldtypes.datetime import DateTime


class SlotType(DateTime):
    """The start of a slot. Whether it exists and has a seat is decided by `actions._slots` in the transaction."""

    name = "slot"
    label = _("予約枠")
    kintone = "DATETIME"
    option_names = frozenset({"capacity"})

    def check_options(self, options: Mapping[str, Any]) -> dict[str, Any]:
        """`capacity`: of new slots."""
        made = super().check_options(options)
        capacity = made.get("capacity", 1)
        if isinstance(capacity, bool) or not isinstance(capacity, int) or not 1 <= capacity <= 100_000:
            raise Unclean(_("定員は1以上の整数にしてください。"))
        return {**made, "capacity": capacity}
