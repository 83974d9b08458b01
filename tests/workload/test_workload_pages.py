"""Pages: what they say, who sees them, how many queries they cost."""

from __future__ import annotations

from datetime import date

import pytest
from conftest import ROWS, as_csv  # type: ignore[import-not-found]
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tomoni.core.errors import Invalid
from tomoni.workload import facade
from tomoni.workload.actions.choose_candidate import choose_candidate
from tomoni.workload.places import section_key
from tomoni.workload.queries import memo

pytestmark = pytest.mark.django_db
KEY = section_key("健康福祉部", "健康推進課")
VIEW = [
    "/see/",
    "/see/hours/",
    "/see/hours/?kinds=all",
    "/see/hours/how/",
    "/see/hours/candidates/",
    f"/see/hours/sections/{KEY}/",
    "/see/tasks/",
    "/see/tasks/std-0731/",
    "/see/procedures/",
    "/see/procedures/9108/",
    "/see/hours/csv/",
    "/see/hours/candidates/csv/",
    "/see/tasks/csv/",
    "/see/procedures/csv/",
]
IMPORT = ["/see/intakes/", "/see/intakes/new/", "/see/intakes/samples/survey_clean.xlsx", "/see/intakes/1/"]


def text(answer) -> str:
    return " ".join(answer.content.decode().split())


@pytest.mark.parametrize("role", ["clerk", "dx", "manager", "admin"])
def test_staff_see_the_map(client_as, imported, role) -> None:
    client = client_as(role)
    for url in VIEW:
        assert client.get(url).status_code == 200, url


@pytest.mark.parametrize(("role", "status"), [("clerk", 403), ("manager", 403), ("dx", 200), ("admin", 200)])
def test_imports_are_for_dx(client_as, imported, role, status) -> None:
    client = client_as(role)
    for url in [u.replace("/1/", f"/{imported.pk}/") for u in IMPORT]:
        assert client.get(url).status_code == status, url


def test_others_see_nothing(client, client_as, imported) -> None:
    for url in [*VIEW, *IMPORT]:
        assert client.get(url).status_code == 302, url
        assert client_as("resident").get(url).status_code in (302, 403), url


def test_the_map_says_what_the_figures_say(client_as, imported) -> None:
    page = text(client_as("dx").get("/see/hours/"))
    # 9,200 + 6,900 + 120,000 + 27,000 minutes; paid 9,000 hours.
    assert "調査 2,718時間 ÷ 支払った 9,000時間" in page
    assert "30.2%" in page
    assert "残りの 69.8% は、まだ見えていません" in page
    assert "事務作業 83.4%" in page
    assert "調べた時間の 83% は、受付・入力・確認です" in page
    assert "▲ 7%" in page
    assert "積み上げの見積り 74%" in page
    assert "人事課" in page


def test_without_paid_hours_coverage_is_unknown(client_as, actor) -> None:
    facade.import_survey_file(actor=actor("dx"), source=as_csv(ROWS), title="調査", fiscal_year=2025)
    page = text(client_as("dx").get("/see/hours/"))
    assert "把握率 不明" in page
    assert "▲" not in page
    assert ">不明<" in page


def test_over_one_hundred_per_cent_is_flagged(client_as, actor) -> None:
    facade.import_survey_file(actor=actor("dx"), source=as_csv(ROWS), title="調査", fiscal_year=2025)
    small = [["課", "担い手", "支払った時間"], ["健康推進課", "正規", "100"], ["税務課", "正規", "10000"]]
    facade.import_paid_hours_file(
        actor=actor("dx"), source=as_csv(small, head=None), title="勤務", fiscal_year=2025
    )
    page = text(client_as("dx").get("/see/hours/"))
    assert "! 268%" in page
    assert "支払った時間を超えた課です" in page


def test_the_empty_room_says_what_to_do_next(client_as) -> None:
    assert reverse("workload:intake_new") in text(client_as("dx").get("/see/hours/"))
    clerk = text(client_as("clerk").get("/see/hours/"))
    assert "DX推進課が調査票を取り込むと" in clerk
    assert reverse("workload:intake_new") not in clerk
    for url in ("/see/tasks/", "/see/hours/candidates/"):
        assert client_as("clerk").get(url).status_code == 200
    assert client_as("clerk").get("/see/hours/csv/").status_code == 404


