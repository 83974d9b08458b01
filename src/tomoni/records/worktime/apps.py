"""Django app of working time; a part of the records floor with tables of its own."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WorktimeConfig(AppConfig):
    """Working time per record (作業時間)."""

    name = "tomoni.records.worktime"
    label = "worktime"
    verbose_name = _("作業時間")

    def ready(self) -> None:
        """Register the periodic job that forgets the pseudonyms."""
        from tomoni.records.worktime import jobs  # noqa: F401
