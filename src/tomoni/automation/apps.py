"""Django app of the room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AutomationConfig(AppConfig):
    """Automation: trigger, condition, action (自動処理)."""

    name = "tomoni.automation"
    label = "automation"
    verbose_name = "自動処理"

    def ready(self) -> None:
        """Kinds of action, placeholders, the consumer, the menu."""
        from tomoni.automation import consumers, jobs, registry, sections, texts, today, uses  # noqa: F401
        from tomoni.automation.actions.follow_renames import follow_renames
        from tomoni.automation.kinds import create_record, mail, notice, run_action, set_field, webhook
        from tomoni.core import registry as core
        from tomoni.records import uses as used
        from tomoni.records.keeping import sources

        kinds = (
            mail.Mail(), notice.Notice(), set_field.SetField(), run_action.RunAction(), create_record.CreateRecord(),
            webhook.Webhook(),
        )  # fmt: skip
        for kind in kinds:
            registry.kind(kind)
        texts.install_placeholders()
        core.today(today.waiting)
        used.field_source(uses.of_field)
        used.rename_listener(follow_renames)
        sources.explain(sections.of_app)
        core.menu(
            core.MenuItem(
                room="build",
                label=_("自動処理"),
                url_name="automation:list",
                description=_("状態が変わったときのメールやお知らせなどを、きまりにします。"),
                right=core.right(
                    "automation.see", _("自動処理のページを見る"), "clerk", "dx", "manager", "admin"
                ),
                order=40,
            )
        )
