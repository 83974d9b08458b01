"""Django app of the room."""

from __future__ import annotations

from pathlib import Path

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProceduresConfig(AppConfig):
    """Procedures: resident forms, submissions, status (手続)."""

    name = "tomoni.procedures"
    label = "procedures"
    verbose_name = "手続"

    def ready(self) -> None:
        """Announce rights, menu, the pages' sources, the kit part and the nightly job."""
        from tomoni.core import registry
        from tomoni.kits import registry as kits
        from tomoni.procedures import jobs, kitpart, sources, uses
        from tomoni.procedures import kits as kit_texts
        from tomoni.procedures.actions.follow_renames import follow_renames
        from tomoni.procedures.kits import register as register_placeholders
        from tomoni.records import uses as used

        assert jobs
        registry.right("forms.manage", _("公開フォームを作り、公開する"), "dx", "manager", "admin")
        registry.menu(
            registry.MenuItem(
                room="connect",
                label=_("届いた申請"),
                url_name="procedures:staff_submissions",
                description=_("スマートフォン、電話、窓口から届いた申請を見ます。手紙を印刷できます。"),
                order=10,
            ),
            registry.MenuItem(
                room="connect",
                label=_("公開フォーム"),
                url_name="procedures:staff_forms",
                description=_("住民に聞く質問を決め、受付を始めます。電話と窓口の申請も、ここから入れます。"),
                order=20,
            ),
        )
        registry.today(sources.today)
        used.field_source(uses.of_field)
        used.rename_listener(follow_renames)
        used.record_source(uses.of_record)
        used.promise_source(sources.promised)
        registry.resident_home(sources.resident_home)
        kits.part(
            "form",
            install=kitpart.install,
            export=kitpart.export,
            label=_("公開フォーム"),
            check=kitpart.check,
            words=kitpart.words,
        )
        kit_texts.register()
        kits.folder(Path(__file__).with_name("kits"))
        register_placeholders()
