"""Whom a `who` means: for one person, yes, no, or a condition on the record (creator, assignee, field, head)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any

from django.db.models import BooleanField, Case, Exists, OuterRef, Q, Value, When

from tomoni.core import clock
from tomoni.core.actor import Actor
from tomoni.people import facade as people
from tomoni.people.models import DepartmentVersion, Membership
from tomoni.people.queries import valid
from tomoni.records import fieldtypes, rights
from tomoni.records.ddl.tables import ASSIGNEES, tables
from tomoni.records.schema.snapshot import AppSchema

Meaning = bool | Q


def first(cases: Iterable[tuple[Meaning, Meaning]], default: bool) -> Meaning:
    """The outcome of the first case that holds, as one condition; a case that is unknown (NULL) does not hold."""
    kept: list[tuple[Meaning, Meaning]] = []
    for holds, outcome in cases:
        if holds is False:
            continue
        kept.append((holds, outcome))
        if holds is True:
            break
    else:
        kept.append((True, default))
    if all(isinstance(outcome, bool) and outcome == kept[0][1] for _holds, outcome in kept):
        return kept[0][1]
    *earlier, (_always, last) = kept
    if not earlier:
        return last
    whens: list[Any] = []
    for holds, outcome in earlier:
        if isinstance(outcome, Q):
            whens.append(When(_q(holds) & outcome, then=Value(True)))
            outcome = False
        whens.append(When(_q(holds), then=Value(outcome)))
    if isinstance(last, Q):
        whens.append(When(last, then=Value(True)))
        last = False
    return Q(Case(*whens, default=Value(last), output_field=BooleanField()))


def either(parts: Iterable[Meaning]) -> Meaning:
    """Whether one of them holds."""
    found: Meaning = False
    for part in parts:
        if part is True:
            return True
        if isinstance(part, Q):
            found = found | part if isinstance(found, Q) else part
    return found


def _q(meaning: Meaning) -> Q:
    if isinstance(meaning, Q):
        return meaning
    return ~Q(pk__in=()) if meaning else Q(pk__in=())


def whole(schema: AppSchema) -> AppSchema:
    """The definition itself, also when a reader's narrowed one is at hand (`query/sight.py`)."""
    return getattr(schema, "whole", None) or schema


class Person:
    """One person in front of one app; departments are read once, when a rule names one."""

    def __init__(self, actor: Actor, schema: AppSchema) -> None:
        self.actor = actor
        self.schema = whole(schema)

    @cached_property
    def departments(self) -> dict[str, int]:
        """The ids of all departments that the app's rules name."""
        return rights.department_ids(every_who(self.schema))

    @cached_property
    def held(self) -> rights.Granted:
        """The rights in the app."""
        return rights.granted(self.actor, self.schema, self.departments)

    @property
    def exempt(self) -> bool:
        """Whether no rule on records and fields holds the person: who may change the rules is not held by them."""
        return self.actor.kind == "system" or "manage" in self.held.verbs

    @property
    def own(self) -> int | None:
        """The person's number, if it is one."""
        return self.actor.id if self.actor.kind in ("user", "token") else None

    def means(self, who: str) -> Meaning:
        """Whether `who` means this person: at once, or depending on the record."""
        if rights.matches(who, self.actor, self.departments):
            return True
        if self.own is None:
            return False
        kind, _sep, value = who.partition(":")
        if kind == "creator":
            return Q(created_by=self.own)
        if kind == "assignee":
            return self._linked(ASSIGNEES, [self.own])
        if kind == "head" and not value:
            return self.heading
        return self._named(value) if kind == "field" else False

    def _named(self, code: str) -> Meaning:
        """Whether the person, or one of their departments, stands in a field of the record."""
        field = self.schema.by_code.get(code)
        if field is None or field.table:
            return False
        if field.type == "assignee":
            return self._linked(ASSIGNEES, [self.own])
        if field.type in ("creator", "modifier"):
            return Q(**{fieldtypes.get(field.type).column: self.own})
        if field.type == "user":
            return self._linked(field.id or 0, [self.own])
        if field.type == "department":
            return self._linked(field.id or 0, sorted(self.actor.departments))
        if field.type == "group":
            return self._linked(field.id or 0, sorted(self.actor.roles), "text")
        return False

    def _linked(self, field: int, values: Sequence[Any], column: str = "number") -> Meaning:
        if not values:
            return False
        rows = tables(self.schema).link._default_manager.filter(record=OuterRef("pk"), field=field)
        return Q(Exists(rows.filter(**{f"{column}__in": list(values)})))

    @cached_property
    def heading(self) -> Meaning:
        """Whether the person heads the section of the record's creator (its team or the section above)."""
        if not self.actor.heads:
            return False
        led = [d for d, chain in sections().items() if chain & self.actor.heads]
        members = Membership.objects.filter(valid(clock.today()), department_id__in=led)
        return Q(created_by__in=members.values("user_id"))


def sections() -> dict[int, frozenset[int]]:
    """For each department its own id and those above it up to its section (課): whose heads answer for it."""
    versions = {v.department_id: v for v in people.departments()}
    found: dict[int, frozenset[int]] = {}
    for start in versions:
        chain: list[int] = []
        current: int | None = start
        while current is not None and current in versions and current not in chain:
            chain.append(current)
            if versions[current].level != DepartmentVersion.Level.TEAM:
                break
            current = versions[current].parent_id
        found[start] = frozenset(chain)
    return found


def every_who(schema: AppSchema) -> Iterable[str]:
    """Every `who` of an app's rules."""
    yield from (right.who for right in schema.rights)
    yield from (grant.who for rule in schema.record_rights for grant in rule.grants)
    yield from (grant.who for rule in schema.field_rights for grant in rule.grants)


__all__ = ["Meaning", "Person", "either", "every_who", "first", "sections", "whole"]
