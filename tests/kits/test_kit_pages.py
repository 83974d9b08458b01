"""The gallery, one kit, installing in two steps, receiving and exporting files."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tomoni.kits.actions.install_kit import install_kit
from tomoni.kits.format import reader
from tomoni.kits.format.codec import load
from tomoni.kits.models import Installation, UploadedKit
from tomoni.records import facade as records

pytestmark = pytest.mark.django_db
KIT = "dental-reception"


def wish(**more):
    return {
        "name": "歯科相談",
        "code": "shika",
        "department_code": "kenko",
        "task_id": "std-0731",
        "once": "k",
        "version": "",
    } | more


def test_staff_see_the_gallery_and_what_a_kit_holds(client_as):
    clerk = client_as("clerk")
    shown = clerk.get(reverse("kits:list") + "?task=std-0731").content.decode()
    assert "乳幼児歯科相談 予約受付" in shown
    assert "項目 10" in shown
    assert reverse("kits:install", args=[KIT]) not in shown
    page = clerk.get(reverse("kits:detail", args=[KIT])).content.decode()
    for word in ("お子さんの生年月日", "差し戻す", "水曜日・金曜日", "メールアドレスが空でない", "質問 9"):
        assert word in page
    assert clerk.get(reverse("kits:detail", args=["ghost"])).status_code == 404
    assert clerk.get(reverse("kits:detail", args=[KIT]) + "?version=9").status_code == 404


def test_searching_folds_width_and_case(client_as):
    clerk = client_as("clerk")
    assert clerk.get(reverse("kits:list") + "?q=ＤＥＮＴＡＬ").context["rows"]
    empty = clerk.get(reverse("kits:list") + "?q=存在しない")
    assert empty.context["rows"] == []
    assert "すべてのキットを見る" in empty.content.decode()


def test_installing_shows_first_and_makes_once(client_as):
    dx = client_as("dx")
    url = reverse("kits:install", args=[KIT])
    first = dx.get(url + "?task=std-9&section=kenko")
    assert first.context["form"].initial["task_id"] == "std-9"
    assert first.context["form"].initial["department_code"] == "kenko"
    preview = dx.post(url, wish(step="preview"))
    assert "まだ何も作っていません" in preview.content.decode()
    assert not Installation.objects.exists()
    done = dx.post(url, wish(step="install"))
    assert done.url == reverse("records:list", args=["shika"])
    again = dx.post(url, wish(step="install"))
    assert again.url == done.url
    assert Installation.objects.count() == 1
    assert records.schema(code="shika").task_id == "std-0731"
    assert dx.get(done.url).status_code == 200
    assert dx.get(reverse("kits:detail", args=[KIT])).status_code == 200


def test_back_from_the_preview_keeps_what_was_written(client_as):
    page = client_as("dx").post(reverse("kits:install", args=[KIT]), wish(step="back", name="別の名"))
    assert page.status_code == 200
    assert page.context["form"]["name"].value() == "別の名"


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"name": ""}, "name"),
        ({"code": "日本"}, "code"),
        ({"code": "../x"}, "code"),
        ({"department_code": ""}, "department_code"),
        ({"department_code": "ghost"}, "department_code"),
        ({"task_id": "x" * 65}, "task_id"),
    ],
)
def test_wrong_wishes_are_named(client_as, data, field):
    for step in ("preview", "install"):
        page = client_as("dx").post(reverse("kits:install", args=[KIT]), wish(step=step, **data))
        assert page.status_code == 422
        assert field in page.context["form"].errors
    assert not Installation.objects.exists()


def test_a_taken_code_suggests_a_free_one(client_as, actor, small):
    install_kit(actor=actor("dx"), kit=load(small), department_code="kenko")
    page = client_as("dx").post(reverse("kits:install", args=[KIT]), wish(step="install", code="small"))
    assert "small-2" in page.content.decode()


def upload(client, content, name="kit.yaml"):
    return client.post(reverse("kits:upload"), {"file": SimpleUploadedFile(name, content)})


def test_a_received_kit_is_shown_installed_and_removed(client_as, small):
    dx = client_as("dx")
    assert dx.get(reverse("kits:upload")).status_code == 200
    assert upload(dx, small.encode()).url == reverse("kits:detail", args=["small"])
    assert upload(dx, small.encode()).status_code == 302
    assert upload(dx, small.replace("小さなキット", "<b>別</b>").encode()).status_code == 409
    done = dx.post(reverse("kits:install", args=["small"]), wish(step="install", code="small"))
    assert done.url == reverse("records:list", args=["small"])
    assert dx.post(reverse("kits:remove", args=["small"]), {"version": "1.0"}).status_code == 302
    assert dx.get(reverse("kits:detail", args=["small"])).status_code == 404
    assert records.schema(code="small").name == "歯科相談"


def test_a_kit_that_came_with_the_program_stays(client_as):
    dx = client_as("dx")
    dx.post(reverse("kits:remove", args=[KIT]), {"version": ""})
    assert dx.get(reverse("kits:detail", args=[KIT])).status_code == 200


@pytest.mark.parametrize(
    ("content", "status", "word"),
    [
        (b"", 422, ""),
        (b"\x00\x01\x02", 422, ""),
        (b"PK\x03\x04" + b"\x00" * 100, 422, ""),
        ("名前: 受付".encode("cp932"), 422, "UTF-8"),
        (b"a: &a [*a]", 422, "1"),
        (b"a: !!python/object/apply:os.system ['touch /tmp/hacked']", 422, ""),
        (b"[" * 5000, 422, "入れ子"),
        (b"# " + b"x" * (reader.MAX_BYTES + 10), 413, ""),
        (b"format: 1\nkit: {}\n", 422, "kit"),
    ],
)
def test_hostile_files_end_in_words(client_as, content, status, word):
    page = upload(client_as("dx"), content)
    assert page.status_code == status
    assert word in page.content.decode()
    assert not UploadedKit.objects.exists()


def test_scripts_in_a_received_kit_stay_text(client_as, small):
    dx = client_as("dx")
    evil = small.replace("試すためのキットです。", "<script>alert(1)</script>").replace(
        "label: 件名", "label: <img src=x>"
    )
    assert upload(dx, evil.encode()).status_code == 302
    for name in ("list", "detail"):
        page = dx.get(reverse(f"kits:{name}", args=[] if name == "list" else ["small"])).content.decode()
        assert "<script>alert" not in page
        assert "<img src=x" not in page


def test_export_downloads_a_file_that_reads_back(client_as, actor, small):
    install_kit(actor=actor("dx"), kit=load(small), department_code="kenko")
    dx = client_as("dx")
    url = reverse("kits:export", args=["small"])
    assert "記録は1件も入りません" in dx.get(url).content.decode()
    wanted = {
        "version": "2.0",
        "publisher": "ともに市",
        "summary": "説明",
        "license_name": "CC0-1.0",
        "download": "1",
    }
    response = dx.get(url, wanted)
    assert response["Content-Disposition"] == 'attachment; filename="small-2.0.yaml"'
    kit = load(response.content)
    assert (kit.version, kit.publisher, kit.summary) == ("2.0", "ともに市", "説明")
    assert dx.get(url, wanted | {"version": ""}).status_code == 422
    assert dx.get(url, wanted | {"version": "x\ny"}).status_code == 422
    assert dx.get(reverse("kits:export", args=["ghost"])).status_code == 404


@pytest.mark.parametrize("role", ["clerk", "resident", "nobody"])
def test_others_may_not_install_receive_or_export(client_as, client, actor, small, role):
    install_kit(actor=actor("dx"), kit=load(small), department_code="kenko")
    seeker = client if role == "nobody" else client_as(role)
    expected = {302} if role == "nobody" else {403, 404}
    assert seeker.get(reverse("kits:install", args=[KIT])).status_code in expected
    assert seeker.post(reverse("kits:install", args=[KIT]), wish(step="install")).status_code in expected
    assert upload(seeker, small.encode()).status_code in expected
    assert seeker.post(reverse("kits:remove", args=["small"])).status_code in expected
    assert seeker.get(reverse("kits:export", args=["small"]) + "?download=1").status_code in expected
    assert Installation.objects.count() == 1
    assert not UploadedKit.objects.exists()
    if role != "clerk":
        assert seeker.get(reverse("kits:list")).status_code in expected
