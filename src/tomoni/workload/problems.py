"""Problems of lines in words: the reason and what to do. The engine only knows codes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from tomoni.engines.workload.kinds import KINDS

_HEAD = _("見出しの行をひな形と同じ言葉にするか、下の一覧で列を選び直してください。")
REASONS: dict[str, tuple[Any, Any]] = {
    "individual_number": (
        _("個人番号（マイナンバー）と思われる12桁の数字があります。"),
        _("この数字を消してから、もう一度選んでください。ファイルは保存していません。"),
    ),
    "empty_file": (_("表が空です。"), _("調査票のシートが入ったファイルを選んでください。")),
    "no_head_survey": (
        _("見出しの行が見つかりません。課、業務分類、件数と時間（または月別の時間）の列が必要です。"),
        _HEAD,
    ),
    "no_head_paid": (
        _("見出しの行が見つかりません。課と、支払った時間（または所定時間）の列が必要です。"),
        _HEAD,
    ),
    "column_twice": (_("同じ意味の列が2つあります。"), _("どちらを使うか、下の一覧で選んでください。")),
    "total_row": (_("合計の行なので、取り込みません。"), _("直す必要はありません。")),
    "example_row": (_("記入例の行なので、取り込みません。"), _("直す必要はありません。")),
    "month_13": (
        _("12か月を超える月の欄に時間があります。"),
        _("4月から翌年3月までの12か月に直してください。"),
    ),
    "cell_error": (
        _("表計算の誤り（%(value)s）が残っています。"),
        _("元の式を直して、保存し直してください。"),
    ),
    "duplicate": (
        _("%(first)s 行目と同じ内容です。"),
        _("同じ仕事を2回数えないよう、どちらかを消してください。"),
    ),
    "same_step": (
        _("%(first)s 行目と同じ作業・担い手ですが、数が違います。両方を足して数えます。"),
        _("二重に書いていないか確かめてください。"),
    ),
    "no_task": (_("業務名も作業名もありません。"), _("大・中・小分類か作業のどれかを書いてください。")),
    "no_section": (_("課の名前がありません。"), _("課の名前を書いてください。")),
    "no_kind": (_("業務分類がありません。"), _("相談、受付、入力、確認などから選んで書いてください。")),
    "unknown_kind": (_("業務分類「%(value)s」がわかりません。"), _("次のどれかにしてください: %(kinds)s")),
    "too_long": (_("文字が長すぎます（%(length)s 文字）。"), _("%(limit)s 文字までに短くしてください。")),
    "count_not_number": (
        _("件数「%(value)s」を数として読めません。"),
        _("年間の件数を 1200 のように数字で書いてください。"),
    ),
    "count_too_large": (_("件数「%(value)s」が大きすぎます。"), _("桁を確かめてください。")),
    "count_rounded": (
        _("件数「%(value)s」に端数があるので、四捨五入しました。"),
        _("そのままでよければ、直す必要はありません。"),
    ),
    "negative": (_("「%(value)s」は 0 より小さい数です。"), _("0 以上の数に直してください。")),
    "about": (_("「%(value)s」は おおよその数として取り込みます。"), _("わかれば正確な数に直してください。")),
    "time_not_read": (
        _("時間「%(value)s」を読めません。"),
        _("8分、1.5時間、1時間30分 のように書いてください。"),
    ),
    "each_too_long": (
        _("1件あたりの時間「%(value)s」が 24時間を超えています。"),
        _("単位（分・時間）を確かめるか、作業を分けて書いてください。"),
    ),
    "no_time": (
        _("件数と1件あたりの時間がそろわず、月別の時間もありません。"),
        _("件数と1件あたりの時間、または月別の時間を書いてください。"),
    ),
    "too_many_hours": (
        _("1行で年 %(hours)s 時間になります。1年は最大でも 8,784 時間です。"),
        _("件数・時間の単位を確かめるか、行を分けてください。"),
    ),
    "zero_hours": (_("時間が 0 です。"), _("仕事がなくなったのでなければ、数を書いてください。")),
    "disagree": (
        _(
            "%(used_name)s（%(used_hours)s 時間）と %(other_name)s（%(other_hours)s 時間）が 1割より大きく違います。%(used_name)sを使いました。"
        ),
        _("どちらが正しいか確かめてください。"),
    ),
    "unknown_doer": (
        _("担い手「%(value)s」がわかりません。"),
        _("正規、再任用、会計年度任用、派遣、委託 のどれかにしてください。"),
    ),
    "unknown_method": (
        _("測り方「%(value)s」がわかりません。不明として取り込みます。"),
        _("実測、記録、積み上げ、配分 のどれかにしてください。"),
    ),
    "unknown_basis": (
        _("根拠「%(value)s」がわかりません。不明として取り込みます。"),
        _("法令、条例、規則、要綱、慣行 のどれかにしてください。"),
    ),
    "unknown_routine": (
        _("定型の欄「%(value)s」がわかりません。不明として取り込みます。"),
        _("定型、一部定型、非定型（または ○ △ ×）にしてください。"),
    ),
    "unknown_confidence": (
        _("確からしさ「%(value)s」がわかりません。不明として取り込みます。"),
        _("高、中、低 のどれかにしてください。"),
    ),
    "unknown_flag": (
        _("「%(value)s」が有るか無いかわかりません。不明として取り込みます。"),
        _("○ か × で書いてください。"),
    ),
    "unknown_expertise": (
        _("専門性「%(value)s」がわかりません。不明として取り込みます。"),
        _("1〜5、または 高・中・低 で書いてください。"),
    ),
    "heads_not_number": (_("人数「%(value)s」を数として読めません。"), _("人数を数字で書いてください。")),
    "paid_too_many": (
        _("%(heads)s人で %(hours)s 時間は、1人あたり 8,784 時間を超えています。"),
        _("人数と時間の単位を確かめてください。"),
    ),
    "no_paid_hours": (
        _("支払った時間がありません。"),
        _("支払った時間、または所定時間・時間外・休暇を書いてください。"),
    ),
    "year_not_read": (
        _("年度「%(value)s」を読めません。"),
        _("令和7年度 または 2025 のように書いてください。"),
    ),
    "other_year": (
        _("%(year)s年度の行です。"),
        _("%(wanted)s年度の行だけにするか、年度を選び直してください。"),
    ),
}
USED = {"months": _("月別の時間"), "count": _("件数×1件の時間"), "total": _("年間時間")}


def reason(code: str, details: Mapping[str, Any] | None = None) -> tuple[str, str]:
    """The reason and the advice for a problem, in the reader's language."""
    words, advice = REASONS[code]
    values: dict[str, Any] = dict(details or {})
    if code == "disagree":
        values |= {"used_name": str(USED[values["used"]]), "other_name": str(USED[values["other"]])}
    if code == "unknown_kind":
        values["kinds"] = "、".join(kind.name for kind in KINDS)
    if "hours" in values:
        values["hours"] = f"{int(values['hours']):,}"
    return str(words) % values if values else str(words), str(advice) % values if values else str(advice)
