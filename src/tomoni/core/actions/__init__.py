"""The furniture of every write: permission → validate → execute → audit → event, in one transaction."""

from __future__ import annotations

import functools
from collections.abc import Callable
from contextvars import ContextVar
from typing import ParamSpec, TypeVar

from django.db import transaction

from tomoni.core.actor import Actor
from tomoni.core.errors import Forbidden

P = ParamSpec("P")
R = TypeVar("R")

_depth: ContextVar[int] = ContextVar("tomoni_action_depth", default=0)
REGISTRY: dict[str, Callable[..., object]] = {}


def action(name: str, *, right: str | None = None) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Make a keyword-only function the one way to do a write.

    The function takes `actor: Actor` as a keyword. `right` is the capability it needs (None: the
    function checks by itself, for example against an app's rights). It runs in one transaction;
    inside it call `audit.record(...)` and `outbox.emit(...)`. Raises `Forbidden` without the right.
    """

    def wrap(function: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(function)
        def run(*args: P.args, **kwargs: P.kwargs) -> R:
            if args:
                raise TypeError(f"{name}: actions take keywords only")
            actor = kwargs.get("actor")
            if not isinstance(actor, Actor):
                raise TypeError(f"{name}: pass actor=")
            if right is not None and not actor.may(right):
                raise Forbidden(right)
            token = _depth.set(_depth.get() + 1)
            try:
                with transaction.atomic():
                    return function(*args, **kwargs)
            finally:
                _depth.reset(token)

        run.action_name = name  # type: ignore[attr-defined]
        REGISTRY[name] = run
        return run

    return wrap


def in_action() -> bool:
    """Whether an action is running: the guard that keeps writes out of views."""
    return _depth.get() > 0
