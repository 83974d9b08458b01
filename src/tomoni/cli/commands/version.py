"""`tomoni version`."""

from __future__ import annotations

import argparse
import platform

from tomoni import __version__


def run(options: argparse.Namespace) -> int:
    """Print the versions of Tomoni and Python."""
    print(f"Tomoni {__version__} (Python {platform.python_version()})")
    return 0
