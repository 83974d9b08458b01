"""What a kind of action is, and what it may know when it runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from tomoni.automation.applike import AppLike
from tomoni.core.actor import Actor

Fault = tuple[str, Any]


@dataclass(frozen=True, slots=True)
class Context:
    """One run of a rule: the app as it is now, the record as it is now, and the event that set it off."""

    schema: Any
    record: Any
    actor: Actor
    rule_id: int
    rule_name: str = ""
    payload: Mapping[str, Any] = field(default_factory=dict)
    run_id: int | None = None

    @property
    def app(self) -> str:
        """The app's code."""
        return str(self.schema.code)


class Failed(Exception):
    """An action could not do its work; the reason is for people and holds no personal data. It is not tried again."""


class KindForm(forms.Form):
    """Base of the kinds' forms: knows the app; `data()` gives the stored form, `initial_of(data)` the way back."""

    def __init__(self, *args: Any, schema: Any, actor: Actor | None = None, **kwargs: Any) -> None:
        self.schema = schema
        super().__init__(*args, **kwargs)


class Kind:
    """A kind of action. Stateless; one instance is registered."""

    code: str = ""
    label: Any = ""
    description: Any = ""
    keys: frozenset[str] = frozenset()
    form: type[KindForm] = KindForm
    alone: bool = False
    """Whether it can work without a record (a schedule that does not go through records)."""

    def authorise(self, data: Mapping[str, Any], actor: Actor) -> Iterator[Fault]:
        """(key, message) for what this person may not set up: the action itself runs as the system."""
        yield from ()

    def faults(self, data: Mapping[str, Any], spec: AppLike) -> Iterator[Fault]:
        """(key, message) for everything that does not fit the app."""
        for key in data:
            if key != "kind" and key not in self.keys:
                yield key, _("「%(key)s」という見出しはありません。") % {"key": key}

    def words(self, data: Mapping[str, Any], spec: AppLike) -> str:
        """The action in one plain sentence."""
        raise NotImplementedError

    def run(self, context: Context, data: Mapping[str, Any]) -> str:
        """Do it, inside the run's transaction; the answer says what was done, without personal data. Raises `Failed`."""
        raise NotImplementedError

    def preview(self, context: Context, data: Mapping[str, Any]) -> str:
        """What `run` would do, without doing it."""
        return self.words(data, context.schema)

    def initial(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """Stored data → initial values of the form."""
        return {key: value for key, value in data.items() if key != "kind"}

    def stored(self, cleaned: Mapping[str, Any]) -> dict[str, Any]:
        """Cleaned form values → stored data."""
        return {
            "kind": self.code,
            **{key: value for key, value in cleaned.items() if value not in ("", None)},
        }
