"""`tomoni manage`: Django's own commands, for developers."""

from __future__ import annotations

import argparse

from tomoni.cli import town
from tomoni.cli.errors import CommandError


def run(options: argparse.Namespace) -> int:
    """Run a Django command on the town's data."""
    from django.core.management import ManagementUtility
    from django.core.management.base import CommandError as DjangoCommandError

    data = town.data_folder(options.data)
    town.load(data)
    town.setup_django()
    utility = ManagementUtility(["tomoni manage", *options.arguments])
    try:
        name = options.arguments[0] if options.arguments else "help"
        if name == "help":
            utility.execute()
        else:
            utility.fetch_command(name).run_from_argv(utility.argv)
    except DjangoCommandError as error:
        raise CommandError(str(error)) from error
    except SystemExit as ended:
        return int(ended.code or 0)
    return 0
