"""Django app of the room."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    """UI: the design system and shells (見た目)."""

    name = "tomoni.ui"
    label = "ui"
    verbose_name = "見た目"
