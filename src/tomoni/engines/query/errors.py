"""Errors of queries: a code, a place and words in both languages."""

from __future__ import annotations

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


class QueryError(ValueError):
    """A query that cannot be understood. `line` and `column` count from 1; `message(language)` is for people."""

    def __init__(self, code: str, line: int = 1, column: int = 1, **parts: Any) -> None:
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
        return place + text
