"""Who is meant by the words of a process rule: people for a record, and those a deputy stands in for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from django.db.models import Q

from tomoni.core import clock
from tomoni.core.actor import Actor
from tomoni.people import facade as people
from tomoni.people.models import Department, Membership, User
from tomoni.people.queries import valid
from tomoni.records.ddl.tables import tables
from tomoni.records.duty.models import Delegation
from tomoni.records.query.means import Person, sections
from tomoni.records.record import Record
from tomoni.records.schema.snapshot import AppSchema

MOST = 100


def meant(actor: Actor, schema: AppSchema, whos: Iterable[str], record: int) -> bool:
    """Whether one of the words means the actor on this record, today."""
    if actor.kind == "system":
        return True
    person = Person(actor, schema)
    person.departments = departments_of(whos := list(whos))
    rows = tables(person.schema).record._default_manager.filter(pk=record)
    for who in whos:
        meaning = person.means(who)
        if meaning is True or (isinstance(meaning, Q) and rows.filter(meaning).exists()):
            return True
    return False


def departments_of(whos: Iterable[str]) -> dict[str, int]:
    """The ids of the departments that words name."""
    from tomoni.records.rights import department_ids

    return department_ids(whos)


def standing_in_for(actor: Actor, app: str) -> list[Actor]:
    """The people whose deputy the actor is today in this app, as they are today. Never a chain."""
    if actor.kind != "user" or actor.id is None:
        return []
    day = clock.today()
    rows = Delegation.objects.filter(
        Q(ends__isnull=True) | Q(ends__gt=day), deputy=actor.id, starts__lte=day, ended_at__isnull=True
    ).select_related("user")
    found = {d.user_id: d.user for d in rows.order_by("pk") if not d.apps or app in d.apps}
    return [people.actor_for(user) for user in found.values() if user.is_active]


def principals(actor: Actor, app: str) -> Iterator[Actor]:
    """The actor and then, only when asked for more, those they stand in for."""
    yield actor
    yield from standing_in_for(actor, app)


def candidates(schema: AppSchema, whos: Sequence[str], record: Record) -> list[int]:
    """The active people that the words mean for this record, in order; those of a department with those below it."""
    found: dict[int, None] = {}
    for who in whos:
        found.update(dict.fromkeys(_of(schema, who, record)))
    active = set(User.objects.filter(pk__in=list(found), is_active=True).values_list("pk", flat=True))
    return [pk for pk in found if pk in active]


def _of(schema: AppSchema, who: str, record: Record) -> Iterable[int]:
    kind, _sep, value = who.partition(":")
    if kind == "user":
        return [int(value)]
    if kind == "creator":
        return [record.creator] if record.creator else []
    if kind == "assignee":
        return list(record.assignees)
    if kind == "staff":
        return _ids(User.objects.filter(kind=User.Kind.STAFF, is_active=True))
    if kind == "role":
        return _ids(people.people_with_role(value))
    if kind in ("department", "unit") or (kind == "head" and value):
        chosen = Department.objects.filter(code=value).values_list("pk", flat=True).first()
        return _members([chosen], below=kind == "department", heads=kind == "head") if chosen else []
    if kind == "head":
        return _heads(record.creator)
    return _named(schema, value, record) if kind == "field" else []


def _named(schema: AppSchema, code: str, record: Record) -> Iterable[int]:
    field = schema.by_code.get(code)
    if field is None:
        return []
    if field.type == "creator":
        return [record.creator] if record.creator else []
    value = record.assignees if field.type == "assignee" else record.values.get(code)
    if not isinstance(value, list | tuple):
        return []
    return _members(list(value), below=True) if field.type == "department" else value


def _ids(users: Iterable[User]) -> list[int]:
    return [user.pk for user in users]


def _members(departments: Sequence[int], *, below: bool = False, heads: bool = False) -> list[int]:
    if below:
        departments = [d for d, chain in people.ancestors().items() if chain & set(departments)]
    rows = Membership.objects.filter(valid(clock.today()), department_id__in=departments)
    if heads:
        rows = rows.filter(is_head=True)
    return list(rows.order_by("pk").values_list("user_id", flat=True))


def _heads(creator: int | None) -> list[int]:
    """The heads of the creator's team, or of the section above when the team has none."""
    rows = Membership.objects.filter(valid(clock.today()), user=creator or 0).order_by("-is_primary", "pk")
    chains = sections()
    for own in rows.values_list("department_id", flat=True):
        level = [own, *sorted(chains.get(own, frozenset()) - {own})]
        for department in level:
            if heads := [pk for pk in _members([department], heads=True) if pk != creator]:
                return heads
    return []
