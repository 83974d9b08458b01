"""What this room writes into the audit chain, in words (したこと)."""

from django.utils.translation import gettext_lazy as _

LABEL = _("アプリと記録")
VERBS = {
    "record.create": _("記録を登録した"),
    "record.update": _("記録を直した"),
    "record.delete": _("記録をごみ箱に入れた"),
    "record.restore": _("記録をごみ箱から戻した"),
    "record.purge": _("記録を完全に消した"),
    "record.action": _("記録の状態を進めた"),
    "record.assign": _("記録の担当を決めた"),
    "record.restore_revision": _("記録を前の内容に戻した"),
    "record.import": _("記録をまとめて取り込んだ"),
    "app.create": _("アプリをつくった"),
    "app.update": _("アプリの設定を変えた"),
    "app.delete": _("アプリをごみ箱に入れた"),
    "app.restore": _("アプリをごみ箱から戻した"),
    "app.add_field": _("項目を加えた"),
    "app.update_field": _("項目を直した"),
    "app.begin_field_type": _("項目の種類を変え始めた"),
    "app.change_field_type": _("項目の種類を変えた"),
    "app.move_fields": _("項目の順を変えた"),
    "app.delete_field": _("項目をごみ箱に入れた"),
    "app.restore_field": _("項目をごみ箱から戻した"),
    "app.purge_field": _("項目を完全に消した"),
    "app.set_process": _("プロセスを変えた"),
    "app.set_views": _("一覧を変えた"),
    "app.set_rights": _("アプリの権限を変えた"),
    "app.add_slots": _("予約枠を加えた"),
    "app.change_slot": _("予約枠を変えた"),
    "app.remove_slot": _("予約枠を消した"),
    "comment.add": _("コメントを書いた"),
    "comment.edit": _("コメントを直した"),
    "comment.delete": _("コメントを消した"),
    "app.export": _("記録を書き出した"),
}
