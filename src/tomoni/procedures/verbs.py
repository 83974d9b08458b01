"""What this room writes into the audit chain, in words (したこと)."""

from django.utils.translation import gettext_lazy as _

LABEL = _("公開フォーム")
VERBS = {
    "procedures.create_form": _("公開フォームをつくった"),
    "procedures.update_form": _("公開フォームの設定を変えた"),
    "procedures.publish_form": _("公開フォームの受付を始めた"),
    "procedures.close_form": _("公開フォームの受付を終えた"),
    "procedures.install_form": _("キットから公開フォームをつくった"),
    "procedures.add_question": _("質問を加えた"),
    "procedures.update_question": _("質問を直した"),
    "procedures.move_question": _("質問の順を変えた"),
    "procedures.remove_question": _("質問を外した"),
    "procedures.start_draft": _("申請を書き始めた"),
    "procedures.email_draft_link": _("書きかけのリンクをメールで送った"),
    "procedures.purge_drafts": _("期限の切れた書きかけを消した"),
    "procedures.submit": _("申請を受け付けた"),
    "procedures.applicant_action": _("申請した人が状態を変えた"),
}
