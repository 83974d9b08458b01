"""Reading survey sheets: heads, merged cells, repeats, units, impossible rows."""

from __future__ import annotations

import pytest

from tomoni.engines.workload import columns, kinds
from tomoni.engines.workload.model import Table
from tomoni.engines.workload.reading import clean_task_id, read_survey, task_id_for

HEAD = ["部", "課", "業務名", "作業", "業務分類", "担い手", "年間件数", "1件あたり時間（分）", "測り方"]
GOOD = ["健康福祉部", "健康推進課", "歯科相談", "受付", "受付", "正規", "1150", "8", "実測"]


def read(*rows, head=None, **kw):
    return read_survey(Table([head or HEAD, *rows], **kw))


def changed(**cells):
    row = list(GOOD)
    for name, value in cells.items():
        row[int(name[1:])] = value
    return row


def only(reading):
    assert not reading.refused
    assert [p.code for p in reading.problems if p.severity == "bad"] == []
    (row,) = reading.rows
    return row


def test_a_plain_row() -> None:
    row = only(read(GOOD))
    assert (row.section, row.kind, row.doer, row.method, row.count, row.each_seconds) == (
        "健康推進課",
        "receive",
        "regular",
        "timed",
        1150,
        480,
    )
    assert (row.minutes, row.used, row.line) == (9200, "count", 2)


@pytest.mark.parametrize(
    ("row", "code", "column"),
    [
        (changed(_6="-40"), "negative", "年間件数"),
        (changed(_7="-8"), "negative", "1件あたり時間（分）"),
        (changed(_6="99999", _7="6時間"), "too_many_hours", "年間件数"),
        (changed(_6="3", _7="1,600分"), "each_too_long", "1件あたり時間（分）"),
        (changed(_4="なんでも係"), "unknown_kind", "業務分類"),
        (changed(_4=""), "no_kind", "業務分類"),
        (changed(_1="－"), "no_section", "課"),
        (changed(_6="多数"), "count_not_number", "年間件数"),
        (changed(_7="すぐ"), "time_not_read", "1件あたり時間（分）"),
        (changed(_6=""), "no_time", "年間件数"),
        (changed(_7=""), "no_time", "1件あたり時間（分）"),
        (changed(_6="#REF!"), "cell_error", "年間件数"),
        (changed(_2="業" * 10_000), "too_long", "業務名"),
        (changed(_6="99999999999"), "count_too_large", "年間件数"),
        (changed(_2="", _3=""), "no_task", "業務名"),
    ],
)
def test_impossible_rows_say_line_column_and_reason(row, code, column) -> None:
    reading = read([*GOOD[:3], "別の作業", *GOOD[4:]], row) if code != "no_task" else read(row)
    bad = [p for p in reading.problems if p.severity == "bad"]
    assert [(p.code, p.column, p.line) for p in bad] == [(code, column, 2 if code == "no_task" else 3)]
    assert len(reading.rows) == (0 if code == "no_task" else 1)


def test_a_bound_is_not_crossed_by_one_minute() -> None:
    head = [*HEAD[:6], "年間時間"]
    assert only(read([*GOOD[:6], "8784"], head=head)).minutes == 8784 * 60
    assert [p.code for p in read([*GOOD[:6], "8784時間1分"], head=head).problems] == ["too_many_hours"]
    assert only(read(changed(_6="1", _7="24時間"))).minutes == 1440


def test_an_exact_repeat_is_refused_and_a_different_one_is_told() -> None:
    reading = read(GOOD, GOOD, changed(_6="20"))
    assert [(p.code, p.line, p.details["first"]) for p in reading.problems] == [
        ("duplicate", 3, 2),
        ("same_step", 4, 2),
    ]
    assert len(reading.rows) == 2


