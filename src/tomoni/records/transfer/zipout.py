"""A zip with a list (記録.csv) and its attachments, written as it is sent. The cells of file fields name the paths."""

from __future__ import annotations

import csv
import io
import re
import tempfile
import unicodedata
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from tomoni.core.errors import NotFound
from tomoni.core.files import open_stored
from tomoni.core.models import StoredFile
from tomoni.records.schema.spec import FieldSpec
from tomoni.records.transfer.xlsxout import Pipe

LIST = "記録.csv"
CHUNK = 256 * 1024
SPOOL = 4 * 1024 * 1024
_BAD = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f]')
_DEVICES = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\.|$)")

Rows = Callable[[Callable[..., Any]], Iterable[tuple[int, list[Any]]]]


def part(name: str, most: int = 80) -> str:
    """A name that every system takes as one part of a path; its ending stays."""
    clean = _BAD.sub("_", unicodedata.normalize("NFC", name)).strip(" .") or "_"
    clean = f"_{clean}" if _DEVICES.match(clean) else clean
    stem, dot, ending = clean.rpartition(".")
    return (
        clean
        if len(clean) <= most
        else f"{stem[: most - len(ending) - 1]}{dot}{ending[:10]}"
        if dot
        else clean[:most]
    )


def path_of(spec: FieldSpec, stored: StoredFile) -> str:
    """Where an attachment lies in the zip: the field, then its number and name."""
    return f"{part(spec.code, 40)}/{stored.pk}_{part(stored.name)}"


def stream(heads: Sequence[str], rows: Rows, write: Callable[..., str]) -> Iterator[bytes]:
    """The file in pieces. `rows(cell_of)` gives the lines; `write` makes the cells of all other fields."""
    waiting: list[tuple[str, StoredFile]] = []

    def cell(presenter: Any, spec: FieldSpec, value: Any) -> str:
        if spec.type != "file":
            return write(presenter, spec, value)
        found = [(path_of(spec, f), f) for pk in value or () if (f := presenter.stored.get(pk)) is not None]
        waiting.extend(found)
        return "\n".join(path for path, _stored in found)

    pipe, sent = Pipe(), set[str]()
    with (
        tempfile.SpooledTemporaryFile(SPOOL) as listed,
        zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,  # type: ignore[call-overload]
    ):
        text = io.TextIOWrapper(listed, "utf-8-sig", "replace", newline="", write_through=True)
        lines = csv.writer(text, lineterminator="\r\n")
        lines.writerow(heads)
        for _record, line in rows(cell):
            lines.writerow(line)
            for path, stored in waiting:
                if path not in sent:
                    sent.add(path)
                    yield from _attachment(archive, pipe, path, stored)
            waiting.clear()
        text.flush()
        listed.seek(0)
        yield from _entry(archive, pipe, LIST, listed)
        text.detach()
    yield pipe.take()


def _attachment(archive: zipfile.ZipFile, pipe: Pipe, path: str, stored: StoredFile) -> Iterator[bytes]:
    try:
        content = open_stored(stored)
    except NotFound:
        return
    with content:
        yield from _entry(archive, pipe, path, content)


def _entry(archive: zipfile.ZipFile, pipe: Pipe, path: str, content: Any) -> Iterator[bytes]:
    with archive.open(path, "w", force_zip64=True) as target:
        while chunk := content.read(CHUNK):
            target.write(chunk)
            if piece := pipe.take():
                yield piece
