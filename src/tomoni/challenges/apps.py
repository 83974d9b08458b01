"""Django app of the room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ChallengesConfig(AppConfig):
    """Challenges: ECRS review, hypothesis, measured effect (取組)."""

    name = "tomoni.challenges"
    label = "challenges"
    verbose_name = "取組"

    def ready(self) -> None:
        """Declare rights, menu, what waits, what changed and what can be searched."""
        from tomoni.challenges import jobs, shell, town  # noqa: F401  # jobs registers the daily check
        from tomoni.challenges.access import DECIDE, EDIT, EDIT_ALL, REVIEW
        from tomoni.core import registry

        registry.right(REVIEW, _("仕事を見直す"), "clerk", "dx", "manager", "admin")
        registry.right(EDIT, _("取組をつくる・直す"), "clerk", "dx", "manager", "admin")
        registry.right(EDIT_ALL, _("ほかの課の取組も直す"), "dx", "manager", "admin")
        registry.right(DECIDE, _("取組を続けるか決める"), "dx", "manager", "admin")
        registry.menu(
            registry.MenuItem(
                "choose",
                _("見直しと取組"),
                "challenges:home",
                _("やめる、まとめる、順を変える、簡単にする。この順に問い、取組にします。"),
                order=10,
            ),
            registry.MenuItem(
                "choose",
                _("取組の一覧"),
                "challenges:list",
                _("進んでいる取組と、終わった取組を見ます。"),
                order=20,
            ),
        )
        registry.today(shell.today)
        registry.changes(shell.changes)
        registry.searcher(shell.search)
        registry.figures("section", shell.section_figures)
        registry.figures("town", town.town_figures)
