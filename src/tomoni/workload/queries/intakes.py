"""Imports and what is known of them."""

from __future__ import annotations

from typing import Any

from tomoni.people.facade import display_names
from tomoni.workload.models import Intake, SurveyRow


def intakes() -> list[Intake]:
    """The newest 200 imports, without their previews."""
    return list(Intake.objects.defer("preview", "mapping")[:200])


def intake(pk: int) -> Intake | None:
    """One import, or None."""
    return Intake.objects.filter(pk=pk).first()


def names_for(rows: list[Intake]) -> dict[int, str]:
    """Names of those who uploaded or decided."""
    ids = {pk for row in rows for pk in (row.created_by, row.decided_by) if pk is not None}
    return display_names(ids) if ids else {}


def overlapping(row: Intake, sections: list[list[str]]) -> list[str]:
    """Sections of a waiting survey that the same year already has: their hours would be added up."""
    if row.kind != Intake.Kind.SURVEY:
        return []
    known = set(
        SurveyRow.objects.filter(fiscal_year=row.fiscal_year).values_list("division", "section").distinct()
    )
    return [section for division, section in sections if (division, section) in known]


def same_in_force(row: Intake) -> Intake | None:
    """The import of the very same file that already counts."""
    states = [Intake.State.IMPORTED, Intake.State.STORING]
    same: dict[str, Any] = {
        "kind": row.kind,
        "fiscal_year": row.fiscal_year,
        "sha256": row.sha256,
        "state__in": states,
    }
    return Intake.objects.filter(**same).exclude(pk=row.pk).defer("preview").first()
