"""Django app of the room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class KitsConfig(AppConfig):
    """Kits: installable solutions as data (キット)."""

    name = "tomoni.kits"
    label = "kits"
    verbose_name = "キット"

    def ready(self) -> None:
        """Rights and the menu."""
        from tomoni.core import registry

        registry.right("kits.install", _("キットを導入する"), "dx", "manager", "admin")
        registry.menu(
            registry.MenuItem(
                room="build",
                label=_("キット"),
                url_name="kits:list",
                description=_(
                    "ほかの自治体でも使える、アプリのひな形です。選ぶと、そのまま使えるアプリになります。"
                ),
                right=registry.right("kits.see", _("キットを見る"), "clerk", "dx", "manager", "admin"),
                order=30,
            )
        )
