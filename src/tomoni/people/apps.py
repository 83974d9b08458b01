"""Django app of the room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PeopleConfig(AppConfig):
    """People: accounts, departments, roles, sign-in, tokens (人と組織)."""

    name = "tomoni.people"
    label = "people"
    verbose_name = "人と組織"

    def ready(self) -> None:
        """Declare rights and menu entries; note sign-ins in the audit chain."""
        from tomoni.core.registry import MenuItem, menu, names, right, searcher
        from tomoni.people import audited, signals
        from tomoni.people.queries import display_names
        from tomoni.people.search import find_departments

        right("people.manage", _("利用者を登録し、役割と所属を決める"), "admin", "dx")
        right("people.departments", _("組織を変える"), "admin", "dx")
        right("people.tokens", _("自分のAPIトークンをつくる"), "admin", "dx", "clerk", "manager")
        menu(
            MenuItem(
                "settings",
                _("利用者"),
                "people:users",
                _("登録、役割、所属、パスワードの案内"),
                "people.manage",
                10,
            ),
            MenuItem(
                "settings",
                _("組織"),
                "people:departments",
                _("部・課・係の木。改編は日付で"),
                "people.departments",
                20,
            ),
        )
        searcher(find_departments)
        names(display_names)
        audited.declare()
        signals.connect()
