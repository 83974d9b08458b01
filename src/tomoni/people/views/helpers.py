"""What the views of people share."""

from __future__ import annotations

from tomoni.core.errors import Invalid
from tomoni.core.forms import PlainForm


def blame(form: PlainForm, error: Invalid) -> None:
    """Put an action's errors onto the form's fields."""
    form.take(error)
