"""Django app of the room."""

from django.apps import AppConfig


class ProceduresConfig(AppConfig):
    """Procedures: resident forms, submissions, status (手続)."""

    name = "tomoni.procedures"
    label = "procedures"
    verbose_name = "手続"
