"""The living style guide: every building block with its states and its code."""

from __future__ import annotations

from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

BLOCKS = [
    ("page-head", _("ページの見出し")),
    ("buttons", _("ボタン")),
    ("tags", _("状態の札")),
    ("table", _("表")),
    ("todo", _("用件の表")),
    ("fields", _("入力欄")),
    ("errors", _("入力の誤り")),
    ("question", _("質問のページ")),
    ("notice", _("お知らせの帯")),
    ("timeline", _("経過")),
    ("metrics", _("数字と出典")),
    ("chart", _("図と表")),
    ("facts", _("記録の項目")),
    ("chips", _("絞り込み")),
    ("progress", _("時間のかかる処理")),
    ("diff", _("違い")),
    ("calendar", _("月の暦")),
    ("empty", _("空のページ")),
]
PARTS = Path(__file__).resolve().parent.parent / "templates" / "ui" / "blocks"


def guide(request: HttpRequest) -> HttpResponse:
    """`/ui/`: open to everyone; it shows no data of the town."""
    blocks = [
        {
            "code": code,
            "name": name,
            "template": f"ui/blocks/{code}.html",
            "source": (PARTS / f"{code}.html").read_text(),
        }
        for code, name in BLOCKS
    ]
    return render(request, "ui/guide.html", {"blocks": blocks})
