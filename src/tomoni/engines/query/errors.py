"""Errors of queries: a code, a place and words in both languages."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

# code → (Japanese, English); records and the API choose by the reader's language.
MESSAGES: dict[str, tuple[str, str]] = {
    "character": ("「{found}」は使えない文字です。", "“{found}” is not allowed here."),
    "string": ("引用符「\"」が閉じられていません。", 'The quotation mark " is not closed.'),
    "unexpected": ("「{found}」がここにあるのは正しくありません。", "“{found}” is not expected here."),
    "unfinished": ("式が途中で終わっています。", "The query ends too early."),
    "too_long": ("式が長すぎます（{limit}文字まで）。", "The query is too long (at most {limit} characters)."),
    "too_deep": ("かっこの重なりが深すぎます（{limit}段まで）。", "Parentheses are nested too deeply (at most {limit})."),
    "too_many": ("条件が多すぎます（{limit}個まで）。", "There are too many conditions (at most {limit})."),
    "too_many_values": ("値が多すぎます（{limit}個まで）。", "There are too many values (at most {limit})."),
    "function": ("「{found}」という関数はありません。", "There is no function “{found}”."),
    "argument": ("「{found}」の引数が正しくありません。", "The arguments of “{found}” are not valid."),
    "number": ("「{found}」は正しい数ではありません。", "“{found}” is not a valid number."),
    "field": ("「{found}」という項目はありません。", "There is no field “{found}”."),
    "operator": ("項目「{field}」に「{found}」は使えません。", "“{found}” cannot be used with the field “{field}”."),
    "value": ("項目「{field}」と比べる値が正しくありません。{reason}", "The value compared with “{field}” is not valid. {reason}"),
    "sort": ("項目「{found}」では並べ替えられません。", "Records cannot be sorted by “{found}”."),
    "only_condition": ("ここでは条件だけが書けます（order by、limit、offset は使えません）。", "Only conditions are allowed here (no order by, limit or offset)."),
}  # fmt: skip


# What could have stood at a place: token of the grammar → (Japanese, English); tokens with the same words are said once.
WORDS: dict[str, tuple[str, str]] = {
    "NAME": ("項目のコード", "the code of a field"),
    "OP": ("= != > < >= <=", "= != > < >= <="),
    "IN": ("in", "in"),
    "NOT": ("not", "not"),
    "LIKE": ("like", "like"),
    "IS": ("is", "is"),
    "EMPTY": ("empty", "empty"),
    "STRING": ('"値"', 'a "text"'),
    "NUMBER": ("数", "a number"),
    "LPAR": ("(", "("),
    "RPAR": (")", ")"),
    "COMMA": (",", ","),
    "_AND": ("and", "and"),
    "_OR": ("or", "or"),
    "_ORDER": ("order by", "order by"),
    "_BY": ("by", "by"),
    "ASC": ("asc", "asc"),
    "DESC": ("desc", "desc"),
    "_LIMIT": ("limit", "limit"),
    "_OFFSET": ("offset", "offset"),
    "ARG_": ("関数の引数", "an argument"),
    "VALUE": ('"値"・数・関数', 'a "text", a number or a function'),
    "$END": ("式の終わり", "the end"),
}
_EXPECTED = ("ここに書けるもの: {words}", "Expected: {words}")


class QueryError(ValueError):
    """A query that cannot be understood. `line` and `column` count from 1; `message(language)` is for people.

    `expected` names what could have stood at the place: tokens of the grammar (`WORDS`), or the words themselves.
    """

    def __init__(
        self, code: str, line: int = 1, column: int = 1, *, expected: Iterable[str] = (), **parts: Any
    ) -> None:
        self.expected = tuple(expected)
        self.code = code
        self.line = line
        self.column = column
        self.parts = {name: str(part)[:80] for name, part in parts.items()}
        super().__init__(f"{code} at {line}:{column}")

    def message(self, language: str = "ja") -> str:
        """The error in words, with its place."""
        text = MESSAGES[self.code][0 if language.startswith("ja") else 1].format(**self.parts)
        place = (
            f"{self.line}行{self.column}文字目: "
            if language.startswith("ja")
            else f"Line {self.line}, column {self.column}: "
        )
        return place + text + self._hint(0 if language.startswith("ja") else 1)

    def _hint(self, language: int) -> str:
        if not self.expected:
            return ""
        words = dict.fromkeys(WORDS[e][language] if e in WORDS else e for e in self.expected)
        between = "、" if language == 0 else " · "
        return ("" if language == 0 else " ") + _EXPECTED[language].format(words=between.join(words))
