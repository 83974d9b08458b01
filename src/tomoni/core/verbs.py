"""What this room writes into the audit chain, in words (したこと)."""

from django.utils.translation import gettext_lazy as _

LABEL = _("全体")
VERBS = {
    "town.set": _("自治体の設定を変えた"),
    "mail.resend": _("メールをもう一度送った"),
    "job.cancel": _("処理を止めた"),
    "outbox.retry": _("届かなかった処理をもう一度試した"),
    "file.store": _("ファイルを保存した"),
}
