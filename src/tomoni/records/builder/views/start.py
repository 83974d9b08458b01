"""New apps from what the office has: a table (CSV, XLSX) with guessed types, or the old sheet beside the builder."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice
from typing import Any, cast

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from tomoni.core import files
from tomoni.core.errors import Invalid, NotFound
from tomoni.people.decorators import right_required, staff_required
from tomoni.records import facade
from tomoni.records.builder import guess, pieces
from tomoni.records.builder.actions.take_source import take_source, tie_source
from tomoni.records.builder.models import Source
from tomoni.records.forms import Problem
from tomoni.records.schema.spec import FieldSpec
from tomoni.records.transfer import reading
from tomoni.records.views import app_new, fieldwords
from tomoni.records.views.common import actor_of, enter

SAMPLE = 500
MOST_ROWS = 5_000
GUESSED = ("text", "multiline", "number", "date", "datetime", "time", "choice", "multichoice", "link")
TABLES = frozenset({"sheet", "text"})
SHEETS = frozenset({"image", "pdf", "sheet"})


@right_required("apps.create")
def from_file(request: HttpRequest) -> HttpResponse:
    """`/build/new/file/`: choose a table."""
    return _upload(request, "file", TABLES)


@right_required("apps.create")
def from_paper(request: HttpRequest) -> HttpResponse:
    """`/build/new/paper/`: choose the old sheet as photo, PDF or XLSX."""
    return _upload(request, "paper", SHEETS)


def _upload(request: HttpRequest, way: str, kinds: frozenset[str]) -> HttpResponse:
    problems: list[Problem] = []
    if request.method == "POST":
        upload = request.FILES.get("file")
        try:
            name = upload.name if upload and upload.name else "file"
            made = take_source(actor=actor_of(request), upload=upload, name=name, kinds=kinds)
            return redirect("records:create_from", way, made)
        except Invalid as error:
            problems = [Problem("file", _("ファイル"), str(t)) for ts in error.errors.values() for t in ts]
            problems = problems or [Problem("file", _("ファイル"), str(error))]
    context = {"way": way, "problems": problems}
    return render(request, "record_builder/upload.html", context, status=422 if problems else 200)


@right_required("apps.create")
def from_source(request: HttpRequest, way: str, pk: int) -> HttpResponse:
    """The second step: name, fields (guessed or read off the sheet), whether to take the rows over."""
    source = (
        Source.objects.filter(pk=pk, user_id=actor_of(request).id or 0, app=None)
        .select_related("file")
        .first()
    )
    if source is None or way not in ("file", "paper"):
        raise NotFound(source=pk)
    try:
        head, rows = _table(source) if way == "file" else ([], [])
        found = guess.columns(head, rows) if way == "file" else _labels(source)
    except Invalid as error:
        messages.error(request, str(error))
        return redirect("records:create_from_file" if way == "file" else "records:create_from_paper")
    name = source.file.name.rpartition(".")[0][:90]
    data = {"name": request.POST.get("name", name).strip(), "code": "", "description": "", "task_id": ""}
    chosen = [_chosen(request, i, g) for i, g in enumerate(found)]
    if request.method != "POST":
        return _second(request, way, source, data, chosen, [])
    try:
        fields, places = _fields(chosen)
        app = facade.create_app(actor=actor_of(request), spec=app_new._spec(data, fields))
    except Invalid as error:
        problems = [Problem("", "", str(t)) for ts in error.errors.values() for t in ts]
        return _second(request, way, source, data, chosen, problems, 422)
    if way == "paper":
        tie_source(actor=actor_of(request), source=pk, app=app.code)
    elif request.POST.get("take") == "1":
        _take(request, app.code, source, [f.code for f in fields], places)
    messages.success(
        request, _("アプリ「%(name)s」をつくりました。つぎは項目を見直します。") % {"name": app.name[:60]}
    )
    return redirect("records:form", app.code)


def _chosen(request: HttpRequest, index: int, found: guess.Guess) -> dict[str, Any]:
    """A column as it stands in the form: guessed, or corrected."""
    post = request.POST
    posted = request.method == "POST"
    return {
        "guess": found,
        "index": index,
        "use": post.get(f"use.{index}") == "1" if posted else True,
        "label": post.get(f"label.{index}", "").strip()[:100] if posted else found.label[:100],
        "type": post.get(f"type.{index}", "") if posted else found.type,
        "personal": post.get(f"personal.{index}") == "1" if posted else found.personal,
    }


def _fields(chosen: Sequence[dict[str, Any]]) -> tuple[tuple[FieldSpec, ...], list[int]]:
    """The fields of the chosen columns, and which columns these are."""
    made: list[FieldSpec] = []
    places: list[int] = []
    for column in chosen:
        if not column["use"]:
            continue
        if column["type"] not in GUESSED or not column["label"]:
            raise Invalid({"fields": [_("項目の名前と種類を選び直してください。")]})
        field = pieces.new_field(column["type"], {f.code for f in made}, column["label"])
        assert field is not None
        if column["guess"].choices and column["type"] in ("choice", "multichoice"):
            field = replace(field, options={"choices": list(column["guess"].choices)})
        if column["personal"]:
            field = replace(field, personal="personal", purpose=_("この業務の連絡と確認のため"))
        made.append(field)
        places.append(column["index"])
    return tuple(made), places


def _take(request: HttpRequest, app: str, source: Source, names: list[str], places: list[int]) -> None:
    """The rows become records; what does not fit is counted and left to the import."""
    with _lines(source) as lines:
        next(lines, None)
        rows = [
            {n: line[i] if i < len(line) else "" for n, i in zip(names, places, strict=True)}
            for _number, line in islice(lines, MOST_ROWS)
        ]
        more = next(lines, None) is not None
    result = facade.create_records(
        actor=actor_of(request), app=app, rows=rows, source="import", skip_bad=True
    )
    messages.success(request, _("%(n)s行を記録にしました。") % {"n": f"{len(result.created):,}"})
    if result.errors:
        text = _("%(n)s行は入りませんでした。種類を直してから、取り込みをしてください。")
        messages.warning(request, text % {"n": f"{len(result.errors):,}"})
    if more:
        messages.warning(request, _("5,000行より後は、アプリの「取り込み」から入れてください。"))


@contextmanager
def _lines(source: Source) -> Iterator[Iterator[reading.Line]]:
    with (
        files.open_stored(source.file) as content,
        reading.opened(content, reading.kind_of(content)) as lines,
    ):
        yield lines


def _table(source: Source) -> tuple[list[str], list[list[str]]]:
    with _lines(source) as lines:
        head = next(lines, None)
        if head is None:
            raise Invalid(_("表が空です。1行目に見出しのある表を選んでください。"))
        return head[1][:200], [cells for _number, cells in islice(lines, SAMPLE)]


def _labels(source: Source) -> list[guess.Guess]:
    """The words in the cells of an XLSX sheet are offered as fields; nothing is guessed from a photo or PDF."""
    if "sheet" not in source.file.content_type:
        return []
    found: dict[str, None] = {}
    with _lines(source) as lines:
        for _number, cells in islice(lines, 200):
            for cell in cells:
                text = " ".join(cell.split()).rstrip("：:")
                if 1 < len(text) <= 30 and not any(c.isdigit() for c in text):
                    found.setdefault(text)
    return [
        guess.Guess(t, _type_by_name(t), personal=guess.columns([t], [])[0].personal)
        for t in list(found)[:60]
    ]


def _type_by_name(label: str) -> str:
    if label.endswith(("日", "年月日", "日付")):
        return "date"
    if label.endswith(("人数", "金額", "数量", "個数", "年齢")):
        return "number"
    return "multiline" if label.endswith(("理由", "内容", "備考")) else "text"


def _second(
    request: HttpRequest,
    way: str,
    source: Source,
    data: dict[str, str],
    chosen: Sequence[dict[str, Any]],
    problems: list[Problem],
    status: int = 200,
) -> HttpResponse:
    known = {t.code: t.label for t in fieldwords.words()}
    context = {
        "way": way,
        "source": source,
        "data": data,
        "columns": chosen,
        "types": [(c, known[c]) for c in GUESSED],
        "problems": problems,
        "is_image": source.file.content_type.startswith("image/"),
    }
    return render(request, "record_builder/start.html", context, status=status)


@staff_required
def paper(request: HttpRequest, code: str) -> HttpResponse:
    """The sheet of an app, for those who manage it. Images are shown, all else is a download."""
    inside = enter(request, code, "manage")
    source = Source.objects.filter(app_id=inside.app.id).select_related("file").first()
    if source is None:
        raise NotFound(code=code)
    shown = source.file.content_type in ("image/png", "image/jpeg", "image/webp", "image/gif")
    response = FileResponse(
        files.open_stored(source.file), as_attachment=not shown, filename=source.file.name
    )
    if shown:
        response["Content-Type"] = source.file.content_type
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return cast(HttpResponse, response)


def sheet_of(app_id: int) -> tuple[str, bool] | None:
    """The name of an app's sheet and whether it is a picture."""
    found = Source.objects.filter(app_id=app_id).select_related("file").first()
    return (found.file.name, found.file.content_type.startswith("image/")) if found else None
