"""What this room writes into the audit chain, in words (したこと)."""

from django.utils.translation import gettext_lazy as _

LABEL = _("見直しと取組")
VERBS = {
    "review.answer": _("見直しの質問に答えた"),
    "review.close": _("見直しを終えた"),
    "challenge.create": _("取組をつくった"),
    "challenge.edit": _("取組を直した"),
    "challenge.attach_app": _("取組にアプリをつないだ"),
    "challenge.start_round": _("計測を始めた"),
    "challenge.decide_round": _("続ける・直す・やめるを決めた"),
    "challenge.report_uses": _("生み出した時間の使い道を報告した"),
    "challenge.plan_ending": _("やめ方を決めた"),
    "challenge.decide_ending": _("やめることを決めた"),
    "challenge.tell_ending": _("やめることを知らせた"),
    "challenge.check_ending": _("やめたあとの時間を確かめた"),
}
