"""New apps from a table and from the old sheet."""

from __future__ import annotations

import base64

import pytest
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile

from tomoni.records import facade
from tomoni.records.builder import guess

ROWS = [
    ["山田 花子", "0120-00-0000", "令和8年4月1日", "1,200", "本所", "9:30"],
    ["鈴木 一郎", "0120-11-1111", "2026/04/02", "800", "支所", "10:00"],
] * 4
HEAD = ["氏名", "電話番号", "受付日", "手数料", "窓口", "時刻"]


def test_types_are_guessed_from_the_cells():
    found = guess.columns(HEAD, ROWS)
    assert [g.type for g in found] == ["text", "text", "date", "number", "choice", "time"]
    assert found[4].choices == ("本所", "支所")
    assert [g.personal for g in found[:3]] == [True, True, False]
    assert guess.type_of("番号", ["001", "002"]) == ("text", ()), "zeros at the head are kept"
    assert guess.type_of("メモ", ["あ" * 80])[0] == "multiline"
    assert guess.type_of("x", [])[0] == "text"


def csv_file(charset: str = "utf-8") -> SimpleUploadedFile:
    lines = [",".join(f'"{c}"' for c in row) for row in [HEAD, *ROWS]]
    return SimpleUploadedFile("受付簿.csv", "\r\n".join(lines).encode(charset))


@pytest.mark.django_db
@pytest.mark.parametrize("charset", ["utf-8", "cp932"])
def test_an_app_from_a_csv_with_its_rows(charset, section, client_as, actor):
    client = client_as("dx")
    made = client.post("/build/new/file/", {"file": csv_file(charset)})
    assert made.status_code == 302
    page = client.get(made["Location"])
    assert "山田 花子" in page.content.decode()
    values = {"name": "受付簿", "take": "1"}
    for c in page.context["columns"]:
        values |= {
            f"use.{c['index']}": "1",
            f"label.{c['index']}": c["label"],
            f"type.{c['index']}": c["type"],
        }
    values["type.5"] = "text"
    done = client.post(made["Location"], values)
    assert done.status_code == 302
    code = done["Location"].split("/")[3]
    app = facade.schema(code=code)
    assert [f.type for f in app.fields] == ["text", "text", "date", "number", "choice", "text"]
    said = [str(m) for m in get_messages(done.wsgi_request)]
    assert facade.count(actor=actor("dx"), app=code) == 8, said
    assert client_as("dx", "other").get(made["Location"]).status_code == 404, "another person's file"
    assert client.post("/build/new/file/", {}).status_code == 422


@pytest.mark.django_db
def test_an_app_from_a_photographed_sheet(section, client_as):
    picture = base64.b64decode(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=="
    )
    client = client_as("dx")
    made = client.post("/build/new/paper/", {"file": SimpleUploadedFile("様式.png", picture)})
    assert made.status_code == 302
    done = client.post(made["Location"], {"name": "希望調査"})
    assert done.status_code == 302
    page = client.get(done["Location"]).content.decode()
    assert "paper-view" in page
    shown = client.get(done["Location"] + "paper/")
    assert shown["Content-Type"] == "image/png"
    assert shown["X-Content-Type-Options"] == "nosniff"
    assert client_as("clerk").get(done["Location"] + "paper/").status_code == 403
