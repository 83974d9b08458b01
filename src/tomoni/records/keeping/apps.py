"""Django app of keeping; a part of the records floor with tables of its own."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class KeepingConfig(AppConfig):
    """Owners, handover, retention and disposal (引継ぎと保存)."""

    name = "tomoni.records.keeping"
    label = "record_keeping"
    verbose_name = _("引継ぎと保存")

    def ready(self) -> None:
        """Rights, the page 今日, the menu, what guards records on hold, the periodic jobs."""
        from tomoni.core import registry
        from tomoni.records import uses
        from tomoni.records.keeping import jobs, today  # noqa: F401
        from tomoni.records.keeping.holds import held

        registry.right("keeping.all", _("担当者のいないアプリを見て、引き継ぐ"), "dx")
        registry.right("keeping.approve", _("自分の部・課の記録の廃棄を承認する"), "manager")
        registry.today(today.waiting)
        uses.hold_source(held)
        registry.menu(
            registry.MenuItem(
                room="build",
                label=_("引継ぎと保存"),
                url_name="keeping:home",
                description=_("アプリの担当者、引継書、保存年限、記録の廃棄。"),
                right=registry.right(
                    "keeping.see", _("引継ぎと保存のページを見る"), "clerk", "dx", "manager", "admin"
                ),
                order=50,
            )
        )
