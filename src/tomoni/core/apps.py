"""Django app of the room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    """Core: audit, outbox, jobs, files, mail, search, clock (土台)."""

    name = "tomoni.core"
    label = "core"
    verbose_name = "土台"

    def ready(self) -> None:
        """Declare rights and menu entries; load consumers and periodic jobs."""
        from tomoni.core import registry
        from tomoni.core.audit import jobs  # noqa: F401  # registers the nightly verification
        from tomoni.core.files import sweep as sweep_files  # noqa: F401  # registers a periodic job
        from tomoni.core.jobs import sweep  # noqa: F401  # registers periodic jobs
        from tomoni.core.mail import send  # noqa: F401  # registers the consumer of mails
        from tomoni.core.registry import MenuItem

        registry.right("audit.view", _("監査の記録を見る"), "admin", "dx", "manager")
        registry.right("mail.view", _("送ったメールを見る"), "clerk", "dx", "manager", "admin")
        registry.right("mail.resend", _("メールをもう一度送る"), "clerk", "dx", "manager", "admin")
        registry.right("town.edit", _("自治体の設定を変える"), "dx", "admin")
        registry.right("jobs.view_all", _("すべての処理を見る"), "admin")
        registry.right("outbox.view", _("届かなかった処理を見る"), "dx", "admin")
        registry.menu(
            MenuItem(
                "connect",
                _("送ったメール"),
                "core:mail_list",
                _("メールが届いたか、届かなかったか"),
                "mail.view",
                80,
            ),
            MenuItem("settings", _("自治体"), "core:town", _("名前と、住民に見せる連絡先"), "town.edit", 10),
            MenuItem(
                "settings",
                _("監査の記録"),
                "core:audit",
                _("だれが何をしたか。書き換えがないか"),
                "audit.view",
                80,
            ),
            MenuItem(
                "settings",
                _("届かなかった処理"),
                "core:outbox",
                _("あきらめた処理と、その理由"),
                "outbox.view",
                90,
            ),
        )
