"""The vocabulary of a workload survey: kinds of work, doers, measuring methods, bases, media.

Codes are English, names are the Japanese terms of the ministries' survey forms. Comparison is done on
folded text (NFKC, casefold, without spaces and middle dots), so 「入 力」 and 「ﾆｭｳﾘｮｸ」 need no care elsewhere.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

Group = Literal["clerical", "core", "other"]


@dataclass(frozen=True, slots=True)
class WorkKind:
    """A kind of work (業務分類): `group` is 事務作業, コア業務 or その他; `synonyms` are accepted on input."""

    code: str
    name: str
    group: Group
    synonyms: tuple[str, ...] = ()
    short: str = ""

    @property
    def label(self) -> str:
        """The short name for table heads."""
        return self.short or self.name


KINDS: tuple[WorkKind, ...] = (
    WorkKind("receive", "受付", "clerical", ("受付業務", "受理", "申請受付", "窓口受付", "受領", "収受")),
    WorkKind(
        "input", "入力", "clerical", ("データ入力", "入力業務", "転記", "システム入力", "登録", "入力作業")
    ),
    WorkKind(
        "check", "確認", "clerical", ("チェック", "点検", "照合", "確認業務", "突合", "検算", "内容確認")
    ),
    WorkKind(
        "consult",
        "相談",
        "core",
        ("相談対応", "相談業務", "窓口相談", "電話相談", "問合せ対応", "問い合わせ対応"),
    ),
    WorkKind("examine", "審査", "core", ("審査業務", "判定", "査定", "調査審査", "認定")),
    WorkKind(
        "visit",
        "訪問・現地",
        "core",
        ("訪問", "現地", "現地調査", "現場", "巡回", "現地確認", "訪問指導"),
        "訪問",
    ),
    WorkKind("plan", "企画・計画", "core", ("企画", "計画", "企画立案", "計画策定", "政策立案"), "企画"),
    WorkKind("decide", "決裁", "core", ("決定", "決裁業務", "承認", "意思決定")),
    WorkKind("issue", "交付・通知", "other", ("交付", "通知", "発送", "発行", "送付", "証明書交付"), "交付"),
    WorkKind("enquire", "照会", "other", ("照会回答", "照会・回答", "調査回答", "連絡調整", "連絡・調整")),
    WorkKind("collect", "収納・支払", "other", ("収納", "支払", "支払い", "徴収", "出納", "支出"), "収納"),
    WorkKind("meeting", "会議", "other", ("打合せ", "打ち合わせ", "会議運営", "会議・打合せ")),
    WorkKind("filing", "文書管理", "other", ("文書", "ファイリング", "文書整理", "保管", "編さん"), "文書"),
    WorkKind("statistics", "統計・報告", "other", ("統計", "報告", "集計", "実績報告"), "統計"),
    WorkKind("procurement", "契約", "other", ("契約事務", "調達", "入札", "発注")),
    WorkKind("general", "庶務", "other", ("総務", "一般庶務", "雑務", "庶務事務")),
    WorkKind("travel", "移動", "other", ("移動時間", "出張移動")),
    WorkKind("learn", "研修・学び", "other", ("研修", "学び", "自己研鑽", "勉強会"), "研修"),
    WorkKind("council", "議会対応", "other", ("議会", "議会答弁", "答弁作成"), "議会"),
    WorkKind("emergency", "災害対応", "other", ("災害", "防災対応", "緊急対応"), "災害"),
)
BY_CODE: Mapping[str, WorkKind] = {kind.code: kind for kind in KINDS}
CLERICAL = tuple(k.code for k in KINDS if k.group == "clerical")
CORE = tuple(k.code for k in KINDS if k.group == "core")
OTHER = tuple(k.code for k in KINDS if k.group == "other")

DOERS: Mapping[str, tuple[str, ...]] = {
    "regular": ("正規", "正規職員", "正職員", "常勤", "任期の定めのない職員"),
    "reappointed": ("再任用", "再任用職員", "再任用短時間", "暫定再任用"),
    "fiscal_year": ("会計年度任用", "会計年度任用職員", "会計年度", "臨時", "非常勤", "パート"),
    "dispatched": ("派遣", "派遣職員", "派遣社員", "人材派遣"),
    "outsourced": ("委託", "業務委託", "外部委託", "委託先"),
}
# Hours of people whom the municipality does not pay by the hour: left out of coverage unless the paid file has them.
OUTSIDE = frozenset({"dispatched", "outsourced"})
METHODS: Mapping[str, tuple[str, ...]] = {
    "timed": ("実測", "計測", "ストップウォッチ", "タイムスタディ", "時間計測"),
    "logged": ("記録", "アプリの記録", "ログ", "システムログ", "日報", "業務日誌", "操作記録"),
    "buildup": ("積み上げ", "積上げ", "見積り", "見積もり", "見積", "積み上げの見積り", "積上げ見積", "推計"),
    "share": ("配分", "按分", "割合", "割合配分", "従事割合", "時間配分"),
}
BASES: Mapping[str, tuple[str, ...]] = {
    "law": ("法令", "法律", "政令", "省令", "法"),
    "ordinance": ("条例",),
    "rule": ("規則",),
    "guideline": ("要綱", "要領", "要項", "内規", "マニュアル"),
    "custom": ("慣行", "慣例", "なし", "根拠なし"),
}
ROUTINES: Mapping[str, tuple[str, ...]] = {
    "routine": ("定型", "定型的", "○", "〇", "◯", "はい", "有", "有り", "あり", "1", "y", "yes", "true"),
    "partly": ("半定型", "一部定型", "準定型", "△"),
    "varied": ("非定型", "不定型", "×", "✕", "x", "いいえ", "無", "無し", "0", "n", "no", "false"),
}
CONFIDENCES: Mapping[str, tuple[str, ...]] = {
    "high": ("高", "高い", "a", "◎", "○", "〇", "◯"),
    "mid": ("中", "ふつう", "普通", "b", "△"),
    "low": ("低", "低い", "c", "×", "✕"),
}
YES = (
    "○",
    "〇",
    "◯",
    "◎",
    "●",
    "有",
    "有り",
    "あり",
    "はい",
    "1",
    "y",
    "yes",
    "true",
    "レ",
    "✓",
    "✔",
    "該当",
)
NO = ("×", "✕", "☓", "x", "無", "無し", "なし", "いいえ", "0", "n", "no", "false", "-", "ー", "―", "非該当")
MEDIA: Mapping[str, tuple[str, ...]] = {
    "online": ("電子申請", "オンライン", "フォーム", "web", "ウェブ", "lgwan", "eltax"),
    "system": ("システム", "データ連携", "端末"),
    "file": ("ファイル", "excel", "エクセル", "csv", "メール", "データ", "word"),
    "fax": ("fax", "ファックス", "ファクス"),
    "phone": ("電話",),
    "counter": ("窓口", "対面", "口頭"),
    "paper": ("紙", "郵送", "書面", "用紙", "帳票", "書類"),
}


def fold(text: str) -> str:
    """Text for comparison: NFKC, casefold, without spaces, middle dots and slashes."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(ch for ch in folded if not ch.isspace() and ch not in "・･/／\u3000")


