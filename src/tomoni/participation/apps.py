"""Django app of the room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ParticipationConfig(AppConfig):
    """Participation: residents' answers and voices (ともに)."""

    name = "tomoni.participation"
    label = "participation"
    verbose_name = "ともに"

    def ready(self) -> None:
        """Announce the right and the menu entry."""
        from tomoni.core import registry

        registry.right("participation.view", _("住民の声を読む"), "clerk", "dx", "manager", "admin")
        registry.menu(
            registry.MenuItem(
                room="together",
                label=_("住民の声"),
                url_name="participation:voices",
                description=_("手続のあとに聞いた「わかりやすかったですか」の答えを、業務ごとに読みます。"),
                right="participation.view",
                order=10,
            )
        )
