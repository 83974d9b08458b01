"""Django app of the room."""

from django.apps import AppConfig


class ChallengesConfig(AppConfig):
    """Challenges: ECRS review, hypothesis, measured effect (取組)."""

    name = "tomoni.challenges"
    label = "challenges"
    verbose_name = "取組"
