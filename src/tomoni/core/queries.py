"""Reads of the core's own pages: plain data, the reader's rights applied."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db.models import Count, Q, QuerySet

from tomoni.core.actions.cancel_job import visible
from tomoni.core.actor import Actor
from tomoni.core.audit import words
from tomoni.core.errors import Forbidden, NotFound
from tomoni.core.models import AuditEntry, AuditVerification, Delivery, Job, Mail, Notice
from tomoni.core.search import fold

T = TypeVar("T")
PAGE = 50


@dataclass(frozen=True, slots=True)
class Slice(Generic[T]):
    """A page of rows, newest first; `older` is the position from which the next page begins, None at the end."""

    rows: list[T]
    older: int | None


def _slice(rows: QuerySet[Any], before: int | None) -> Slice[Any]:
    """Seek paging by primary key: n + 1 rows, no offset."""
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(rows.order_by("-pk")[: PAGE + 1])
    return Slice(found[:PAGE], found[PAGE - 1].pk if len(found) > PAGE else None)


def _need(actor: Actor, right: str) -> None:
    if not actor.may(right):
        raise Forbidden(right)


def mails(actor: Actor, *, state: str = "", text: str = "", before: int | None = None) -> Slice[Mail]:
    """Mails, newest first, without their bodies; `text` searches address, subject and what it is about."""
    _need(actor, "mail.view")
    rows = Mail.objects.defer("body")
    if state in Mail.State.values:
        rows = rows.filter(state=state)
    if text := text.strip()[:100]:
        rows = rows.filter(Q(to__icontains=text) | Q(subject__icontains=text) | Q(related=text))
    return _slice(rows, before)


def mail_counts(actor: Actor) -> dict[str, int]:
    """How many mails are in each state; every state is there."""
    _need(actor, "mail.view")
    found = dict(Mail.objects.order_by().values_list("state").annotate(Count("pk")))
    return {state: found.get(state, 0) for state in Mail.State.values}


def mail(actor: Actor, pk: int) -> Mail:
    """One mail; the body of a secret one is not handed out, whoever asks. Raises `NotFound`."""
    _need(actor, "mail.view")
    row = Mail.objects.filter(pk=pk).first()
    if row is None:
        raise NotFound()
    if row.secret:
        row.body = ""
    return row


def next_attempt(row: Mail) -> Any:
    """When a mail will be tried again, None when it will not."""
    waiting = Delivery.objects.filter(
        consumer="mail",
        state=Delivery.State.WAITING,
        event__kind="mail.queued",
        event__payload__mail=row.pk,
    )
    return waiting.order_by("next_at").values_list("next_at", flat=True).first()


def audit_entries(
    actor: Actor, *, text: str = "", verb: str = "", before: int | None = None
) -> Slice[AuditEntry]:
    """Entries of the audit chain, newest first; each word must stand in actor, verb (code or label) or target."""
    _need(actor, "audit.view")
    rows = AuditEntry.objects.all()
    if verb in words.words():
        rows = rows.filter(verb=verb)
    for word in fold(text[:100]).split():
        rows = rows.filter(
            Q(actor__icontains=word)
            | Q(verb__icontains=word)
            | Q(verb__in=words.named(word))
            | Q(target__icontains=word)
            | Q(request_id=word)
            | (Q(seq=int(word)) if word.isdecimal() and len(word) < 19 else Q())
        )
    return _slice(rows, before)


def last_verification(actor: Actor) -> AuditVerification | None:
    """The latest verification of the chain."""
    _need(actor, "audit.view")
    return AuditVerification.objects.order_by("-pk").first()


def notices(actor: Actor, *, before: int | None = None) -> Slice[Notice]:
    """The actor's own notices, newest first."""
    if actor.kind != "user" or actor.id is None:
        return Slice([], None)
    return _slice(Notice.objects.filter(user_id=actor.id), before)


def job(actor: Actor, pk: str) -> Job:
    """A job that the actor may see, else `NotFound`."""
    row = Job.objects.filter(pk=pk).first()
    if row is None or not visible(actor, row):
        raise NotFound()
    return row


def dead_deliveries(actor: Actor, *, before: int | None = None) -> Slice[Delivery]:
    """Events that a consumer gave up on, newest first."""
    _need(actor, "outbox.view")
    return _slice(Delivery.objects.filter(state=Delivery.State.DEAD).select_related("event"), before)
