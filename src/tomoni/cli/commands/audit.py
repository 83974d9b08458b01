"""`tomoni verify-audit`."""

from __future__ import annotations

import argparse

from tomoni.cli import town
from tomoni.cli.errors import CommandError
from tomoni.cli.texts import _


def run(options: argparse.Namespace) -> int:
    """Walk the chain; exit 1 naming the first broken entry."""
    town.open_town(options.data)
    from tomoni.core import audit

    result = audit.verify()
    if not result.ok:
        place = result.first_broken if result.first_broken is not None else "—"
        raise CommandError(
            _("監査の記録は {place} 番で切れています。{reason}").format(place=place, reason=result.message)
        )
    print(_("監査の記録 {entries} 件はつながっています。").format(entries=result.sealed))
    if result.unsealed:
        print(
            _("まだつないでいない新しい記録が {count} 件あります（動かすと1秒以内につなぎます）。").format(
                count=result.unsealed
            )
        )
    return 0
