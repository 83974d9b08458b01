"""Django app of the room."""

from django.apps import AppConfig


class ParticipationConfig(AppConfig):
    """Participation: residents' answers and voices (ともに)."""

    name = "tomoni.participation"
    label = "participation"
    verbose_name = "ともに"
