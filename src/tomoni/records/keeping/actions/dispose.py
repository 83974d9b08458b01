"""廃棄: proposed by the app's staff, decided by somebody else in charge, carried out in batches, certified."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tomoni.core import audit, calendar, clock, notices, privacy
from tomoni.core.actions import action
from tomoni.core.actor import Actor
from tomoni.core.errors import Conflict, Forbidden, Invalid, NotFound
from tomoni.records import rights
from tomoni.records.actions import _erase, _trace
from tomoni.records.ddl.tables import tables
from tomoni.records.keeping import access, due, links
from tomoni.records.keeping.models import Disposal
from tomoni.records.models import App
from tomoni.records.query.rows import column_list, to_records
from tomoni.records.record import Record
from tomoni.records.schema import cache
from tomoni.records.schema.snapshot import AppSchema

BATCH = 100
MOST = 100_000


@action("keeping.propose_disposal")
def propose_disposal(*, actor: Actor, app: str, year: int | None = None, reason: str = "") -> Disposal:
    """Propose that the records due today go, all or those of one fiscal year. Needs `delete` or `manage`."""
    schema = cache.snapshot(app)
    if not access.may_propose(actor, schema):
        rights.require(actor, schema, "delete")
    reason = reason.strip()
    if len(reason) > 500:
        raise Invalid({"reason": [_("%(max)s文字までにしてください。") % {"max": 500}]})
    privacy.refuse_individual_numbers(reason=reason)
    row = App.objects.select_for_update(no_key=True).get(pk=schema.id)
    if Disposal.objects.filter(
        app=row, state__in=[Disposal.State.PROPOSED, Disposal.State.APPROVED]
    ).exists():
        raise Conflict(_("このアプリには、まだ終わっていない廃棄があります。"))
    found = due.due(schema)
    numbers = list(found.records) if year is None else due.of_year(schema, year)
    if not numbers:
        raise Invalid(_("保存年限を過ぎた記録はありません。"))
    years = [y for y, _n in found.years] if year is None else [year]
    now = clock.now()
    made = Disposal.objects.create(
        app=row, app_name=schema.name, records=numbers[:MOST], left=numbers[:MOST], years=schema.retention.years or 0,
        basis=schema.retention.basis, first_year=min(years), last_year=max(years), reason=reason,
        proposed_by_id=actor.id, proposed_at=now, moved_at=now,
    )  # fmt: skip
    _note(actor, "keeping.propose", made)
    text = _("「%(app)s」の記録%(n)s件の廃棄に、承認が求められています。") % {
        "app": schema.name,
        "n": f"{len(made.records):,}",
    }
    told = [u for u in access.deciders(row) if u != actor.id]
    notices.notify_many(user_ids=told, text=text, url=links.disposal(made.pk))
    return made


@action("keeping.decide_disposal")
def decide_disposal(*, actor: Actor, disposal: int, approve: bool, answer: str = "") -> Disposal:
    """Approve (the work begins) or send back with a reason. Never by the one who proposed it."""
    found = _locked(disposal, Disposal.State.PROPOSED)
    if not access.may_decide(actor, found):
        raise Forbidden("keeping.approve")
    answer = answer.strip()
    if len(answer) > 500 or (not approve and not answer):
        raise Invalid({"answer": [_("差し戻す理由を500文字までで入力してください。")]})
    privacy.refuse_individual_numbers(answer=answer)
    found.state = Disposal.State.APPROVED if approve else Disposal.State.REJECTED
    found.answer, found.decided_by_id = answer, actor.id
    found.decided_at = found.moved_at = clock.now()
    found.save()
    _note(actor, "keeping.approve" if approve else "keeping.reject", found)
    if approve:
        from tomoni.records.keeping.jobs import carry_out

        carry_out.enqueue(actor_id=actor.id, disposal=found.pk)
    elif found.proposed_by_id is not None:
        text = _("「%(app)s」の廃棄が差し戻されました。") % {"app": found.app_name}
        notices.notify(user_id=found.proposed_by_id, text=text, url=links.disposal(found.pk))
    return found


@action("keeping.withdraw_disposal")
def withdraw_disposal(*, actor: Actor, disposal: int) -> Disposal:
    """Take one's own proposal back before it was decided."""
    found = _locked(disposal, Disposal.State.PROPOSED)
    if actor.id is None or actor.id != found.proposed_by_id:
        raise Forbidden("keeping.withdraw")
    found.state = Disposal.State.WITHDRAWN
    found.moved_at = clock.now()
    found.save()
    _note(actor, "keeping.withdraw", found)
    return found


