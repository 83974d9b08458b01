"""Django app of the room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WorkloadConfig(AppConfig):
    """Workload: hours by section and kind of work (業務量)."""

    name = "tomoni.workload"
    label = "workload"
    verbose_name = "仕事の時間"

    def ready(self) -> None:
        """Announce rights, menu, search and what waits today."""
        from tomoni.core import registry
        from tomoni.workload import announce, jobs  # noqa: F401

        registry.right("workload.view", _("仕事の時間を見る"), "clerk", "dx", "manager")
        registry.right("workload.import", _("業務量調査を取り込む"), "dx")
        registry.right("workload.measure", _("計測の結果を記録する"), "clerk", "dx", "manager")
        registry.right("workload.rank", _("見直しの候補の順を決める"), "dx", "manager")
        registry.menu(
            registry.MenuItem(
                "see",
                _("仕事の時間"),
                "workload:hours",
                _("課と業務分類ごとの時間、把握率、見直しの候補"),
                "workload.view",
                10,
            ),
            registry.MenuItem(
                "see",
                _("業務の一覧"),
                "workload:tasks",
                _("調査した業務を名前や課でさがす"),
                "workload.view",
                20,
            ),
            registry.MenuItem(
                "see",
                _("手続の一覧"),
                "workload:procedures",
                _("市区町村が受け取る手続と、年間件数・オンライン化"),
                "workload.view",
                30,
            ),
            registry.MenuItem(
                "see",
                _("調査票の取込"),
                "workload:intakes",
                _("業務量調査と、支払った時間のファイル"),
                "workload.import",
                40,
            ),
        )
        registry.searcher(announce.found)
        registry.today(announce.waiting)
