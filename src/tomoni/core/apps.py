"""Django app of the room."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """Core: audit, outbox, jobs, files, mail, search, clock (土台)."""

    name = "tomoni.core"
    label = "core"
    verbose_name = "土台"
