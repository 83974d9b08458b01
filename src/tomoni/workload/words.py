"""The survey's vocabulary in the reader's language: columns, kinds of work, doers, methods and so on."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from tomoni.engines.workload.kinds import BY_CODE

KIND_NAMES: dict[str, Any] = {
    "receive": pgettext_lazy("kind of work", "受付"),
    "input": pgettext_lazy("kind of work", "入力"),
    "check": pgettext_lazy("kind of work", "確認"),
    "consult": pgettext_lazy("kind of work", "相談"),
    "examine": pgettext_lazy("kind of work", "審査"),
    "visit": pgettext_lazy("kind of work", "訪問・現地"),
    "plan": pgettext_lazy("kind of work", "企画・計画"),
    "decide": pgettext_lazy("kind of work", "決裁"),
    "issue": pgettext_lazy("kind of work", "交付・通知"),
    "enquire": pgettext_lazy("kind of work", "照会"),
    "collect": pgettext_lazy("kind of work", "収納・支払"),
    "meeting": pgettext_lazy("kind of work", "会議"),
    "filing": pgettext_lazy("kind of work", "文書管理"),
    "statistics": pgettext_lazy("kind of work", "統計・報告"),
    "procurement": pgettext_lazy("kind of work", "契約"),
    "general": pgettext_lazy("kind of work", "庶務"),
    "travel": pgettext_lazy("kind of work", "移動"),
    "learn": pgettext_lazy("kind of work", "研修・学び"),
    "council": pgettext_lazy("kind of work", "議会対応"),
    "emergency": pgettext_lazy("kind of work", "災害対応"),
}
SHORT_NAMES: dict[str, Any] = {
    "receive": pgettext_lazy("kind of work, short", "受付"),
    "meeting": pgettext_lazy("kind of work, short", "会議"),
    "visit": pgettext_lazy("kind of work, short", "訪問"),
    "plan": pgettext_lazy("kind of work, short", "企画"),
    "issue": pgettext_lazy("kind of work, short", "交付"),
    "collect": pgettext_lazy("kind of work, short", "収納"),
    "filing": pgettext_lazy("kind of work, short", "文書"),
    "statistics": pgettext_lazy("kind of work, short", "統計"),
    "learn": pgettext_lazy("kind of work, short", "研修"),
    "council": pgettext_lazy("kind of work, short", "議会"),
    "emergency": pgettext_lazy("kind of work, short", "災害"),
}
GROUPS: dict[str, Any] = {"clerical": _("事務作業"), "core": _("コア業務"), "other": _("その他")}
DOERS: dict[str, Any] = {
    "regular": _("正規"),
    "reappointed": _("再任用"),
    "fiscal_year": _("会計年度任用"),
    "dispatched": _("派遣"),
    "outsourced": _("委託"),
    "": _("担い手不明"),
}
METHODS: dict[str, Any] = {
    "timed": _("実測"),
    "logged": _("アプリの記録"),
    "buildup": _("積み上げの見積り"),
    "share": _("割合での配分"),
    "": _("測り方不明"),
}
BASES: dict[str, Any] = {
    "law": _("法令"),
    "ordinance": _("条例"),
    "rule": _("規則"),
    "guideline": _("要綱"),
    "custom": _("慣行"),
    "": _("不明"),
}
ROUTINES: dict[str, Any] = {
    "routine": _("定型"),
    "partly": _("一部定型"),
    "varied": _("非定型"),
    "": _("不明"),
}
CONFIDENCES: dict[str, Any] = {"high": _("高い"), "mid": _("ふつう"), "low": _("低い"), "": _("不明")}
COLUMNS: dict[str, Any] = {
    "path": _("所属（部/課/係）"),
    "division": _("部"),
    "section": _("課"),
    "team": _("係"),
    "large": _("大分類"),
    "middle": _("中分類"),
    "small": _("小分類（業務名）"),
    "step": _("作業"),
    "kind": _("業務分類"),
    "core": _("コア業務"),
    "expertise": _("専門性"),
    "routine": _("定型"),
    "doer": _("担い手"),
    "count": _("年間件数"),
    "minutes": _("1件あたりの時間"),
    "hours": _("年間時間"),
    "method": _("測り方"),
    "basis": _("根拠"),
    "system": _("使用システム"),
    "input_medium": _("届く形"),
    "output_medium": _("渡す形"),
    "personal": _("個人情報"),
    "deadline": _("期限"),
    "remarks": _("備考"),
    "task_id": _("標準業務ID"),
    "confidence": _("確からしさ"),
    "heads": _("人数"),
    "paid": _("支払った時間"),
    "scheduled": _("所定時間"),
    "overtime": _("時間外"),
    "leave": _("休暇"),
    "year": _("年度"),
    "source": _("出典"),
}
REASONS: dict[str, Any] = {
    "routine": _("決まった手順の仕事です"),
    "varied": _("毎回やり方が違います"),
    "many": _("件数が多い"),
    "digital": _("電子で届いています"),
    "mixed": _("紙と電子が混ざって届きます"),
    "hand": _("紙・電話・窓口で届きます"),
    "medium_unknown": _("届く形がわかりません"),
    "retyped": _("届いたデータを人が写したり見比べたりしています"),
    "clear_rule": _("規則がはっきりしています"),
    "custom": _("根拠は慣行です"),
    "standard_system": _("標準準拠システムの中は変えられず、前後だけを見直せます"),
    "expert": _("専門の知識が要ります"),
    "unsure": _("時間の測り方が粗いので、幅が大きくなります"),
}
FACTORS: dict[str, Any] = {
    "routine": _("定型の度合い"),
    "volume": _("量"),
    "digital": _("届く形"),
    "rule": _("規則の明確さ"),
    "error": _("誤りの影響の小ささ"),
}


def kind_name(code: str) -> str:
    """A kind of work by its full name."""
    return str(KIND_NAMES.get(code, code))


def kind_short(code: str) -> str:
    """A kind of work for table heads."""
    return str(SHORT_NAMES.get(code) or KIND_NAMES.get(code, code))


def column_name(code: str) -> str:
    """A survey column in words; months as 「4月」."""
    if code.startswith("m") and code[1:].isdigit():
        return gettext("%(month)s月") % {"month": int(code[1:])}
    return str(COLUMNS.get(code, code))


TELLING = (
    "retyped",
    "custom",
    "standard_system",
    "many",
    "mixed",
    "hand",
    "digital",
    "varied",
    "expert",
    "unsure",
)


def reason(codes: list[str] | tuple[str, ...]) -> str:
    """The one reason that tells most about this step, short enough for a line of a table."""
    found = next((code for code in TELLING if code in codes), codes[0] if codes else "")
    return str(REASONS[found]) if found else ""


def reasons(codes: list[str] | tuple[str, ...]) -> str:
    """Reasons as one short text."""
    return gettext("。").join(str(REASONS[code]) for code in codes[:4]) + gettext("。")


assert set(KIND_NAMES) == set(BY_CODE)
