"""Django app of the room."""

from django.apps import AppConfig


class RecordsConfig(AppConfig):
    """Records: the no-code heart (記録)."""

    name = "tomoni.records"
    label = "records"
    verbose_name = "記録"
