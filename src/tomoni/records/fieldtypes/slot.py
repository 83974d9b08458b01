"""Bookable slot (予約枠): a date-time that is one of the field's slots; the writer counts the seats under a lock."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from tomoni.records.fieldtypes.base import Context, Unclean
from tomoni.records.fieldtypes.datetime import DateTime
from tomoni.records.schema.spec import FieldSpec


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

    def clean(self, raw: Any, field: FieldSpec, context: Context) -> datetime | None:
        """A moment; what cannot be read as one is no slot."""
        try:
            return super().clean(raw, field, context)
        except Unclean:
            raise Unclean(_("枠を選び直してください。")) from None
