"""`tomoni kit list|show|install|export`."""

from __future__ import annotations

import argparse
from pathlib import Path

from tomoni.cli import town
from tomoni.cli.errors import CommandError
from tomoni.cli.texts import _


def run(options: argparse.Namespace) -> int:
    """Hand over to the verb; what a kit says about itself is printed as it is written."""
    town.open_town(options.data)
    from tomoni.core.errors import TomoniError

    verb = {"list": _list, "show": _show, "install": _install, "export": _export}[options.verb]
    try:
        return verb(options)
    except TomoniError as error:
        raise CommandError(str(error)) from error


def _list(options: argparse.Namespace) -> int:
    from tomoni.kits import facade

    for kit in facade.available():
        print(f"{kit.code}\t{kit.version}\t{kit.name}")
    return 0


def _show(options: argparse.Namespace) -> int:
    from tomoni.kits import facade

    kit = facade.kit(options.code)
    print(f"{kit.name}（{kit.code} {kit.version}）")
    print(kit.description)
    return 0


def _install(options: argparse.Namespace) -> int:
    from tomoni.core.actor import system
    from tomoni.kits import facade

    app = facade.install(actor=system("cli"), code=options.code, task_id=options.task)
    print(_("アプリを作りました: {code}").format(code=app))
    return 0


def _export(options: argparse.Namespace) -> int:
    from tomoni.core.actor import system
    from tomoni.kits import facade

    text = facade.export(actor=system("cli"), app=options.code)
    if options.output:
        Path(options.output).write_text(text, encoding="utf-8")
    else:
        print(text, end="")
    return 0
