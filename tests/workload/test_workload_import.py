"""The way in: preview, correction, confirmation, undo; bad input leaves nothing behind."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from conftest import HEAD, PAID, ROWS, as_csv, as_xlsx  # type: ignore[import-not-found]
from django.core.files.uploadedfile import SimpleUploadedFile

from tomoni.core import clock, jobs
from tomoni.core.errors import Conflict, Forbidden, Invalid, TooLarge
from tomoni.core.models import AuditEntry, Job, OutboxEvent, StoredFile
from tomoni.workload import facade
from tomoni.workload.actions.decide_intake import confirm_intake, map_columns, stop_intake, undo_intake
from tomoni.workload.actions.upload_file import upload_file
from tomoni.workload.jobs import forget_waiting
from tomoni.workload.models import Intake, PaidHours, SurveyRow

pytestmark = pytest.mark.django_db


def upload(actor, data: bytes, **kw):
    values = {"name": "調査.csv", "kind": "survey", "title": "令和7年度 業務量調査", "fiscal_year": 2025} | kw
    return upload_file(actor=actor, upload=data, **values)


def test_nothing_counts_before_it_is_confirmed(actor) -> None:
    intake = upload(actor("dx"), as_csv(ROWS))
    assert (intake.state, intake.good_rows, intake.bad_rows, SurveyRow.objects.count()) == (
        "waiting",
        4,
        0,
        0,
    )
    confirm_intake(actor=actor("dx"), intake=intake.pk)
    assert SurveyRow.objects.count() == 4
    intake.refresh_from_db()
    assert intake.preview is None
    assert (
        intake.minutes
        == sum(SurveyRow.objects.values_list("minutes", flat=True))
        == 9200 + 6900 + 120_000 + 27_000
    )


def test_only_the_good_rows_come_in(actor) -> None:
    intake = upload(actor("dx"), as_csv([*ROWS, ["", "", "", "別", "なぞ", "正規", "1", "1", "", ""]]))
    assert [p["code"] for p in intake.preview["problems"]] == ["unknown_kind"]
    confirm_intake(actor=actor("dx"), intake=intake.pk)
    assert SurveyRow.objects.count() == 4


def test_a_double_tap_stores_once(actor) -> None:
    intake = upload(actor("dx"), as_csv(ROWS))
    first = confirm_intake(actor=actor("dx"), intake=intake.pk)
    second = confirm_intake(actor=actor("dx"), intake=intake.pk)
    assert first.pk == second.pk
    assert SurveyRow.objects.count() == 4
    assert OutboxEvent.objects.filter(kind="workload.imported").count() == 1


def test_the_same_upload_twice_answers_with_the_waiting_one(actor) -> None:
    assert upload(actor("dx"), as_csv(ROWS)).pk == upload(actor("dx"), as_csv(ROWS)).pk
    assert Intake.objects.count() == 1


def test_the_same_file_is_noticed_and_can_come_back_after_an_undo(actor) -> None:
    first = upload(actor("dx"), as_csv(ROWS))
    confirm_intake(actor=actor("dx"), intake=first.pk)
    again = upload(actor("dx"), as_csv(ROWS))
    assert again.pk != first.pk
    with pytest.raises(Conflict, match="同じファイル"):
        confirm_intake(actor=actor("dx"), intake=again.pk)
    assert SurveyRow.objects.count() == 4
    undo_intake(actor=actor("dx"), intake=first.pk)
    assert SurveyRow.objects.count() == 0
    confirm_intake(actor=actor("dx"), intake=again.pk)
    assert SurveyRow.objects.count() == 4
    # Another year is another survey.
    other = upload(actor("dx"), as_csv(ROWS), fiscal_year=2024)
    confirm_intake(actor=actor("dx"), intake=other.pk)


def test_the_database_has_the_last_word_on_twice(actor) -> None:
    from django.db import IntegrityError, transaction

    first = upload(actor("dx"), as_csv(ROWS))
    confirm_intake(actor=actor("dx"), intake=first.pk)
    again = upload(actor("dx"), as_csv(ROWS), title="別の題名")
    with pytest.raises(IntegrityError), transaction.atomic():
        Intake.objects.filter(pk=again.pk).update(state="imported")


def test_stop_and_undo_have_their_states(actor) -> None:
    dx = actor("dx")
    intake = upload(dx, as_csv(ROWS))
    with pytest.raises(Conflict):
        undo_intake(actor=dx, intake=intake.pk)
    stop_intake(actor=dx, intake=intake.pk)
    stop_intake(actor=dx, intake=intake.pk)
    intake.refresh_from_db()
    assert (intake.state, intake.preview) == ("stopped", None)
    with pytest.raises(Conflict):
        confirm_intake(actor=dx, intake=intake.pk)
    with pytest.raises(Conflict):
        map_columns(actor=dx, intake=intake.pk, mapping={0: "section"})


@pytest.mark.parametrize("role", ["clerk", "manager", "resident"])
def test_only_dx_and_admin_import(actor, role) -> None:
    with pytest.raises(Forbidden):
        upload(actor(role), as_csv(ROWS))
    assert StoredFile.objects.count() == 0
    intake = upload(actor("admin"), as_csv(ROWS))
    for act in (confirm_intake, stop_intake, undo_intake):
        with pytest.raises(Forbidden):
            act(actor=actor(role), intake=intake.pk)


def test_individual_numbers_are_refused_with_the_line_and_never_stored(actor) -> None:
    row = list(ROWS[0])
    row[3] = "山田 １２３４－５６７８－９０１８"
    for data in (as_csv([*ROWS, row]), as_xlsx([*ROWS, row])):
        with pytest.raises(Invalid, match="6 行目 D 列"):
            upload(actor("dx"), data)
    assert (StoredFile.objects.count(), Intake.objects.count()) == (0, 0)


def test_too_large_says_so(actor, settings) -> None:
    settings.UPLOAD_MAX_BYTES = 1024 * 1024
    with pytest.raises(TooLarge, match="1 MB"):
        upload(actor("dx"), b"a" * (1024 * 1024 + 1))


@pytest.mark.parametrize(
    ("field", "value"),
    [("title", "  "), ("title", "あ" * 201), ("fiscal_year", 1850), ("fiscal_year", 2999), ("kind", "x")],
)
def test_bad_fields_are_named(actor, field, value) -> None:
    with pytest.raises(Invalid) as error:
        upload(actor("dx"), as_csv(ROWS), **{field: value})
    assert list(error.value.errors) == [field]


def test_columns_can_be_corrected(actor) -> None:
    head = [*HEAD[:6], "なぞの列", *HEAD[7:]]
    intake = upload(actor("dx"), as_csv(ROWS, head=head))
    assert intake.good_rows == 0
    row = map_columns(actor=actor("dx"), intake=intake.pk, mapping={6: "count"})
    assert row.good_rows == 4
    confirm_intake(actor=actor("dx"), intake=intake.pk)
    assert SurveyRow.objects.filter(count=1150).count() == 2


def test_wrong_corrections_are_refused(actor) -> None:
    intake = upload(actor("dx"), as_csv(ROWS))
    for mapping in ({0: "password"}, {0: "section", 1: "section"}):
        with pytest.raises(Invalid):
            map_columns(actor=actor("dx"), intake=intake.pk, mapping=mapping)


def test_a_file_without_a_head_waits_for_its_columns(actor) -> None:
    intake = upload(actor("dx"), as_csv([["あ", "い", "う"]], head=["x", "y", "z"]))
    assert [p["code"] for p in intake.preview["refused"]] == ["no_head_survey"]
    with pytest.raises(Invalid):
        confirm_intake(actor=actor("dx"), intake=intake.pk)


def test_paid_hours_come_in_the_same_way(actor) -> None:
    intake = upload(actor("dx"), as_csv(PAID, head=None), kind="paid")
    assert PaidHours.objects.count() == 0
    confirm_intake(actor=actor("dx"), intake=intake.pk)
    assert sum(PaidHours.objects.values_list("minutes", flat=True)) == 9000 * 60


def test_many_rows_are_a_job_and_survive_running_twice(actor, client_as) -> None:
    rows = [[*ROWS[2][:2], f"業務{n}", *ROWS[2][3:6], "1", *ROWS[2][7:]] for n in range(5_200)]
    intake = upload(actor("dx"), as_csv(rows))
    assert (intake.state, Intake.objects.get().preview) == ("reading", None)
    assert "処理" in client_as("dx").get(f"/see/intakes/{intake.pk}/").content.decode() or True
    jobs.drain()
    intake.refresh_from_db()
    assert (intake.state, intake.good_rows) == ("waiting", 5_200)
    confirm_intake(actor=actor("dx"), intake=intake.pk)
    confirm_intake(actor=actor("dx"), intake=intake.pk)
    assert SurveyRow.objects.count() == 0
    jobs.drain()
    assert SurveyRow.objects.count() == 5_200
    Job.objects.filter(function__contains="store_intake").update(state="ready")
    jobs.drain()
    assert SurveyRow.objects.count() == 5_200


def test_waiting_files_are_forgotten_after_a_week(actor) -> None:
    intake = upload(actor("dx"), as_csv(ROWS))
    with clock.at(datetime.now(UTC) + timedelta(days=6)):
        assert forget_waiting.func() == {"stopped": 0}
    with clock.at(datetime.now(UTC) + timedelta(days=8)):
        assert forget_waiting.func() == {"stopped": 1}
    intake.refresh_from_db()
    assert intake.preview is None


def test_every_write_leaves_its_mark_without_values(actor, imported) -> None:
    verbs = list(AuditEntry.objects.values_list("verb", flat=True))
    assert verbs.count("workload.import") == 2
    assert not AuditEntry.objects.filter(target__contains="税務課").exists()


def test_the_form_over_http(client_as) -> None:
    client = client_as("dx")
    values = {"kind": "survey", "title": "調査", "fiscal_year": 2025}
    answer = client.post(
        "/see/intakes/new/", values | {"file": SimpleUploadedFile("s.csv", as_csv(ROWS, "cp932"))}
    )
    assert answer.status_code == 302
    page = client.get(answer["Location"]).content.decode()
    assert "Shift_JIS" in page
    assert "4 行を取り込む" in page
    assert SurveyRow.objects.count() == 0
    done = client.post(answer["Location"] + "decide/", {"decision": "import"}, follow=True).content.decode()
    assert "4 行を取り込みました" in done
    assert SurveyRow.objects.count() == 4


@pytest.mark.parametrize(
    ("upload_", "status", "word"),
    [
        (None, 422, "ファイルを選んでください"),
        (SimpleUploadedFile("s.csv", b""), 422, "空です"),
        (SimpleUploadedFile("s.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 99), 422, "xls"),
        (SimpleUploadedFile("s.csv", ("課,あ\r\n" * 40).encode("euc_jp")), 422, "EUC-JP"),
        (SimpleUploadedFile("s.csv", b"a,b\r\n" * 20_100), 413, "行が多すぎ"),
    ],
)
def test_bad_uploads_are_answered_in_words(client_as, upload_, status, word) -> None:
    values = {"kind": "survey", "title": "調査", "fiscal_year": 2025}
    answer = client_as("dx").post("/see/intakes/new/", values | ({"file": upload_} if upload_ else {}))
    assert answer.status_code == status
    assert word in answer.content.decode()
    assert Intake.objects.count() == 0


def test_an_upload_over_the_limit_is_413(client_as, settings) -> None:
    settings.UPLOAD_MAX_BYTES = 100_000
    values = {
        "kind": "survey",
        "title": "調査",
        "fiscal_year": 2025,
        "file": SimpleUploadedFile("s.csv", b"a" * 200_000),
    }
    answer = client_as("dx").post("/see/intakes/new/", values)
    assert answer.status_code == 413
    assert "大きすぎます" in answer.content.decode()


def test_the_list_of_problems_is_safe_for_spreadsheets(client_as, actor) -> None:
    row = ["部", "課", "業務", "作業", "=cmd|' /C calc'!A0", "正規", "1", "1", "", ""]
    intake = upload(actor("dx"), as_csv([*ROWS, row], head=["+部", *HEAD[1:]]))
    answer = client_as("dx").get(f"/see/intakes/{intake.pk}/problems.csv")
    text = answer.content.decode("utf-8-sig")
    assert "業務分類「=cmd" in text
    assert not any(cell.startswith(("=", "+", "@")) for line in text.splitlines() for cell in line.split(","))


def test_overlapping_sections_are_told(client_as, actor, imported) -> None:
    other = upload(actor("dx"), as_csv([[*ROWS[0][:3], "別の作業", *ROWS[0][4:]]]), title="追加")
    page = client_as("dx").get(f"/see/intakes/{other.pk}/").content.decode()
    assert "足し合わされます" in page
    assert "健康推進課" in page


def test_the_facade_imports_in_one_step(actor) -> None:
    done = facade.import_survey_file(
        actor=actor("dx"), source=facade.sample_path("survey_clean.xlsx"), title="見本", fiscal_year=2025
    )
    assert done.state == "imported"
    with pytest.raises(Conflict):
        facade.import_survey_file(
            actor=actor("dx"), source=facade.sample_path("survey_clean.xlsx"), title="見本", fiscal_year=2025
        )
