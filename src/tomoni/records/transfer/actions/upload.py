"""Take a file in for an import, and start or throw it away (取り込みの準備)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from tomoni.core import audit, clock, files
from tomoni.core.actions import action
from tomoni.core.actor import Actor
from tomoni.core.errors import Conflict, Invalid
from tomoni.records import rights
from tomoni.records.schema import cache
from tomoni.records.transfer import columns, reading
from tomoni.records.transfer.access import own
from tomoni.records.transfer.models import Import, Mapping


@action("transfer.upload")
def upload(*, actor: Actor, app: str, file: Any, name: str) -> Import:
    """Keep a CSV or XLSX file and read its headers; nothing is taken in yet. Needs `import`.

    Raises `Invalid` under `file` for what is no table, `TooLarge` over the limits.
    """
    schema = cache.snapshot(app)
    rights.require(actor, schema, "import")
    if file is None:
        raise Invalid({"file": [_("ファイルを選んでください。")]})
    try:
        stored = files.store(file, name=name, actor=actor)
        with files.open_stored(stored) as content:
            kind = reading.kind_of(content)
            with reading.opened(content, kind) as lines:
                headers = _headers(next(lines, None))
                if next(lines, None) is None:
                    raise Invalid(_("1行目の見出しの下に、取り込む行がありません。"))
    except Invalid as error:
        raise Invalid({"file": [text for texts in error.errors.values() for text in texts]}) from None
    offered = columns.choices(actor, schema)
    known = columns.remembered(schema, offered, headers)
    return Import.objects.create(
        app_id=schema.id, user_id=actor.id, file=stored, name=stored.name,
        charset=kind.charset + (" tab" if kind.delimiter == "\t" else ""), headers=headers,
        mapping=known.mapping if known else columns.guess(schema, offered, headers),
        mode=known.mode if known else Import.Mode.INSERT, key=known.key if known else "", at=clock.now(),
    )  # fmt: skip


def _headers(first: reading.Line | None) -> list[str]:
    if first is None:
        raise Invalid(_("ファイルが空です。中身のあるファイルを選んでください。"))
    return [" ".join(cell.split())[:200] for cell in first[1]]


@action("transfer.start")
def start(
    *, actor: Actor, app: str, number: int, mapping: Sequence[str], mode: str, key: str = "", policy: str = "all"
) -> Import:  # fmt: skip
    """Begin the import as a job, and remember the mapping for files with the same headers.

    Raises `Invalid` under `mapping`, `mode`, `key`; `Conflict` for one that was started already.
    """
    from tomoni.records.transfer import jobs

    schema, row = own(actor, app, number, lock=True)
    rights.require(actor, schema, "import")
    if row.state != Import.State.UPLOADED:
        raise Conflict(_("この取り込みは、もう始まっています。"))
    if mode != Import.Mode.INSERT:
        rights.require(actor, schema, "edit")
    if mode != Import.Mode.UPDATE:
        rights.require(actor, schema, "add")
    given = [str(code) for code in mapping][: len(row.headers)]
    given += [""] * (len(row.headers) - len(given))
    columns.checked(actor, schema, given, mode, key, policy)
    row.mapping, row.mode, row.policy = given, mode, policy
    row.key = key if mode != Import.Mode.INSERT else ""
    row.state = Import.State.RUNNING
    row.job = str(jobs.run_import.enqueue(actor_id=actor.id, number=row.pk).id)
    row.save()
    Mapping.objects.update_or_create(
        app_id=schema.id, headers=columns.digest(row.headers),
        defaults={"mapping": given, "mode": mode, "key": row.key, "at": clock.now()},
    )  # fmt: skip
    audit.record(
        actor=actor, verb="record.import_start", target=f"app:{schema.id}",
        fields={"import": row.pk, "mode": mode, "policy": policy},
    )  # fmt: skip
    return row
