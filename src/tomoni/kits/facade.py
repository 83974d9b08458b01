"""What other rooms and the command line may ask of kits."""

from __future__ import annotations

from tomoni.core.actor import Actor
from tomoni.kits import library, queries
from tomoni.kits.actions.install_kit import install_kit
from tomoni.kits.actions.receive_kit import receive_kit
from tomoni.kits.format.kit import Kit
from tomoni.kits.models import Installation

__all__ = ["Kit", "available", "export", "install", "installations", "kit", "receive_kit"]


def available() -> list[Kit]:
    """The newest version of every kit, in order of name."""
    return [entry.kit for entry in library.newest()]


def kit(code: str, version: str = "") -> Kit:
    """A kit, the newest version unless told. Raises `NotFound`."""
    return library.entry(code, version).kit


def install(
    *,
    actor: Actor,
    code: str,
    task_id: str | None = None,
    name: str = "",
    app_code: str = "",
    department_code: str = "",
    sample: bool = False,
    once: str = "",
) -> str:
    """Install the newest version of a kit and return the new app's code.

    Without `app_code` a free one is found (`dental-reception-2`); `task_id` None takes the kit's; `department_code` is the section that
    owns the app, by default the actor's own. Raises `NotFound`, `Forbidden` (right `kits.install`), `Invalid`.
    """
    found = kit(code)
    done = install_kit(
        actor=actor,
        kit=found,
        code=app_code or queries.free_code(found.spec.code),
        name=name,
        department_code=department_code or queries.home_department(actor),
        task_id=task_id or None,
        sample=sample,
        once=once,
    )
    return done.app_code


def export(*, actor: Actor, app: str) -> str:
    """An app as the text of a kit file. Raises `NotFound`, `Forbidden`, `KitInvalid`."""
    return queries.export_kit(actor=actor, app=app).text


def installations(kit: str = "") -> list[Installation]:
    """What was installed, newest first."""
    return queries.installations(kit)
