"""Handing out an attachment: only through a record that shows it to this reader."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from tomoni.core import files
from tomoni.core.errors import NotFound
from tomoni.core.models import StoredFile
from tomoni.people.decorators import staff_required
from tomoni.records import facade
from tomoni.records.actions import _files
from tomoni.records.views.common import enter


@staff_required
def download(request: HttpRequest, code: str, pk: int, file: int) -> HttpResponse:
    """`/build/apps/<code>/<id>/files/<file>/`; 404 unless the file belongs to a file field of the record."""
    inside = enter(request, code, "view")
    record = facade.get(actor=inside.actor, app=code, record=pk)
    held = {n for f in inside.app.fields if f.type == "file" for n in record.values.get(f.code) or ()}
    for table, column in _files.columns(inside.app):
        held.update(n for ids in _files.inside(table, column, record.values) for n in ids)
    stored = StoredFile.objects.filter(pk=file).first() if file in held else None
    if stored is None:
        raise NotFound(_("このファイルは見つかりません。"))
    return cast(HttpResponse, files.download_response(stored))
