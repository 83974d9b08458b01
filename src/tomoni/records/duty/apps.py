"""Django app of duty; a part of the records floor with tables of its own."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DutyConfig(AppConfig):
    """Deputies, approvals by several people, deadlines (代理・承認・期限)."""

    name = "tomoni.records.duty"
    label = "record_duty"
    verbose_name = _("代理と期限")

    def ready(self) -> None:
        """Declare rights; register the daily job and what waits on the page 今日."""
        from tomoni.core import registry
        from tomoni.records.duty import (
            jobs,  # noqa: F401
            today,
        )

        registry.right("duty.manage", _("ほかの人の代理を決める"), "manager")
        registry.today(today.overdue)
        registry.menu(
            registry.MenuItem(
                "build",
                _("代理"),
                "records:duty",
                _("休みや出張のあいだ、処理を代わってもらう人を決めます。"),
                order=80,
            )
        )
