"""What this room writes into the audit chain, in words (したこと)."""

from django.utils.translation import gettext_lazy as _

LABEL = _("人と組織")
VERBS = {
    "session.in": _("サインインした"),
    "session.out": _("サインアウトした"),
    "session.refused": _("サインインできなかった"),
    "session.guessing": _("サインインの失敗が続いたことを知らせた"),
    "people.create": _("利用者を登録した"),
    "people.update": _("利用者の氏名や連絡先を直した"),
    "people.open": _("利用者をまた使えるようにした"),
    "people.close": _("利用者の利用を止めた"),
    "people.password_link": _("パスワードのリンクをつくった"),
    "people.password": _("パスワードを決めた"),
    "people.reset_second_factor": _("2段階の確認を消した"),
    "people.grant_role": _("役割を付けた"),
    "people.end_role": _("役割を外した"),
    "people.move": _("異動を登録した"),
    "people.leave": _("所属を外した"),
    "token.create": _("APIトークンをつくった"),
    "token.revoke": _("APIトークンを取り消した"),
    "department.create": _("組織を加えた"),
    "department.change": _("組織を改編した"),
    "department.cancel": _("組織の予定を取り消した"),
    "department.close": _("組織を廃止した"),
}
