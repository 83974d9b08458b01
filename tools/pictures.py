"""Take the pictures of README and docs/guide from the browser tests: `pictures.py [--keep]`.

Runs tests/e2e/test_guide.py on a fresh demo and copies what it took to docs/guide/images; pictures that no page shows
any more are removed. `--keep` copies what the last run of the browser tests left in test-results/guide.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TAKEN = ROOT / "test-results" / "guide"
IMAGES = ROOT / "docs" / "guide" / "images"
SHOWN = re.compile(r"!\[[^\]]*\]\((?:docs/guide/)?images/([^)]+)\)")


def shown() -> set[str]:
    """Names of the pictures that README and the guide show."""
    pages = [ROOT / "README.md", *(ROOT / "docs" / "guide").glob("*.md")]
    return {name for page in pages for name in SHOWN.findall(page.read_text(encoding="utf-8"))}


def main() -> int:
    """Take, copy, tidy; 1 if the tests failed or a picture that is shown was not taken."""
    if "--keep" not in sys.argv[1:]:
        shutil.rmtree(TAKEN, ignore_errors=True)
        command = [sys.executable, "-m", "pytest", "-q", "tests/e2e/test_guide.py"]
        if subprocess.run(command, cwd=ROOT, check=False).returncode:
            return 1
    wanted = shown()
    IMAGES.mkdir(parents=True, exist_ok=True)
    for old in IMAGES.iterdir():
        if old.name not in wanted:
            old.unlink()
    missing = sorted(name for name in wanted if not (TAKEN / name).is_file())
    for name in sorted(wanted - set(missing)):
        shutil.copyfile(TAKEN / name, IMAGES / name)
        print(f"{(IMAGES / name).stat().st_size / 1000:6.0f} kB  {name}")
    for name in missing:
        print(f"not taken: {name}")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
