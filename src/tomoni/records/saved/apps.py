"""Django app of personal views; a part of the records floor with a table of its own."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SavedConfig(AppConfig):
    """Personal views (自分の一覧)."""

    name = "tomoni.records.saved"
    label = "record_views"
    verbose_name = _("自分の一覧")
