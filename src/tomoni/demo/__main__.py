"""`python -m tomoni.demo FOLDER`: builds the demo in a process of its own, so that `tomoni demo` starts clean."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def main() -> int:
    """Set Django up for the folder and build; an error is one line, or whole with TOMONI_DEBUG."""
    from tomoni.cli import texts
    from tomoni.cli.texts import _

    texts.choose([])
    try:
        _build(Path(sys.argv[1]))
    except Exception as error:
        if os.environ.get("TOMONI_DEBUG"):
            raise
        reason = " ".join(str(error).split())[:300]
        print(
            "\n" + _("できませんでした: {reason}").format(reason=f"{type(error).__name__}: {reason}"),
            file=sys.stderr,
        )
        return 1
    return 0


def _build(data: Path) -> None:
    from tomoni.cli import town
    from tomoni.demo.build import build

    town.load(data)
    town.setup_django()
    build(data)
    from django.db import connection

    connection.close()


if __name__ == "__main__":
    sys.exit(main())
