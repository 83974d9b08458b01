"""Which questions are asked: a question may depend on the answer to one other question."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Protocol, TypeVar

OPERATORS = ("is", "is_not", "filled")


class Rule(Protocol):
    """What a question needs for this: its code and the rule's three parts (`visible_field` empty = always)."""

    @property
    def field_code(self) -> str:
        """The field the question fills."""

    @property
    def visible_field(self) -> str:
        """The field whose answer decides."""

    @property
    def visible_op(self) -> str:
        """One of `OPERATORS`."""

    @property
    def visible_value(self) -> str:
        """What it is compared with."""


R = TypeVar("R", bound=Rule)


def holds(rule: Rule, answers: Mapping[str, Any]) -> bool:
    """Whether the rule holds for these answers. A multiple choice `is` a value when it contains it."""
    if not rule.visible_field:
        return True
    answer = answers.get(rule.visible_field)
    given = (
        [str(a) for a in answer]
        if isinstance(answer, list | tuple)
        else [str(answer)]
        if answer not in (None, "")
        else []
    )
    if rule.visible_op == "filled":
        return bool(given)
    return (rule.visible_value in given) == (rule.visible_op == "is")


def pending(questions: Iterable[R], answers: Mapping[str, Any]) -> list[R]:
    """The questions that may still be asked: those asked now, and those whose rule waits for an answer to come."""
    asked: set[str] = set()
    found: list[R] = []
    for question in questions:
        open_rule = question.visible_field in asked and question.visible_field not in answers
        if open_rule or holds(question, {code: answers.get(code) for code in asked}):
            asked.add(question.field_code)
            found.append(question)
    return found


def visible(questions: Iterable[R], answers: Mapping[str, Any]) -> list[R]:
    """The questions to ask, in order. A rule may only look back; an answer to an unasked question does not count."""
    asked: list[R] = []
    known: dict[str, Any] = {}
    for question in questions:
        if holds(question, known):
            asked.append(question)
            known[question.field_code] = answers.get(question.field_code)
    return asked
