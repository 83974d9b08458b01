"""Tables (テーブル) on pages: the widget without JavaScript, the record's page, conflicts, history."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tomoni.records import facade, tablelines
from tomoni.records.schema.spec import AppSpec, FieldSpec, RightSpec

F = FieldSpec
SPEC = AppSpec(
    code="shop",
    name="物品の申請",
    fields=(
        F("件名", "text", "件名", required=True),
        F(
            "明細",
            "table",
            "申請する物",
            help="1つの物を1行に書きます。",
            fields=(
                F("品名", "text", "品名", required=True),
                F("数量", "number", "数量", default="1", options={"unit": "個", "min": "1"}),
                F("札", "multichoice", "札", options={"choices": ["急ぎ", "重い"]}),
                F("担当", "user", "担当"),
                F("写し", "file", "写し"),
            ),
        ),
    ),
    rights=(RightSpec("staff", ("view", "add", "edit", "delete", "export")),),
    title_field="件名",
)


@pytest.fixture
def shop(actor):
    return facade.create_app(actor=actor("dx"), spec=SPEC)


def post_of(*rows, **more):
    """What the browser posts for these rows (品名, 数量, row number)."""
    data = {"件名": "文具", "明細.rows": [str(n) for n in range(len(rows))], **more}
    for n, (name, amount, number) in enumerate(rows):
        data |= {f"明細.{n}.品名": name, f"明細.{n}.数量": amount, f"明細.{n}.id": str(number or "")}
    return data


def shown(html):
    """The rows of the widget as the page has them: the values of 品名."""
    body = html.split("<template")[0]
    return re.findall(r'name="明細\.\d+\.品名" type="text" value="([^"]*)"', body)


def names_of(actor, record=1):
    rows = facade.get(actor=actor("clerk"), app="shop", record=record).values["明細"]
    return [row["values"]["品名"] for row in rows]


def test_a_new_form_offers_a_blank_row_that_is_not_stored(shop, client_as, actor):
    client = client_as("clerk")
    page = client.get("/build/apps/shop/new/").content.decode()
    assert shown(page) == [""]
    assert 'name="明細.0.数量" type="text" value="1"' in page
    assert client.post("/build/apps/shop/new/", post_of(("", "1", None))).status_code == 302
    assert names_of(actor) == []
    client.post("/build/apps/shop/new/", post_of(("鉛筆", "12", None), ("", "1", None), ("紙", "", None)))
    assert names_of(actor, 2) == ["鉛筆", "紙"]


@pytest.mark.parametrize(
    ("button", "expected"),
    [
        ("明細:add", ["あ", "い", "う", ""]),
        ("明細:remove:1", ["あ", "う"]),
        ("明細:up:2", ["あ", "う", "い"]),
        ("明細:down:0", ["い", "あ", "う"]),
        ("明細:up:0", ["あ", "い", "う"]),
        ("明細:remove:99", ["あ", "い", "う"]),
        ("無い:add", ["あ", "い", "う"]),
        ("x", ["あ", "い", "う"]),
    ],
)
def test_buttons_work_without_javascript_and_save_nothing(shop, client_as, actor, button, expected):
    client = client_as("clerk")
    rows = [("あ", "1", None), ("い", "2", None), ("う", "3", None)]
    answer = client.post("/build/apps/shop/new/", post_of(*rows, _table=button))
    assert answer.status_code == 200
    assert shown(answer.content.decode()) == expected
    assert facade.find(actor=actor("clerk"), app="shop").total == 0


def test_an_upload_survives_a_button(shop, client_as, actor):
    client = client_as("clerk")
    photo = SimpleUploadedFile("写し.txt", b"hello", "text/plain")
    data = post_of(("あ", "1", None), _table="明細:add") | {"明細.0.写し": photo}
    page = client.post("/build/apps/shop/new/", data).content.decode()
    kept = re.search(r'name="明細\.0\.写し" value="(\d+)" checked', page)
    assert kept
    assert "写し.txt" in page
    client.post("/build/apps/shop/new/", post_of(("あ", "1", None)) | {"明細.0.写し": kept[1]})
    record = facade.get(actor=actor("clerk"), app="shop", record=1)
    assert record.values["明細"][0]["values"]["写し"] == [int(kept[1])]
    assert client.get(f"/build/apps/shop/1/files/{kept[1]}/").status_code == 200
    assert "写し.txt" in client.get("/build/apps/shop/1/").content.decode()


def test_errors_lead_to_the_cell(shop, client_as):
    client = client_as("clerk")
    answer = client.post("/build/apps/shop/new/", post_of(("あ", "1", None), ("", "-1", None)))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'href="#f-明細.1.品名-row"' in page
    assert 'id="f-明細.1.品名-row"' in page
    assert "2行目の数量" in page
    assert 'id="f-明細.1.数量-e"' in page
    assert shown(page) == ["あ", ""]


def test_editing_keeps_rows(shop, client_as, actor):
    client = client_as("clerk")
    client.post("/build/apps/shop/new/", post_of(("あ", "1", None), ("い", "2", None)))
    before = facade.get(actor=actor("clerk"), app="shop", record=1).values["明細"]
    ids = [row["id"] for row in before]
    page = client.get("/build/apps/shop/1/edit/").content.decode()
    assert f'name="明細.1.id" value="{ids[1]}"' in page
    data = post_of(("い", "5", ids[1]), ("新", "1", None), _revision="1")
    assert client.post("/build/apps/shop/1/edit/", data).status_code == 302
    after = facade.get(actor=actor("clerk"), app="shop", record=1).values["明細"]
    assert [(r["values"]["品名"], str(r["values"]["数量"])) for r in after] == [("い", "5"), ("新", "1")]
    assert after[0]["id"] == ids[1]
    record_page = client.get("/build/apps/shop/1/").content.decode()
    assert re.search(r'<td class="r " data-label="数量">5個', record_page)
    assert "申請する物 1行目" in record_page
    assert "<del>数量: 2個</del> → <ins>数量: 5個</ins>" in record_page
    assert "<del>品名: あ、数量: 1個</del>" in record_page


def test_a_conflict_shows_both_tables_and_keeps_the_chosen_one(shop, client_as, actor):
    clerk = actor("clerk")
    client = client_as("clerk")
    client.post("/build/apps/shop/new/", post_of(("あ", "1", None), ("い", "2", None)))
    rows = facade.get(actor=clerk, app="shop", record=1).values["明細"]
    ids = [row["id"] for row in rows]
    facade.update_record(actor=clerk, app="shop", record=1, values={"明細": rows[1:]})
    mine = post_of(("あ", "1", ids[0]), ("い", "2", ids[1]), ("う", "3", None), _revision="1")
    page = client.post("/build/apps/shop/1/edit/", mine)
    text = page.content.decode()
    assert page.status_code == 409
    assert text.count('<table class="table table--fit rows--cards in-table">') == 2
    assert re.search(r'name="keep.明細" value="mine" checked', text)
    hidden = dict.fromkeys(re.findall(r'type="hidden" name="明細\.rows" value="(\d)"', text))
    assert list(hidden) == ["0", "1", "2"]
    chosen = post_of(("あ", "1", ids[0]), ("い", "2", ids[1]), ("う", "3", None), _revision="2", _merge="1")
    client.post("/build/apps/shop/1/edit/", chosen | {"keep.明細": "mine"})
    assert names_of(actor) == ["あ", "い", "う"]


def test_a_table_that_i_left_alone_stays_theirs(shop, client_as, actor):
    clerk = actor("clerk")
    client = client_as("clerk")
    client.post("/build/apps/shop/new/", post_of(("あ", "1", None), ("い", "2", None)))
    rows = facade.get(actor=clerk, app="shop", record=1).values["明細"]
    ids = [row["id"] for row in rows]
    facade.update_record(
        actor=clerk, app="shop", record=1, values={"明細": [*rows[1:], {"values": {"品名": "彼"}}]}
    )
    mine = post_of(("あ", "1", ids[0]), ("い", "2", ids[1]), _revision="1") | {"件名": "別の件名"}
    text = client.post("/build/apps/shop/1/edit/", mine).content.decode()
    assert re.search(r'name="keep.明細" value="theirs" checked', text)
    assert re.search(r'name="keep.件名" value="mine" checked', text)


def test_the_form_asks_no_more_for_more_rows(shop, client_as, actor, django_assert_max_num_queries):
    rows = [{"values": {"品名": f"{n}", "担当": ["clerk"]}} for n in range(100)]
    for count in (1, 100):
        facade.create_record(actor=actor("clerk"), app="shop", values={"件名": "x", "明細": rows[:count]})
    client = client_as("clerk")
    client.get("/build/apps/shop/1/edit/")
    with django_assert_max_num_queries(60) as one:
        client.get("/build/apps/shop/1/edit/")
    with django_assert_max_num_queries(len(one)):
        client.get("/build/apps/shop/2/edit/")


def test_the_search_box_finds_what_stands_in_rows(shop, client_as, actor):
    for name in ("会議用の机", "鉛筆"):
        values = {"件名": f"{name}の件" if name == "鉛筆" else "備品", "明細": [{"values": {"品名": name}}]}
        facade.create_record(actor=actor("clerk"), app="shop", values=values)
    page = client_as("clerk").get("/build/apps/shop/?s=会議用").content.decode()
    assert "備品" in page
    assert "鉛筆の件" not in page


def test_the_list_says_how_many_rows(shop, client_as, actor):
    facade.create_record(
        actor=actor("clerk"), app="shop", values={"件名": "x", "明細": [{"values": {"品名": "a"}}] * 3}
    )
    assert "3行" in client_as("clerk").get("/build/apps/shop/").content.decode()


def test_a_bare_table_in_the_openapi_document(shop):
    from tomoni.records.api import openapi

    made = openapi.field_schema(shop.field("明細"))
    assert made["items"]["properties"]["values"]["properties"]["品名"]["type"] == "string"


def test_a_csv_file_has_a_line_for_each_row_and_comes_back(shop, client_as, actor):
    clerk = actor("clerk")
    rows = [{"values": {"品名": "=あ", "数量": "2", "札": ["急ぎ", "重い"]}}, {"values": {"品名": "い"}}]
    facade.create_record(actor=clerk, app="shop", values={"件名": "文具", "明細": rows})
    facade.create_record(actor=clerk, app="shop", values={"件名": "行なし"})
    answer = client_as("clerk").get("/build/apps/shop/csv/?col=件名&col=明細")
    lines = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    ids = [str(r["id"]) for r in facade.get(actor=clerk, app="shop", record=1).values["明細"]]
    assert lines == [
        ["レコードの開始行", "件名", "申請する物", "品名", "数量", "札", "担当", "写し"],
        ["*", "行なし", "", "", "", "", "", ""],
        ["*", "文具", ids[0], "'=あ", "2", "急ぎ\n重い", "", ""],
        ["", "文具", ids[1], "い", "1", "", "", ""],
    ]
    codes = [head.code for head in tablelines.heads(SPEC.fields)]
    assert codes == ["*", "件名", "明細", "品名", "数量", "札", "担当", "写し"]
    cells = [(n, dict(zip(codes, line, strict=True))) for n, line in enumerate(lines[1:], start=2)]
    found = list(tablelines.gather(SPEC.fields, cells))
    assert [(g.line, g.values["件名"], g.rows["明細"]) for g in found] == [
        (2, "行なし", []),
        (3, "文具", [3, 4]),
    ]
    result = facade.create_records(
        actor=actor("dx"), app="shop", rows=[g.values for g in found], source="api"
    )
    again = facade.get(actor=clerk, app="shop", record=result.created[1])
    first = facade.get(actor=clerk, app="shop", record=1)
    assert [r["values"] | {"品名": ""} for r in again.values["明細"]] == [
        r["values"] | {"品名": ""} for r in first.values["明細"]
    ]


def test_lines_without_a_mark_are_records_of_one_row():
    cells = [(1, {"件名": "a", "品名": "x"}), (2, {"件名": "b", "品名": ""}), (3, {"件名": "c"})]
    found = list(tablelines.gather(SPEC.fields, cells))
    assert [g.values for g in found] == [
        {"件名": "a", "明細": [{"id": None, "values": {"品名": "x"}}]},
        {"件名": "b", "明細": []},
        {"件名": "c"},
    ]


@pytest.mark.parametrize(
    "path",
    [
        "apps/shop/", "apps/shop/?record=1", "apps/shop/1/", "apps/shop/form/", "apps/shop/form/preview/",
        "apps/shop/form/?at=f:明細", "apps/shop/views/", "apps/shop/rights/", "apps/shop/process/", "apps/shop/about/",
        "apps/shop/trash/", "automation/shop/", "kits/export/shop/",
    ],
)  # fmt: skip
def test_every_page_of_an_app_with_a_table_answers(shop, client_as, actor, path):
    rows = [{"values": {"品名": "机", "担当": [actor("clerk").id]}}]
    facade.create_record(actor=actor("dx"), app="shop", values={"件名": "x", "明細": rows})
    answer = client_as("dx").get(f"/build/{path}")
    assert answer.status_code == 200


def test_a_column_comes_back_from_the_form_page(shop, client_as, actor):
    table = shop.field("明細")
    smaller = replace(table, fields=tuple(c for c in table.fields if c.code != "札"))
    facade.update_field(actor=actor("dx"), app="shop", code="明細", field=smaller)
    client = client_as("dx")
    page = client.get("/build/apps/shop/form/").content.decode()
    assert "明細 › 札" in page
    client.post("/build/apps/shop/form/restore/", {"field": str(shop.field("札").id)})
    assert [c.code for c in facade.schema(code="shop").field("明細").fields][-1] == "札"
