"""Django app of the room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RecordsConfig(AppConfig):
    """Records: the no-code heart (記録)."""

    name = "tomoni.records"
    label = "records"
    verbose_name = "記録"

    def ready(self) -> None:
        """Declare rights."""
        from tomoni.core import registry

        registry.right("apps.create", _("アプリを作る"), "dx")
        registry.right("apps.manage", _("すべてのアプリの設定を変える"))

        from tomoni.records import (
            audited,
            jobs,  # noqa: F401  # registers the job
        )
        from tomoni.records.compute import jobs as compute_jobs  # noqa: F401  # and the consumers of live lookups
        from tomoni.records.views import shell

        audited.declare()
        shell.register()
