"""Django app of the builder; a part of the records floor with a table of its own."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BuilderConfig(AppConfig):
    """Drafts and their steps (元に戻す・やり直す)."""

    name = "tomoni.records.builder"
    label = "record_builder"
    verbose_name = _("アプリの組み立て")
