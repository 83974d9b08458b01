"""Pages of imports: the upload, the preview with the mapping, the result, the file of errors, the undo."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tomoni.core.errors import Conflict, Invalid
from tomoni.people.decorators import staff_required
from tomoni.records.schema.snapshot import AppSchema
from tomoni.records.transfer import columns, queries
from tomoni.records.transfer.actions.undo_import import UNDOABLE, start_undo
from tomoni.records.transfer.actions.upload import start, upload
from tomoni.records.transfer.jobs import summary
from tomoni.records.transfer.models import Import
from tomoni.records.views.common import Inside, enter
from tomoni.records.views.csvfile import safe

TAGS = {
    "running": "doing", "done": "done", "refused": "late", "cancelled": "stop", "broken": "late",
    "undoing": "doing", "undone": "stop", "uploaded": "new",
}  # fmt: skip
SHOWN_BAD = 50


@staff_required
def home(request: HttpRequest, code: str) -> HttpResponse:
    """`/build/transfer/<code>/`: choose a file; past imports."""
    inside, errors = enter(request, code, "import"), []
    if request.method == "POST":
        file = request.FILES.get("file")
        try:
            row = upload(actor=inside.actor, app=code, file=file, name=getattr(file, "name", "") or "")
        except Invalid as error:
            errors = _texts(error)
        else:
            return redirect("record_transfer:one", code, row.pk)
    past = [(row, TAGS[row.state]) for row in queries.past(inside.actor, code)]
    context = inside.context(request, "import", errors=errors, past=past)
    return render(request, "record_transfer/home.html", context, status=422 if errors else 200)


@staff_required
@require_safe
def one(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """The mapping of a file that was just chosen, else what became of it."""
    inside = enter(request, code, "import")
    schema, row = queries.one(inside.actor, code, number)
    if row.state == Import.State.UPLOADED:
        return _mapping(request, inside, schema, row, {})
    if row.state in (Import.State.RUNNING, Import.State.UNDOING) and queries.job_state(row) != "failed":
        return redirect("core:job", row.job)
    bad = [(line, _words(schema, row, line.errors)) for line in queries.bad_lines(row, SHOWN_BAD)]
    context = inside.context(
        request, "import", row=row, tag=TAGS[row.state], bad=bad, summary=summary(row), kept=queries.kept(row),
        undoable=row.state in UNDOABLE and row.created + row.updated > 0,
        mapped=[(h, columns_label(schema, c)) for h, c in zip(row.headers, row.mapping, strict=False)],
    )  # fmt: skip
    return render(request, "record_transfer/result.html", context)


def _mapping(
    request: HttpRequest, inside: Inside, schema: AppSchema, row: Import, errors: dict[str, list[str]]
) -> HttpResponse:
    """The page of the mapping; with errors as it was filled in."""
    post, preview = request.POST, queries.preview(row)
    offered = columns.choices(inside.actor, schema)
    chosen = [post.get(f"column-{n}", c) for n, c in enumerate(row.mapping)] if errors else row.mapping
    lines = [
        {
            "at": at, "header": header, "chosen": chosen[at] if at < len(chosen) else "",
            "samples": [cells[at][:60] for _n, cells in preview.lines if at < len(cells) and cells[at].strip()],
        }
        for at, header in enumerate(row.headers)
    ]  # fmt: skip
    context = inside.context(
        request, "import", row=row, kind=preview.kind, columns=lines, choices=offered, errors=errors,
        shown=len(preview.lines), modes=Import.Mode.choices, policies=Import.Policy.choices,
        keys=[(columns.NUMBER, _("レコード番号")), *((f.code, f.label) for f in columns.keys(schema))],
        mode=post.get("mode", row.mode), key=post.get("key", row.key), policy=post.get("policy", row.policy),
        remembered=columns.remembered(schema, offered, row.headers) is not None,
    )  # fmt: skip
    return render(request, "record_transfer/mapping.html", context, status=422 if errors else 200)


@staff_required
@require_POST
def start_import(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """「取り込む」."""
    inside = enter(request, code, "import")
    schema, row = queries.one(inside.actor, code, number)
    mapping = [request.POST.get(f"column-{n}", "")[:64] for n in range(len(row.headers))]
    try:
        row = start(
            actor=inside.actor, app=code, number=number, mapping=mapping, mode=request.POST.get("mode", ""),
            key=request.POST.get("key", "")[:64], policy=request.POST.get("policy", ""),
        )  # fmt: skip
    except Conflict:  # a second press of the button
        return redirect("record_transfer:one", code, number)
    except Invalid as error:
        return _mapping(
            request, inside, schema, row, {k: [str(t) for t in v] for k, v in error.errors.items()}
        )
    return redirect("core:job", row.job)


@staff_required
@require_POST
def undo(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """「この取り込みを取り消す」."""
    inside = enter(request, code, "import")
    try:
        row = start_undo(actor=inside.actor, app=code, number=number)
    except Conflict as error:
        messages.warning(request, str(error))
        return redirect("record_transfer:one", code, number)
    return redirect("core:job", row.job)


@staff_required
@require_safe
def errors(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """The lines that were not taken in, with their cells: to be mended and taken in again."""
    inside = enter(request, code, "import")
    schema, row = queries.one(inside.actor, code, number)
    response = StreamingHttpResponse(_error_lines(schema, row), content_type="text/csv; charset=utf-8")
    name = row.name.rpartition(".")[0] or row.name
    response["Content-Disposition"] = content_disposition_header(True, f"{name}_誤り.csv") or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return cast(HttpResponse, response)


def _error_lines(schema: AppSchema, row: Import) -> Iterator[str]:
    writer = csv.writer(_Echo(), lineterminator="\r\n")
    yield "\ufeff" + writer.writerow([_("行"), _("列"), _("理由"), *map(safe, row.headers)])
    for bad in queries.bad_lines(row):
        words = _words(schema, row, bad.errors)
        where = "、".join(dict.fromkeys(column for _line, column, _text in words if column))
        why = " ".join(f"{column}: {text}" if column else text for _line, column, text in words)
        yield writer.writerow([bad.line, safe(where), safe(why), *map(safe, bad.cells)])


def _words(schema: AppSchema, row: Import, found: list[list[Any]]) -> list[tuple[int, str, str]]:
    """(line, column, sentence): the column by its header in the file, else by the field's label."""
    words = []
    for line, code, text in found:
        label, header = queries.named(schema, row, code)
        words.append((int(line), str(header or label), str(text)))
    return words


def columns_label(schema: AppSchema, code: str) -> str:
    """What a column went into, in words; empty where it was passed over."""
    if code == columns.NUMBER:
        return _("レコード番号")
    spec = schema.by_code.get(code)
    return spec.label if spec else _("レコードの開始行") if code == "*" else ""


def _texts(error: Invalid) -> list[str]:
    return [str(text) for texts in error.errors.values() for text in texts]


class _Echo:
    """A file that hands each line back."""

    def write(self, value: str) -> str:
        """The line."""
        return value
