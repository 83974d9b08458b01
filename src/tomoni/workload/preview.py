"""What was understood of a file, as plain data for the preview page; nothing here is stored as survey rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from tomoni.engines.workload.kinds import group_of
from tomoni.engines.workload.lines import column_name
from tomoni.engines.workload.model import PaidReading, Problem, Reading, SurveyRow, Table
from tomoni.engines.workload.paid import read_paid
from tomoni.engines.workload.reading import read_survey
from tomoni.workload.models import Intake

SAMPLES = 20
MAX_PROBLEMS = 3000


def parse(table: Table, kind: str, fiscal_year: int, mapping: Mapping[str, str]) -> Reading | PaidReading:
    """Read the table as a survey or as paid hours, with a person's corrections of columns."""
    chosen = {int(at): code for at, code in mapping.items()}
    if kind == Intake.Kind.PAID:
        return read_paid(table, fiscal_year, chosen)
    return read_survey(table, chosen)


def build(table: Table, found: Reading | PaidReading, encoding: str) -> dict[str, Any]:
    """The preview: columns and how they were read, totals, 20 sample rows, every problem with its line."""
    minutes = sum(row.minutes for row in found.rows)
    preview: dict[str, Any] = {
        "encoding": encoding,
        "sheet": table.name,
        "head_line": found.head_line,
        "data_lines": found.data_lines,
        "good": len(found.rows),
        "bad": found.bad_lines,
        "notes": sum(p.severity == "note" for p in found.problems),
        "minutes": minutes,
        "columns": _columns(table, found),
        "problems": [_problem(p) for p in found.problems[:MAX_PROBLEMS]],
        "problems_total": len(found.problems),
        "refused": [_problem(p) for p in found.refused],
        "sections": sorted({(row.division, row.section) for row in found.rows}),
    }
    if isinstance(found, Reading):
        preview |= _survey_totals(found)
        preview["samples"] = [_sample(row) for row in found.rows[:SAMPLES]]
    else:
        preview["heads"] = sum(row.heads or 0 for row in found.rows)
        preview["samples"] = [
            {
                "line": r.line,
                "division": r.division,
                "section": r.section,
                "doer": r.doer,
                "heads": r.heads,
                "minutes": r.minutes,
                "year": r.fiscal_year,
                "source": r.source,
            }
            for r in found.rows[:SAMPLES]
        ]
    return preview


def _problem(problem: Problem) -> dict[str, Any]:
    return {
        "line": problem.line,
        "code": problem.code,
        "column": problem.column,
        "severity": problem.severity,
        "details": dict(problem.details),
    }


def _columns(table: Table, found: Reading | PaidReading) -> list[dict[str, Any]]:
    """Every titled column with the code it was given ("" = not used) and an example from below the head."""
    width = max((len(row) for row in table.rows), default=0)
    listed = []
    for at in range(width):
        title = found.titles.get(at, "")
        if title or at in found.columns:
            listed.append(
                {
                    "at": at,
                    "letter": column_name(at),
                    "title": title[:60],
                    "code": found.columns.get(at, ""),
                    "unit": found.units.get(at, ""),
                }
            )
    return listed


def _survey_totals(found: Reading) -> dict[str, Any]:
    groups: Counter[str] = Counter()
    for row in found.rows:
        groups[group_of(row.kind)] += row.minutes
    return {
        "tasks": len({row.task_id for row in found.rows}),
        "groups": dict(groups),
        "used": dict(Counter(row.used for row in found.rows)),
        "methods": dict(Counter(row.method for row in found.rows)),
    }


def _sample(row: SurveyRow) -> dict[str, Any]:
    return {
        "line": row.line,
        "section": row.section,
        "task": row.task_name,
        "step": row.step,
        "kind": row.kind,
        "doer": row.doer,
        "count": row.count,
        "each_seconds": row.each_seconds,
        "used": row.used,
        "minutes": row.minutes,
        "method": row.method,
    }
