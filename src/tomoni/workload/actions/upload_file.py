"""Take a file in and show what was understood. Nothing of its contents counts until it is confirmed."""

from __future__ import annotations

import io
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from tomoni.core import audit, clock, files
from tomoni.core.actions import action
from tomoni.core.actor import Actor
from tomoni.core.errors import Invalid, TooLarge
from tomoni.engines.workload import columns, lines
from tomoni.engines.workload.model import Table
from tomoni.workload import sheets
from tomoni.workload.intake import JOB_ROWS, refresh
from tomoni.workload.models import Intake


@action("workload.upload_file", right="workload.import")
def upload_file(*, actor: Actor, upload: Any, name: str, kind: str, title: str, fiscal_year: int) -> Intake:
    """Store the file and its preview. `kind`: survey or paid; `upload`: bytes or an uploaded file.

    Over 5,000 rows the preview is made by a job. Raises `TooLarge`, or `Invalid` (also for a file with
    individual numbers, which is not kept). The same person's same waiting file is answered with what is there.
    """
    title = " ".join(title.split())
    _validate(kind, title, fiscal_year)
    file = io.BytesIO(upload) if isinstance(upload, bytes | bytearray) else upload
    if _size(file) > settings.UPLOAD_MAX_BYTES:
        limit = settings.UPLOAD_MAX_BYTES // 1024 // 1024
        raise TooLarge(
            _("ファイルが大きすぎます。%(limit)s MB までのファイルにしてください。") % {"limit": limit}
        )
    table, encoding = sheets.read_table(file, kind)
    _refuse_individual_numbers(table)
    file.seek(0)
    stored = files.store(file, name=name, actor=actor)
    waiting = [Intake.State.WAITING, Intake.State.READING]
    same = Intake.objects.filter(
        kind=kind,
        fiscal_year=fiscal_year,
        sha256=stored.sha256,
        created_by=actor.id,
        title=title,
        state__in=waiting,
    ).first()
    if same is not None:
        return same
    intake = Intake(
        kind=kind,
        title=title,
        fiscal_year=fiscal_year,
        file_id=stored.pk,
        file_name=stored.name,
        sha256=stored.sha256,
        created_at=clock.now(),
        created_by=actor.id,
    )
    if len(table.rows) <= JOB_ROWS or actor.id is None:
        refresh(intake, table, encoding)
        intake.save()
    else:
        _later(actor, intake)
    audit.record(
        actor=actor, verb="workload.upload", target=f"intake:{intake.pk}", fields={"sha256": stored.sha256}
    )
    return intake


def _later(actor: Actor, intake: Intake) -> None:
    from tomoni.workload.jobs import make_preview

    intake.state = Intake.State.READING
    intake.save()
    intake.job_id = str(make_preview.enqueue(actor_id=actor.id, intake_id=intake.pk).id)
    intake.save(update_fields=["job_id"])


def _size(file: Any) -> int:
    size = getattr(file, "size", None)
    if size is None:
        size = file.seek(0, io.SEEK_END)
        file.seek(0)
    return int(size)


def _validate(kind: str, title: str, fiscal_year: int) -> None:
    errors: dict[str, list[str]] = {}
    if kind not in Intake.Kind.values:
        errors["kind"] = [_("調査票か、支払った時間かを選んでください。")]
    if not title:
        errors["title"] = [_("題名を入力してください。例: 令和7年度 業務量調査")]
    elif len(title) > 200:
        errors["title"] = [_("題名は 200 文字までにしてください。")]
    if not 2000 <= fiscal_year <= clock.today().year + 1:
        errors["fiscal_year"] = [_("年度を選んでください。")]
    if errors:
        raise Invalid(errors)


def _refuse_individual_numbers(table: Table) -> None:
    """個人番号 is never stored: the whole file is refused, with the lines, before anything is kept."""
    found = [
        p
        for p in lines.refusals(table, columns.find_head(table.rows), "survey")
        if p.code == "individual_number"
    ]
    if found:
        places = "、".join(
            _("%(line)s 行目 %(column)s 列") % {"line": p.line, "column": p.column} for p in found[:10]
        )
        raise Invalid(
            {
                "file": [
                    _(
                        "個人番号（マイナンバー）と思われる12桁の数字があるため、受け取れません（%(places)s）。"
                        "数字を消してから、もう一度選んでください。ファイルは保存していません。"
                    )
                    % {"places": places}
                ]
            }
        )