def test_a_fiscal_year_can_be_chosen_and_a_wrong_one_is_not_an_error(client_as, actor, imported) -> None:
    facade.import_survey_file(actor=actor("dx"), source=as_csv(ROWS[:1]), title="前の年", fiscal_year=2024)
    client = client_as("dx")
    assert "令和7年度" in text(client.get("/see/hours/"))
    assert "前の年" in text(client.get("/see/hours/?year=2024"))
    for year in ("9999", "abc", "-1", "２０２４年", "20245"):
        assert "令和7年度 業務量調査" in text(client.get("/see/hours/", {"year": year}))


def test_all_twenty_kinds(client_as, imported) -> None:
    page = text(client_as("dx").get("/see/hours/?kinds=all"))
    for name in ("災害", "議会", "研修", "移動", "庶務", "契約", "統計", "文書", "収納"):
        assert f">{name}</th>" in page


def test_the_task_page_shows_steps_and_formula(client_as, imported) -> None:
    page = text(client_as("dx").get("/see/tasks/std-0731/"))
    assert "1,150件 × 8分" in page
    assert "153.3" in page
    assert "268.3" in page
    assert "14分" in page


def test_a_measured_task_stands_beside_its_survey(client_as, actor, imported) -> None:
    facade.mark_measured(
        actor=actor("clerk"),
        task_id="std-0731",
        since=date(2026, 7, 1),
        until=date(2026, 8, 1),
        handled=96,
        active_minutes=470,
        each_seconds=300,
        people=4,
        source="予約アプリの記録",
        by_step={"receive": 120},
    )
    page = text(client_as("dx").get("/see/tasks/std-0731/"))
    assert "計測済み" in page
    assert "1,150件 × 5分 = 95.8時間" in page
    assert "計測済み" in text(client_as("dx").get(f"/see/hours/sections/{KEY}/"))
    assert "計測済み" in text(client_as("dx").get("/see/tasks/"))


def test_figures_of_fewer_than_three_people_are_not_kept(actor, client_as, imported) -> None:
    row = facade.mark_measured(
        actor=actor("dx"),
        task_id="std-0731",
        since=date(2026, 7, 1),
        until=date(2026, 8, 1),
        handled=5,
        active_minutes=40,
        each_seconds=480,
        people=2,
        by_step={"receive": 60},
    )
    assert (row.active_minutes, row.each_seconds, row.by_step) == (None, None, {})
    assert "3人に満たない" in text(client_as("dx").get("/see/tasks/std-0731/"))


def test_measuring_again_replaces_and_nonsense_is_refused(actor, imported) -> None:
    same = {"task_id": "std-0731", "since": date(2026, 7, 1), "until": date(2026, 8, 1), "app": "dental"}
    facade.mark_measured(actor=actor("dx"), **same, handled=1, people=3)
    facade.mark_measured(actor=actor("dx"), **same, handled=2, people=3)
    (found,) = facade.task("std-0731").measured
    assert found.handled == 2
    for change in ({"until": date(2026, 6, 1)}, {"handled": -1}, {"task_id": "none"}):
        with pytest.raises(Invalid):
            facade.mark_measured(actor=actor("dx"), **(same | {"handled": 1} | change))


def test_unknown_addresses_are_404(client_as, imported) -> None:
    for url in (
        "/see/tasks/none/",
        "/see/procedures/none/",
        "/see/hours/sections/none/",
        "/see/intakes/99999/",
        "/see/intakes/samples/settings.py",
        "/see/intakes/samples/..%2f__init__.py",
    ):
        assert client_as("dx").get(url).status_code == 404, url


def test_tasks_are_searched_folded(client_as, imported) -> None:
    client = client_as("dx")
    assert "歯科相談の受付" in text(client.get("/see/tasks/", {"q": "歯科"}))
    assert "歯科相談の受付" in text(client.get("/see/tasks/", {"q": "ＳＴＤ－０７３１"}))
    assert "見つかりませんでした" in text(client.get("/see/tasks/", {"q": "'; DROP TABLE"}))


