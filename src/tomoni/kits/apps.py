"""Django app of the room."""

from django.apps import AppConfig


class KitsConfig(AppConfig):
    """Kits: installable solutions as data (キット)."""

    name = "tomoni.kits"
    label = "kits"
    verbose_name = "キット"
