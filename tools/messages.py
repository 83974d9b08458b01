"""Translations without gettext tools: extract, check and compile with Babel.

`python tools/messages.py extract`  writes `<room>/locale/en/LC_MESSAGES/django.po` from the code and templates
`python tools/messages.py compile`  writes the `.mo` files beside them
`python tools/messages.py check`    exit 1 naming every text without an English translation

The msgid is the Japanese text; English is the only catalogue. One exception: `core/locale/ja` holds our Japanese
for the sentences of Django and allauth, whose msgids are English.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent / "src" / "tomoni"
KEYWORDS = {
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "_": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}


def rooms() -> list[Path]:
    """Every package directly under `tomoni` (a single-file `cli.py` belongs to `config`)."""
    return sorted(p for p in ROOT.iterdir() if p.is_dir() and (p / "__init__.py").exists())


def python_sources(room: Path) -> Iterator[tuple[Path, bytes]]:
    """Python files, and templates turned into the Python-like source that Django extracts from."""
    from django.utils.translation.template import templatize

    for path in sorted(room.rglob("*.py")):
        if "migrations" not in path.parts:
            yield path, path.read_bytes()
    for suffix in ("*.html", "*.txt"):
        for path in sorted(room.rglob(suffix)):
            if "templates" in path.parts:
                yield path, templatize(path.read_text(encoding="utf-8"), origin=str(path)).encode()


def template_of(room: Path) -> Catalog:
    """All msgids of a room."""
    catalog = Catalog(project="Tomoni", charset="utf-8")
    for path, source in python_sources(room):
        found = extract("python", io.BytesIO(source), KEYWORDS, options={"encoding": "utf-8"})
        for _line, message, _comments, context in found:
            first = message[0] if isinstance(message, tuple) else message
            if first:
                catalog.add(message, context=context, locations=[(path.relative_to(ROOT).as_posix(), 0)])
    return catalog


def po_path(room: Path) -> Path:
    """Where a room's English catalogue lies."""
    return room / "locale" / "en" / "LC_MESSAGES" / "django.po"


def load(path: Path) -> Catalog:
    """An existing catalogue, or an empty English one."""
    if path.exists():
        with path.open("rb") as file:
            return read_po(file, locale="en")
    return Catalog(locale="en", project="Tomoni", charset="utf-8")


def extract_all() -> None:
    """Update every room's .po: new texts appear empty, unused ones are dropped."""
    for room in rooms():
        template = template_of(room)
        if not len(template):
            continue
        path = po_path(room)
        catalog = load(path)
        catalog.update(template, no_fuzzy_matching=True)
        catalog.obsolete.clear()
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            write_po(
                file,
                catalog,
                width=110,
                sort_output=True,
                no_location=True,
                omit_header=False,
                ignore_obsolete=True,
            )


def identity(english: Catalog) -> Catalog:
    """A Japanese catalogue that says what the msgid says.

    Without one, Django would fall back to English for Japanese readers where TOMONI_LANGUAGE is "en".
    """
    japanese = Catalog(locale="ja", project="Tomoni", charset="utf-8")
    for message in english:
        if message.id:
            text = (message.id[0],) if isinstance(message.id, tuple) else message.id
            japanese.add(message.id, text, context=message.context)
    return japanese


def japanese(room: Path, english: Catalog) -> Catalog:
    """The identity, with our words for the libraries' sentences where the room has a `locale/ja` of its own."""
    catalog = identity(english)
    path = room / "locale/ja/LC_MESSAGES/django.po"
    if path.exists():
        with path.open("rb") as file:
            for message in read_po(file, locale="ja"):
                if message.id:
                    catalog.add(message.id, message.string, context=message.context)
    return catalog


def compile_all() -> None:
    """Write the .mo files: English from the .po, Japanese from the msgids (and our words for the libraries)."""
    for room in rooms():
        path = po_path(room)
        if not path.exists():
            continue
        english = load(path)
        targets = (
            (path.with_suffix(".mo"), english),
            (room / "locale/ja/LC_MESSAGES/django.mo", japanese(room, english)),
        )
        for target, catalog in targets:
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("wb") as file:
                write_mo(file, catalog)


def missing() -> list[str]:
    """`room: msgid` for every text that has no English translation."""
    gaps = []
    for room in rooms():
        catalog = load(po_path(room))
        for message in template_of(room):
            if not message.id:
                continue
            key = message.id[0] if isinstance(message.id, tuple) else message.id
            known = catalog.get(key, context=message.context)
            done = known and (all(known.string) if isinstance(known.string, tuple) else known.string)
            if not done or (known and known.fuzzy):
                gaps.append(f"{room.name}: {key}")
    return gaps


def main() -> None:
    """Dispatch."""
    command = sys.argv[1] if len(sys.argv) > 1 else ""
    if command == "extract":
        extract_all()
    elif command == "compile":
        compile_all()
    elif command == "check":
        gaps = missing()
        sys.stdout.write("".join(f"{gap}\n" for gap in gaps))
        sys.exit(1 if gaps else 0)
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main()
