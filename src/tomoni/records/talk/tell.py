"""Telling people (知らせる): in the program at once, by mail as each person wants it. Without personal data."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from tomoni.core import clock, mail, notices
from tomoni.core.errors import Forbidden, Invalid, TomoniError
from tomoni.core.models import Mail, Notice
from tomoni.people.models import User
from tomoni.people.queries import actor_for
from tomoni.records import queries, rights
from tomoni.records.record import Record
from tomoni.records.schema.snapshot import AppSchema
from tomoni.records.talk.models import DigestLine, Preference
from tomoni.records.talk.queries import mail_of
from tomoni.records.talk.recipients import MOST

PURPOSE = "record_notice"
MOST_MAILS = 20  # single mails to one person in an hour; what comes after waits for the daily mail


def address(schema: AppSchema, record: int | None) -> str:
    """The page that a notice leads to."""
    return (
        reverse("records:record", args=[schema.code, record])
        if record
        else reverse("records:list", args=[schema.code])
    )


def name_of(schema: AppSchema, record: Record) -> str:
    """How a notice calls a record: app and number, and its title where that says nothing about a person."""
    field = schema.by_code.get(schema.title_field)
    words = _("%(app)s %(number)s番") % {"app": schema.name, "number": record.number}
    if (
        field is not None
        and field.personal == "none"
        and all(rule.code != field.code for rule in schema.field_rights)  # not everybody told may see it
        and isinstance(title := record.values.get(field.code), str)
    ):
        words = f"{words}（{title[:60]}）" if title else words
    return f"「{words}」"


def tell(
    users: Iterable[int], schema: AppSchema, record: int | None, text: str, *, but: int | None = None
) -> list[int]:
    """Tell each person who may see the record (or the app), except who did it. The same unread line is not repeated."""
    url = address(schema, record)
    wanted = [u for u in dict.fromkeys(users) if u != but][:MOST]
    people = {u.pk: u for u in User.objects.filter(pk__in=wanted, is_active=True, kind=User.Kind.STAFF)}
    known = set(
        Notice.objects.filter(user_id__in=wanted, url=url, text=text[:300], read_at__isnull=True).values_list(
            "user_id", flat=True
        )
    )
    told = [
        people[u] for u in wanted if u in people and u not in known and _may_see(people[u], schema, record)
    ]
    notices.notify_many(user_ids=[u.pk for u in told], text=text, url=url)
    how = mail_of([u.pk for u in told], schema.id)
    for user in told:
        _mail(user, how.get((user.pk, schema.id), Preference.Mail.DIGEST), schema, record, text, url)
    return [u.pk for u in told]


def _may_see(user: User, schema: AppSchema, record: int | None) -> bool:
    actor = actor_for(user)
    try:
        if record is None:
            return rights.may(actor, schema, "view")
        queries.get(actor, schema.code, record)
    except (TomoniError, Forbidden):
        return False
    return True


def _mail(user: User, how: str, schema: AppSchema, record: int | None, text: str, url: str) -> None:
    if how == Preference.Mail.NONE or not user.email:
        return
    if how == Preference.Mail.NOW and not _too_many(user):
        body = "\n".join(
            [text, "", f"{settings.BASE_URL}{url}", "", _("受け取り方は、次のページで変えられます。"),
             f"{settings.BASE_URL}{reverse('record_talk:preferences')}"]
        )  # fmt: skip
        try:
            mail.send_later(
                to=user.email, subject=_("お知らせ: %(app)s") % {"app": " ".join(schema.name.split())},
                body=body, purpose=PURPOSE, related=f"app:{schema.id}",
            )  # fmt: skip
        except Invalid:
            return  # an address that is none: the notice in the program stays
        return
    waiting = DigestLine.objects.filter(user=user, app_id=schema.id, text=text[:300], url=url)
    if not waiting.exists():
        DigestLine.objects.create(
            user=user, app_id=schema.id, record=record, text=text[:300], url=url, at=clock.now()
        )


def _too_many(user: User) -> bool:
    since = clock.now() - timedelta(hours=1)
    return Mail.objects.filter(to=user.email, purpose=PURPOSE, created_at__gte=since).count() >= MOST_MAILS