@action("keeping.erase_batch")
def erase_batch(*, actor: Actor, disposal: int) -> int:
    """Erase the next records of an approved disposal; returns how many numbers are left.

    Each record is looked at once more: one that is held by now, or was completed later, stays and is named.
    """
    if actor.kind != "system":
        raise Forbidden("keeping.erase")
    found = _locked(disposal, Disposal.State.APPROVED)
    numbers, found.left = found.left[:BATCH], found.left[BATCH:]
    code = App.objects.filter(pk=found.app_id).values_list("code", "version", "stamp").get()
    schema = cache.load(found.app_id, *code[1:])
    free = set(due.due(schema, numbers).records)
    gone = [r for r in _records(schema, numbers) if r.id in free]
    found.kept = [*found.kept, *(n for n in numbers if n not in {r.id for r in gone})]
    if gone:
        items = [(_trace.target(schema, r.id), _trace.json_values(schema, _plain(schema, r))) for r in gone]
        root = audit.record_bulk(
            actor=actor, verb="keeping.erase", target=f"disposal:{found.pk}", items=items
        )
        found.digests = [*found.digests, root]
        for record in gone:
            found.files += _erase.erase(schema, record)
            _trace.event("record.purged", schema, record.id, 0, actor)
    found.moved_at = clock.now()
    found.save()
    return len(found.left)


@action("keeping.finish_disposal")
def finish_disposal(*, actor: Actor, disposal: int) -> Disposal:
    """Close a disposal of which nothing is left: its page is the certificate (廃棄証明) from now on."""
    if actor.kind != "system":
        raise Forbidden("keeping.erase")
    found = _locked(disposal, Disposal.State.APPROVED)
    if found.left:
        raise Conflict
    found.state = Disposal.State.DONE
    found.done_at = found.moved_at = clock.now()
    found.save()
    _note(actor, "keeping.finish", found)
    text = _("「%(app)s」の記録を廃棄しました。証明書を印刷できます。") % {"app": found.app_name}
    told = {u for u in (found.proposed_by_id, found.decided_by_id) if u is not None}
    notices.notify_many(user_ids=told, text=text, url=links.disposal(found.pk))
    return found


def _locked(disposal: int, state: str) -> Disposal:
    found = Disposal.objects.select_for_update(of=("self",)).select_related("app").filter(pk=disposal).first()
    if found is None:
        raise NotFound(disposal=disposal)
    if found.state != state:
        raise Conflict(_("この廃棄は、もう次に進んでいます。いまの状態を見てください。"))
    return found


def _records(schema: AppSchema, numbers: list[int]) -> list[Record]:
    """The records as they are, those in the trash too, held until this is committed."""
    made = tables(schema)
    rows = made.record._default_manager.select_for_update().filter(pk__in=numbers).order_by("pk")
    return to_records(schema, made, schema.fields, list(rows.values_list(*column_list(schema.fields))))


def _plain(schema: AppSchema, record: Record) -> dict[str, object]:
    """The values that people or the writer filled in; what is read from elsewhere is left out."""
    return {f.code: record.values[f.code] for f in schema.fields if f.code in record.values}


def _note(actor: Actor, verb: str, found: Disposal) -> None:
    audit.record(
        actor=actor,
        verb=verb,
        target=f"disposal:{found.pk}",
        fields={
            "app": found.app_id,
            "records": _erase.numbers_in_words(found.records)[:2000],
            "years": f"{calendar.fiscal_label(found.first_year)}",
        },
    )
