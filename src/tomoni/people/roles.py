"""The roles (役割). What each may do is declared by the rooms (`core.registry.right`)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

ROLES = {
    "clerk": _("職員"),
    "dx": _("DX推進担当"),
    "manager": _("管理職"),
    "admin": _("システム管理者"),
    "resident": _("住民"),
    "partner": _("協力者"),
}
