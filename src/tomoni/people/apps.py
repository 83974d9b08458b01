"""Django app of the room."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """People: accounts, departments, roles, sign-in, tokens (人と組織)."""

    name = "tomoni.people"
    label = "people"
    verbose_name = "人と組織"
