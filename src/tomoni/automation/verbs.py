"""What this room writes into the audit chain, in words (したこと)."""

from django.utils.translation import gettext_lazy as _

LABEL = _("自動処理")
VERBS = {
    "automation.create_rule": _("自動処理をつくった"),
    "automation.update_rule": _("自動処理を直した"),
    "automation.switch_on": _("自動処理を動かした"),
    "automation.switch_off": _("自動処理を止めた"),
    "automation.delete_rule": _("自動処理を消した"),
    "automation.retry_run": _("自動処理をもう一度試した"),
    "automation.mark_seen": _("自動処理の失敗を確かめた"),
    "automation.too_many": _("自動処理の件数が多すぎるので、残りを行わなかった"),
    "automation.purge_runs": _("自動処理の古い記録を消した"),
}
