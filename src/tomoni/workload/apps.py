"""Django app of the room."""

from django.apps import AppConfig


class WorkloadConfig(AppConfig):
    """Workload: hours by section and kind of work (業務量)."""

    name = "tomoni.workload"
    label = "workload"
    verbose_name = "仕事の時間"
