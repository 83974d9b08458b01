"""Django app of the room."""

from django.apps import AppConfig


class AutomationConfig(AppConfig):
    """Automation: trigger, condition, action (自動処理)."""

    name = "tomoni.automation"
    label = "automation"
    verbose_name = "自動処理"
