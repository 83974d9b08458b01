"""What this room writes into the audit chain, in words (したこと)."""

from django.utils.translation import gettext_lazy as _

LABEL = _("住民の声")
VERBS = {
    "participation.answer": _("住民が質問に答えた"),
}
