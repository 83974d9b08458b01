"""What residents read of a state follows the state when it takes another name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tomoni.procedures.models import Form


def follow_renames(app: str, renames: Mapping[str, str]) -> None:
    """Move the words per state, in both languages, to the new names of the states.

    Runs inside the change of the process (`records.uses.rename_listener`), whose audit entry stands for both.
    """
    for form in Form.objects.filter(app_code=app):
        words = _moved(form.status_words, renames)
        english = form.en
        if isinstance(english.get("status_words"), Mapping):
            english = {**english, "status_words": _moved(english["status_words"], renames)}
        if (words, english) != (form.status_words, form.en):
            form.status_words, form.en = words, english
            form.revision += 1
            form.save(update_fields=["status_words", "en", "revision", "updated_at"])


def _moved(words: Mapping[str, Any], renames: Mapping[str, str]) -> dict[str, Any]:
    kept = {state: said for state, said in words.items() if state not in renames}
    # Two states that become one keep the words of the one that had this name already.
    return {renames[state]: said for state, said in words.items() if state in renames} | kept
