"""Django app of comments and notices; a part of the records floor with tables of its own."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TalkConfig(AppConfig):
    """Comments and notices (コメントと通知)."""

    name = "tomoni.records.talk"
    label = "record_talk"
    verbose_name = _("コメントと通知")

    def ready(self) -> None:
        """Register the consumers and the periodic jobs."""
        from tomoni.records.talk import consumers, jobs  # noqa: F401
