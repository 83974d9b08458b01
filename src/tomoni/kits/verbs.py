"""What this room writes into the audit chain, in words (したこと)."""

from django.utils.translation import gettext_lazy as _

LABEL = _("キット")
VERBS = {
    "kits.install": _("キットからアプリをつくった"),
    "kits.receive": _("キットを受け取った"),
    "kits.remove": _("キットを外した"),
}
