"""Check boxes (チェックボックス): any number of choices, all of them in sight."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tomoni.records.fieldtypes.multichoice import MultiChoice


class CheckBox(MultiChoice):
    """Any number of the field's choices, shown as boxes."""

    name = "checkbox"
    label = _("チェックボックス")
    kintone = "CHECK_BOX"
