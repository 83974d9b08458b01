"""Radio buttons (ラジオボタン): one of the choices, all of them in sight."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tomoni.records.fieldtypes.choice import Choice


class Radio(Choice):
    """One of the field's choices, shown as buttons."""

    name = "radio"
    label = _("ラジオボタン")
    kintone = "RADIO_BUTTON"