def test_a_person_overrules_the_ranking(client_as, actor, imported) -> None:
    client = client_as("dx")
    before = facade_candidates()
    assert before[0][0] != "std-0731"
    client.post(
        "/see/hours/candidates/choose/",
        {"task_id": "std-0731", "step": "入力", "choice": "first", "reason": "苦情が多い"},
    )
    assert facade_candidates()[0] == ("std-0731", "入力")
    assert "苦情が多い" in text(client.get("/see/hours/candidates/"))
    client.post(
        "/see/hours/candidates/choose/",
        {"task_id": "std-0731", "step": "入力", "choice": "leave", "reason": "別に直す"},
    )
    assert ("std-0731", "入力") not in facade_candidates()
    assert "別に直す" in text(client.get("/see/hours/candidates/?show=left"))
    client.post("/see/hours/candidates/choose/", {"task_id": "std-0731", "step": "入力", "choice": ""})
    assert facade_candidates() == before
    assert client_as("clerk").post("/see/hours/candidates/choose/", {}).status_code == 403
    for change in ({"choice": "x"}, {"reason": ""}, {"reason": "あ" * 301}, {"step": "ない"}):
        with pytest.raises(Invalid):
            choose_candidate(
                actor=actor("dx"),
                **({"task_id": "std-0731", "step": "入力", "choice": "first", "reason": "理由"} | change),
            )


def facade_candidates():
    from tomoni.workload.queries.hours import candidates

    return [(c.candidate.step.task_id, c.candidate.step.step) for c in candidates(2025)]


def cost(client, url: str) -> int:
    memo.forget()
    with CaptureQueriesContext(
        connection,
    ) as found:
        assert client.get(url).status_code == 200
    return len(found)


@pytest.mark.parametrize(
    "url",
    [
        "/see/hours/",
        "/see/tasks/",
        "/see/tasks/std-0731/",
        "/see/hours/candidates/",
        f"/see/hours/sections/{KEY}/",
        "/see/intakes/",
    ],
)
def test_the_number_of_queries_does_not_grow(client_as, actor, imported, url) -> None:
    client = client_as("dx")
    client.get(url)
    before = cost(client, url)
    rows = [
        ["健康福祉部", f"課{n % 20}", f"業務{n}", f"作業{n}", "入力", "正規", "600", "10", "実測", ""]
        for n in range(400)
    ]
    rows += [[*ROWS[0][:3], f"作業{n}", *ROWS[0][4:]] for n in range(30)]
    facade.import_survey_file(actor=actor("dx"), source=as_csv(rows), title="大きい調査", fiscal_year=2025)
    assert cost(client, url) <= before
    assert before <= 25


def test_the_map_is_computed_once_until_an_import_changes_it(client_as, actor, imported) -> None:
    client = client_as("dx")
    first = cost(client, "/see/hours/")
    with CaptureQueriesContext(connection) as again:
        page = client.get("/see/hours/").content.decode()
    assert len(again) < first
    assert not [q for q in again if '"workload_surveyrow"."minutes"' in q["sql"]]
    rows = [["健康福祉部", "新しい課", "業務", "作業", "入力", "正規", "600", "10", "実測", ""]]
    facade.import_survey_file(actor=actor("dx"), source=as_csv(rows), title="追加", fiscal_year=2025)
    assert "新しい課" not in page
    assert "新しい課" in client.get("/see/hours/").content.decode()


def test_search_and_today_announce_the_room(actor, imported) -> None:
    from tomoni.workload import announce
    from tomoni.workload.actions.upload_file import upload_file

    titles = [title for title, _url, _note in announce.found(actor("clerk"), "歯科")]
    assert "歯科相談の受付" in titles
    assert list(announce.found(actor("resident"), "歯科")) == []
    assert list(announce.waiting(actor("dx"))) == []
    upload_file(
        actor=actor("dx"),
        upload=as_csv(ROWS[:2]),
        name="a.csv",
        kind="survey",
        title="新しい調査",
        fiscal_year=2025,
    )
    assert ["新しい調査" in w.title for w in announce.waiting(actor("dx"))] == [True]
    assert list(announce.waiting(actor("clerk"))) == []


def test_no_page_has_inline_code(client_as, imported) -> None:
    import re

    for url in VIEW[:10]:
        page = client_as("dx").get(url).content.decode()
        assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=", page), url
