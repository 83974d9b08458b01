"""Django app of the room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from tomoni.core import unit
from tomoni.core.registry import MenuItem, menu, right


class CoreConfig(AppConfig):
    """Core: audit, outbox, jobs, files, mail, search, clock (土台)."""

    name = "tomoni.core"
    label = "core"
    verbose_name = "土台"

    def ready(self) -> None:
        """Declare rights and menu entries; load consumers and periodic jobs."""
        from tomoni.core.audit import jobs  # noqa: F401  # registers the nightly verification
        from tomoni.core.files import sweep as sweep_files  # noqa: F401  # registers a periodic job
        from tomoni.core.jobs import sweep  # noqa: F401  # registers periodic jobs
        from tomoni.core.mail import send  # noqa: F401  # registers the consumer of mails

        unit.connect()
        declare_rights()
        declare_menu()
        declare_audited()


def declare_rights() -> None:
    """The capabilities of the core's own pages."""
    right("audit.view", _("監査の記録を見る"), "admin", "dx", "manager")
    right("mail.view", _("送ったメールを見る"), "clerk", "dx", "manager", "admin")
    right("mail.resend", _("メールをもう一度送る"), "clerk", "dx", "manager", "admin")
    right("town.edit", _("自治体の設定を変える"), "dx", "admin")
    right("jobs.view_all", _("すべての処理を見る"), "admin")
    right("outbox.view", _("届かなかった処理を見る"), "dx", "admin")


def declare_menu() -> None:
    """Their menu entries."""
    fate, chain = _("メールが届いたか、届かなかったか"), _("だれが何をしたか。書き換えがないか")
    contact, given_up = _("名前と、住民に見せる連絡先"), _("あきらめた処理と、その理由")
    menu(
        MenuItem("connect", _("送ったメール"), "core:mail_list", fate, "mail.view", 80),
        MenuItem("settings", _("自治体"), "core:town", contact, "town.edit", 10),
        MenuItem("settings", _("監査の記録"), "core:audit", chain, "audit.view", 80),
        MenuItem("settings", _("届かなかった処理"), "core:outbox", given_up, "outbox.view", 90),
    )


def declare_audited() -> None:
    """The pages of what the core notes in the audit chain."""
    from collections.abc import Iterable

    from django.urls import reverse

    from tomoni.core.actions.set_town import words
    from tomoni.core.actor import Actor
    from tomoni.core.registry import Audited, audited, numbers

    def towns(actor: Actor, rests: Iterable[str]) -> dict[str, Audited]:
        return {rest: Audited(reverse("core:town"), "town.edit", words()) for rest in rests}

    def mails(actor: Actor, rests: Iterable[str]) -> dict[str, Audited]:
        return {
            str(pk): Audited(reverse("core:mail_detail", args=[pk]), "mail.view") for pk in numbers(rests)
        }

    def jobs(actor: Actor, rests: Iterable[str]) -> dict[str, Audited]:
        return {
            rest: Audited(reverse("core:job", args=[rest]), "jobs.view_all")
            for rest in rests
            if rest.isalnum()
        }

    audited("town", towns)
    audited("mail", mails)
    audited("job", jobs)
