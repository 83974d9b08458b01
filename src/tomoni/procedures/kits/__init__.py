"""Kits of this room (`*.yaml`), and the placeholder that their texts use."""

from __future__ import annotations

from tomoni.automation import facade as automation
from tomoni.core import unit


def receipt_number(context: automation.Context) -> str:
    """The number that the applicant holds; the record's own for records that did not come through a form."""
    from tomoni.procedures import facade

    # Subject and text of one mail ask for the same number.
    key = ("procedures.submission", context.app, context.record.id)
    submission = unit.remembered(key, lambda: facade.submission_for_record(context.app, context.record.id))
    return (facade.receipt_number(submission) if submission else "") or str(context.record.number)


def register() -> None:
    """Texts of automations may say `{受付番号}`."""
    automation.placeholder("受付番号", resolve=receipt_number)
