"""What other rooms may ask of participation."""

from __future__ import annotations

from tomoni.participation.actions.record_answer import record_answer
from tomoni.participation.queries import AnswerSummary, Text, summary, texts

__all__ = ["AnswerSummary", "Text", "record_answer", "summary", "texts"]
