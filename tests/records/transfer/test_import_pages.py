"""The pages of imports: upload, mapping, job, result, error file, undo."""

from __future__ import annotations

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tomoni.core import jobs
from tomoni.records.transfer.models import Import

TEXT = "管理番号,品名,数量\nA1,机,1\nA2,=1+1,x\n"


def sent(client, text=TEXT):
    return client.post(
        reverse("record_transfer:home", args=["goods"]),
        {"file": SimpleUploadedFile("備品.csv", text.encode())},
    )


def test_from_the_file_to_the_result_and_back(goods, client_as):
    client = client_as("clerk")
    assert "ファイルから取り込む" in client.get(reverse("records:list", args=["goods"])).content.decode()
    page = client.get(sent(client).url)
    html = page.content.decode()
    assert "備品.csv（UTF-8）を読みました" in html
    assert '<option value="数" selected>' in html.replace("  ", " ")
    row = Import.objects.get()
    url = reverse("record_transfer:start", args=["goods", row.pk])
    values = {
        "column-0": "管理番号",
        "column-1": "品名",
        "column-2": "数",
        "mode": "insert",
        "policy": "good",
    }
    assert client.post(url, values | {"column-1": ""}).status_code == 422
    answer = client.post(url, values)
    assert answer.status_code == 302
    assert client.post(url, values).status_code == 302  # pressed twice
    jobs.drain()
    assert "加えた記録 1件" in client.get(answer.url).content.decode()
    one = reverse("record_transfer:one", args=["goods", row.pk])
    assert "取り込めなかった行" in client.get(one).content.decode()
    file = b"".join(client.get(reverse("record_transfer:errors", args=["goods", row.pk])).streaming_content)
    head, line = file.decode("utf-8-sig").splitlines()
    assert head == "行,列,理由,管理番号,品名,数量"
    assert line.startswith("3,数量,")
    assert line.endswith("A2,'=1+1,x")
    client.post(reverse("record_transfer:undo", args=["goods", row.pk]))
    jobs.drain()
    assert "取り消しました" in client.get(one).content.decode()


def test_the_file_of_errors_can_be_taken_in_again(goods, client_as, actor, taken_in):
    row = taken_in(TEXT, policy="good")
    file = b"".join(
        client_as("clerk").get(reverse("record_transfer:errors", args=["goods", row.pk])).streaming_content
    )
    again = taken_in(file.replace(b",x", b",7"))
    assert (again.state, again.created) == ("done", 1)
    from tomoni.records import facade

    assert (
        facade.find(actor=actor("dx"), app="goods", query='管理番号 = "A2"').records[0].values["品名"]
        == "=1+1"
    )


def test_without_the_right_there_is_no_page(goods, client):
    from tomoni.people.models import RoleAssignment, User

    other = User.objects.create(username="x", display_name="よその課", kind="staff")
    RoleAssignment.objects.create(user=other, role="clerk", valid_from="2020-04-01")
    client.force_login(other)
    assert client.get(reverse("record_transfer:home", args=["goods"])).status_code in (403, 404)


def test_what_is_no_table_is_said_on_the_page(goods, client_as):
    answer = sent(client_as("clerk"), "%PDF-1.4")
    assert answer.status_code == 422
    assert "PDF は表として読み取れません" in answer.content.decode()
