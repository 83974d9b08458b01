"""The guide shows its steps: every picture that is linked exists, every picture is linked, and links lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
GUIDE = ROOT / "docs" / "guide"
IMAGES = GUIDE / "images"
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
PICTURE = re.compile(r"!\[([^\]]*)\]\(([^)\s]+)\)")
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s#]+)(?:#[^)]*)?\)")
JAPANESE = re.compile(r"[ぁ-んァ-ヶ一-龠]")
MOST_BYTES = 120_000


def pictures() -> dict[Path, list[tuple[str, Path]]]:
    """page → (text for those who cannot see it, file)."""
    found = {}
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        found[page] = [(alt, (page.parent / src).resolve()) for alt, src in PICTURE.findall(text)]
    return found


def test_every_picture_that_is_shown_exists_and_every_picture_is_shown():
    shown = {file for files in pictures().values() for _alt, file in files}
    stored = set(IMAGES.iterdir())
    assert not [str(f) for f in shown if not f.is_file()]
    assert not [f.name for f in stored - shown], "not shown on any page: run tools/pictures.py"


def test_pictures_are_light_and_described():
    heavy = [f.name for f in IMAGES.iterdir() if f.stat().st_size > MOST_BYTES]
    mute = [
        f"{page.name}: {file.name}"
        for page, files in pictures().items()
        for alt, file in files
        if len(alt) < 8 or not JAPANESE.search(alt)
    ]
    assert not heavy
    assert not mute


@pytest.mark.parametrize("page", sorted(GUIDE.glob("*.md")), ids=lambda p: p.name)
def test_every_task_of_the_guide_shows_its_screens(page):
    assert pictures()[page]


def test_links_between_pages_lead_somewhere():
    broken = [
        f"{page.relative_to(ROOT)}: {target}"
        for page in PAGES
        for target in LINK.findall(page.read_text(encoding="utf-8"))
        if not target.startswith(("http", "mailto:")) and not (page.parent / target).exists()
    ]
    assert not broken
