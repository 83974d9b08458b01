"""`python -m tomoni.demo FOLDER`: builds the demo in a process of its own, so that `tomoni demo` starts clean."""

from __future__ import annotations

import sys
from pathlib import Path


def main() -> int:
    """Set Django up for the folder and build."""
    from tomoni.cli import texts, town
    from tomoni.demo.build import build

    texts.choose([])
    data = Path(sys.argv[1])
    town.load(data)
    town.setup_django()
    build(data)
    from django.db import connection

    connection.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
