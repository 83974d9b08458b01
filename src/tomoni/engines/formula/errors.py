"""Errors of formulas: a code, a place, what was expected, words in both languages."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

# code → (Japanese, English)
MESSAGES: dict[str, tuple[str, str]] = {
    "character": ("「{found}」は使えない文字です。", "“{found}” is not allowed here."),
    "string": ("引用符「\"」が閉じられていません。", 'The quotation mark " is not closed.'),
    "unexpected": ("「{found}」がここにあるのは正しくありません。", "“{found}” is not expected here."),
    "unfinished": ("式が途中で終わっています。", "The formula ends too early."),
    "blank": ("式を入力してください。", "Enter a formula."),
    "too_long": ("式が長すぎます（{limit}文字まで）。", "The formula is too long (at most {limit} characters)."),
    "too_deep": ("かっこの重なりが深すぎます（{limit}段まで）。", "Parentheses are nested too deeply (at most {limit})."),
    "too_many": ("式の部品が多すぎます（{limit}個まで）。", "The formula has too many parts (at most {limit})."),
    "number": ("「{found}」は正しい数ではありません。", "“{found}” is not a valid number."),
    "field": ("「{found}」という項目はありません。", "There is no field “{found}”."),
    "unusable": ("項目「{found}」は計算に使えません。", "The field “{found}” cannot be used in formulas."),
    "column": ("「{found}」はテーブルの列です。SUM などの中で使ってください。", "“{found}” is a column of a table. Use it inside SUM or the like."),
    "function": ("「{found}」という関数はありません。", "There is no function “{found}”."),
    "stale": (
        "「{found}」は使えません。計算の結果は保存されるので、日がたつと古くなります。日付の項目を使うか、一覧の条件に書いてください。",
        "“{found}” cannot be used: results are stored and would go stale. Use a date field, or the filter of a view.",
    ),
    "arguments": ("「{found}」の引数の数が正しくありません。書き方: {usage}", "“{found}” has the wrong number of arguments. Usage: {usage}"),
    "argument": ("「{found}」の{position}番目には{wanted}を入れてください（いまは{given}）。", "Argument {position} of “{found}” must be {wanted} (it is {given})."),
    "operand": ("「{found}」は{given}には使えません。", "“{found}” cannot be used with {given}."),
    "compare": ("{left}と{right}は比べられません。", "{left} and {right} cannot be compared."),
    "branches": ("IF の2つの結果の種類が違います（{left}と{right}）。", "The two results of IF differ in kind ({left} and {right})."),
    "result": ("式の結果は{given}ですが、この項目の結果は{wanted}です。", "The formula gives {given}, but the field's result is {wanted}."),
    "option": ("「{found}」の{position}番目は次のどれかにしてください: {wanted}", "Argument {position} of “{found}” must be one of: {wanted}"),
    "cycle": ("計算が輪になっています: {chain}", "The formulas refer to each other in a circle: {chain}"),
}  # fmt: skip

# What may come at a place, in words.
EXPECTED: dict[str, tuple[str, str]] = {
    "value": ("項目・数・文字・関数", "a field, number, text or function"),
    "operator": ("演算子", "an operator"),
    "close": ("「)」", "“)”"),
    "comma": ("「,」", "“,”"),
    "open": ("「(」", "“(”"),
    "end": ("式の終わり", "the end of the formula"),
}
KINDS: dict[str, tuple[str, str]] = {
    "number": ("数", "a number"),
    "text": ("文字", "text"),
    "date": ("日付", "a date"),
    "datetime": ("日時", "a date and time"),
    "time": ("時刻", "a time"),
    "boolean": ("条件（はい・いいえ）", "a condition"),
    "set": ("複数の選択", "several choices"),
    "empty": ("空", "empty"),
    "day": ("日付か日時", "a date or a date and time"),
    "moment": ("日付・日時・時刻", "a date, time or date and time"),
    "textlike": ("文字か選択", "text or choices"),
    "many": ("テーブルの列", "a column of a table"),
    "number_or_moment": ("数か日付", "a number or a date"),
}  # fmt: skip
_WORDS = ("wanted", "given", "left", "right")


class FormulaError(ValueError):
    """A formula that cannot be. `line` and `column` count from 1; `message(language)` is for people."""

    def __init__(
        self, code: str, line: int = 1, column: int = 1, *, expected: Iterable[str] = (), **parts: Any
    ) -> None:
        self.code = code
        self.line = line
        self.column = column
        self.expected = tuple(sorted(set(expected)))
        self.parts = {name: str(part)[:200] for name, part in parts.items()}
        super().__init__(f"{code} at {line}:{column}")

    def message(self, language: str = "ja") -> str:
        """The error in words, with its place and what could stand there."""
        at = 0 if language.startswith("ja") else 1
        parts = {
            name: KINDS[part][at] if name in _WORDS and part in KINDS else part
            for name, part in self.parts.items()
        }
        text = MESSAGES[self.code][at].format(**parts)
        if self.expected:
            words = (EXPECTED[name][at] for name in self.expected)
            text += (
                f"ここに書けるのは、{'、'.join(words)}です。"
                if at == 0
                else f" Expected: {', '.join(words)}."
            )
        if self.code == "cycle":
            return text
        place = (
            f"{self.line}行{self.column}文字目: " if at == 0 else f"Line {self.line}, column {self.column}: "
        )
        return place + text