def test_blank_repeats_and_ditto_marks() -> None:
    reading = read(
        GOOD,
        ["", "", "", "入力", "入力", "〃", "〃", "6分", "同上"],
        ["", "税務課", "", "確認", "確認", "正規", "10", "5", ""],
    )
    assert [(r.section, r.small, r.doer, r.count) for r in reading.rows[:2]] == [
        ("健康推進課", "歯科相談", "regular", 1150)
    ] * 2
    third = reading.rows[2]
    # A new section does not keep the old section's task.
    assert (third.section, third.small, third.division) == ("税務課", "", "健康福祉部")


def test_merged_text_fills_down_and_merged_time_does_not() -> None:
    rows = [HEAD, GOOD, ["健康福祉部", "健康推進課", "歯科相談", "入力", "入力", "正規", "1150", "8", "実測"]]
    merged = frozenset({(2, 0), (2, 1), (2, 2), (2, 6), (2, 7)})
    reading = read_survey(Table(rows, merged))
    assert len(reading.rows) == 1
    assert [(p.line, p.code) for p in reading.problems] == [(3, "no_time")]


def test_title_lines_synonyms_and_units_in_the_head() -> None:
    head = [
        "所属課",
        "業務",
        "作業内容",
        "作業分類",
        "職員区分",
        "処理件数",
        "1件当たり時間（時間）",
        "把握方法",
    ]
    reading = read_survey(
        Table(
            [
                ["業務量調査"],
                [],
                head,
                ["税務課", "申告", "入力", "データ入力", "会計年度任用職員", "10", "0.5", "按分"],
            ]
        )
    )
    row = only(reading)
    assert (row.minutes, row.kind, row.doer, row.method, row.line) == (
        300,
        "input",
        "fiscal_year",
        "share",
        4,
    )
    assert reading.head_line == 3


def test_a_head_of_two_lines() -> None:
    top = ["所属", "所属", "業務名", "作業", "業務分類", "月別の時間", "月別の時間", "担い手"]
    bottom = ["部", "課", "", "", "", "4月", "5月", ""]
    row = only(
        read_survey(Table([top, bottom, ["総務部", "総務課", "給与", "入力", "入力", "10", "1.5", "正規"]]))
    )
    assert (row.minutes, row.used, row.section) == (690, "months", "総務課")
    assert row.months[:2] == (600, 90)


def test_months_win_over_count_and_a_difference_over_ten_per_cent_is_told() -> None:
    head = [*HEAD, "4月", "5月"]
    told = read([*GOOD, "100", "80"], head=head)
    (problem,) = told.problems
    assert (problem.code, problem.severity, problem.details["used"], problem.details["other"]) == (
        "disagree",
        "note",
        "months",
        "count",
    )
    assert (told.rows[0].minutes, told.rows[0].other_minutes) == (10800, 9200)
    quiet = read([*GOOD, "100", "53.3"], head=head)
    assert [p.code for p in quiet.problems] == []


def test_disagreement_is_measured_against_the_larger_figure() -> None:
    head = [*HEAD[:6], "年間件数", "1件あたり時間（分）", "年間時間"]
    assert [p.code for p in read([*GOOD[:6], "60", "9", "10"], head=head).problems] == []
    assert [p.code for p in read([*GOOD[:6], "60", "8.9", "10"], head=head).problems] == ["disagree"]


def test_a_thirteenth_month() -> None:
    head = [*HEAD, "4月", "13月"]
    reading = read([*GOOD, "150", "3"], [*changed(_3="別"), "150", ""], head=head)
    assert [(p.code, p.line, p.column) for p in reading.problems if p.severity == "bad"] == [
        ("month_13", 2, "13月")
    ]
    assert len(reading.rows) == 1


def test_a_column_twice_is_refused_until_chosen() -> None:
    head = [*HEAD, "件数"]
    table = Table([head, [*GOOD, "20"]])
    refused = read_survey(table)
    assert [p.code for p in refused.refused] == ["column_twice"]
    chosen = read_survey(table, {6: "", 9: "count"})
    assert chosen.rows[0].count == 20


