"""Django app of the room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RecordsConfig(AppConfig):
    """Records: the no-code heart (記録)."""

    name = "tomoni.records"
    label = "records"
    verbose_name = "記録"

    def ready(self) -> None:
        """Declare rights; open the request's memory of app versions."""
        from tomoni.core import registry
        from tomoni.records.schema import cache

        registry.right("apps.create", _("アプリを作る"), "dx")
        registry.right("apps.manage", _("すべてのアプリの設定を変える"))
        cache.connect()

        from tomoni.records.compute import jobs  # noqa: F401 - the job and, with it, the consumers of live lookups
        from tomoni.records.views import shell

        shell.register()