def _index(words: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    return {fold(word): code for code, group in words.items() for word in group}


_KIND_INDEX = {
    fold(word): kind.code for kind in KINDS for word in (kind.code, kind.name, kind.label, *kind.synonyms)
}
_INDEXES: dict[str, dict[str, str]] = {
    "doer": _index(DOERS) | {code: code for code in DOERS},
    "method": _index(METHODS) | {code: code for code in METHODS},
    "basis": _index(BASES) | {code: code for code in BASES},
    "routine": _index(ROUTINES) | {code: code for code in ROUTINES},
    "confidence": _index(CONFIDENCES) | {code: code for code in CONFIDENCES},
    "flag": {fold(w): "yes" for w in YES} | {fold(w): "no" for w in NO},
}


_MEDIA_FOLDED = {code: tuple(map(fold, words)) for code, words in MEDIA.items()}


def kind_of(text: str) -> str | None:
    """The kind of work a cell names, by its Japanese name, short name or a synonym; None when unknown."""
    return _KIND_INDEX.get(fold(text))


def word_of(vocabulary: str, text: str) -> str | None:
    """The code of a word in a vocabulary (`doer`, `method`, `basis`, `routine`, `confidence`, `flag`), or None."""
    return _INDEXES[vocabulary].get(fold(text))


@lru_cache(maxsize=4096)
def media_of(text: str) -> frozenset[str]:
    """The media named in a cell such as 「電話・紙」: paper, phone, fax, counter, file, system, online."""
    folded = fold(text)
    return frozenset(code for code, words in _MEDIA_FOLDED.items() if any(word in folded for word in words))


def group_of(kind: str) -> Group:
    """事務作業 (clerical), コア業務 (core) or その他 (other)."""
    return BY_CODE[kind].group
