"""What the views of people share."""

from __future__ import annotations

from django import forms

from tomoni.core.errors import Invalid


def blame(form: forms.Form, error: Invalid) -> None:
    """Put an action's errors onto the form's fields."""
    for name, messages in error.errors.items():
        for message in messages:
            form.add_error(name if name in form.fields else None, str(message))