def test_individual_numbers_refuse_the_whole_table_with_their_line() -> None:
    reading = read(GOOD, changed(_3="番号123456789018"))
    assert [(p.code, p.line, p.column) for p in reading.refused] == [("individual_number", 3, "D")]
    assert reading.rows == ()


def test_totals_and_examples_are_not_work() -> None:
    reading = read(
        ["記入例 健康福祉部", *GOOD[1:]],
        GOOD,
        ["", "小　計", "", "", "", "", "1150", "", ""],
        ["例規係の部", *changed(_3="例規")[1:]],
    )
    assert [p.code for p in reading.problems] == ["example_row", "total_row"]
    assert len(reading.rows) == 2


def test_nothing_like_a_head() -> None:
    assert [p.code for p in read_survey(Table([["a", "b"], ["1", "2"]])).refused] == ["no_head_survey"]
    assert [p.code for p in read_survey(Table([])).refused] == ["empty_file"]


def test_unknown_words_are_notes_and_stay_empty() -> None:
    row = read(changed(_5="アルバイト", _8="勘"))
    assert sorted(p.code for p in row.problems) == ["unknown_doer", "unknown_method"]
    assert (row.rows[0].doer, row.rows[0].method) == ("", "")


def test_flags_routine_media_and_levels() -> None:
    head = [*HEAD, "個人情報の有無", "定型", "専門性", "コア業務", "根拠", "確からしさ", "標準業務ID"]
    row = only(read([*GOOD, "有", "○", "高", "×", "要綱", "B", "STD_0731"], head=head))
    assert (row.personal, row.routine, row.expertise, row.core, row.basis, row.confidence, row.task_id) == (
        True,
        "routine",
        5,
        False,
        "guideline",
        "mid",
        "std-0731",
    )


def test_task_ids_are_stable_and_follow_the_task() -> None:
    first, second = read(GOOD, changed(_3="入力", _4="入力")).rows
    assert first.task_id == second.task_id == task_id_for("健康福祉部", "健康推進課", "", "", "歯科相談")
    assert task_id_for("健康福祉部", "健康推進課", "", "", "歯科 相談") == first.task_id
    assert task_id_for("健康福祉部", "税務課", "", "", "歯科相談") != first.task_id
    assert clean_task_id("../../etc") == "etc"


def test_a_path_gives_division_section_team() -> None:
    head = ["所属（部/課/係）", *HEAD[2:]]
    row = only(read(["健康福祉部／健康推進課／母子係", *GOOD[2:]], head=head))
    assert (row.division, row.section, row.team) == ("健康福祉部", "健康推進課", "母子係")
    assert only(read(["市民課", *GOOD[2:]], head=head)).section == "市民課"


def test_lines_are_those_of_the_file() -> None:
    reading = read_survey(Table([HEAD, GOOD, changed(_4="？")], lines=[1, 2, 7]))
    assert [p.line for p in reading.problems] == [7]


def test_every_kind_is_known_by_name_short_name_and_synonyms() -> None:
    assert len(kinds.KINDS) == 20
    seen: dict[str, str] = {}
    for kind in kinds.KINDS:
        for word in (kind.name, kind.short or kind.name, kind.code, *kind.synonyms):
            assert kinds.kind_of(f" {word}　") == kind.code
            assert seen.setdefault(kinds.fold(word), kind.code) == kind.code
    assert kinds.kind_of("宇宙開発") is None


def test_column_words_mean_one_thing() -> None:
    for vocabulary in (columns.SURVEY, columns.PAID):
        seen: dict[str, str] = {}
        for code, words in vocabulary.items():
            for word in words:
                assert seen.setdefault(kinds.fold(word), code) == code, word
    assert columns.recognise("４月（時間）") == "m04"
    assert columns.recognise("令和7年4月") == "m04"
    assert columns.recognise("13月") == "m13+"
