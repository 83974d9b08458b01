"""Django app of imports and exports; a part of the records floor with tables of its own."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TransferConfig(AppConfig):
    """Files in and out (取り込みと書き出し)."""

    name = "tomoni.records.transfer"
    label = "record_transfer"
    verbose_name = _("取り込みと書き出し")

    def ready(self) -> None:
        """Register the jobs."""
        from tomoni.records.transfer import jobs  # noqa: F401
