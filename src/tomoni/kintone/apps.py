"""Django app of the kintone-compatible API; it keeps nothing but cursors."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class KintoneConfig(AppConfig):
    """The kintone-compatible API (kintone互換API)."""

    name = "tomoni.kintone"
    label = "kintone"
    verbose_name = _("kintone互換API")

    def ready(self) -> None:
        """Register the calls and the periodic job that forgets old cursors."""
        from tomoni.kintone import calls, jobs  # noqa: F401
