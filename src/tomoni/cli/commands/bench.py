"""`tomoni bench`: measure, and print figures as JSON or as a table."""

from __future__ import annotations

import argparse

from tomoni.cli.bench.figures import as_json, as_table
from tomoni.cli.bench.registry import benches, load
from tomoni.cli.errors import CommandError
from tomoni.cli.texts import _


def run(options: argparse.Namespace) -> int:
    """Run one benchmark; without a name list them."""
    known = benches()
    if not options.name:
        for name, (_place, text) in known.items():
            print(f"{name}\t{text}")
        return 0
    if options.name not in known:
        raise CommandError(
            _("「{name}」という測り方はありません。あるのは: {known}").format(
                name=options.name, known="、".join(known)
            ),
            2,
        )
    figures = load(known[options.name][0])(options)
    print(as_json(figures) if options.json else as_table(figures))
    return 0
