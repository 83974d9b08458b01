"""Whom a `who` of a notice means (知らせる相手), with respect to a record."""

from __future__ import annotations

from collections.abc import Iterable

from tomoni.core import clock
from tomoni.people import facade as people
from tomoni.people.models import Membership, User
from tomoni.people.queries import valid
from tomoni.records.record import Record
from tomoni.records.schema.snapshot import AppSchema

MOST = 200


def find(schema: AppSchema, whos: Iterable[str], record: Record | None) -> list[int]:
    """The ids of the active staff that are meant, each once, at most 200."""
    found: dict[int, None] = {}
    for who in whos:
        found.update(dict.fromkeys(_one(schema, who, record)))
    ids = list(found)[: MOST * 5]
    staff = set(
        User.objects.filter(pk__in=ids, is_active=True, kind=User.Kind.STAFF).values_list("pk", flat=True)
    )
    return [pk for pk in ids if pk in staff][:MOST]


def _one(schema: AppSchema, who: str, record: Record | None) -> Iterable[int]:
    kind, _colon, value = who.partition(":")
    if kind == "staff":
        return User.objects.filter(is_active=True, kind=User.Kind.STAFF).values_list("pk", flat=True)[:MOST]
    if kind == "role":
        return people.people_with_role(value).values_list("pk", flat=True)[:MOST]
    if kind == "user":
        return [int(value)] if value.isascii() and value.isdigit() else []
    if kind in ("department", "unit", "head") and value:
        department = people.department_by_code(value)
        return _members(department.department_id, kind) if department else []
    return _in_record(schema, kind, value, record) if record is not None else []


def _in_record(schema: AppSchema, kind: str, value: str, record: Record) -> Iterable[int]:
    if kind == "creator":
        return [record.creator] if record.creator else []
    if kind == "assignee":
        return list(record.assignees)
    if kind == "head" and record.creator:
        places = Membership.objects.filter(valid(clock.today()), user_id=record.creator, is_primary=True)
        return [pk for d in places.values_list("department_id", flat=True)[:3] for pk in _members(d, "head")]
    if kind == "field" and (field := schema.by_code.get(value)) is not None:
        given = [v for v in record.values.get(value) or () if isinstance(v, int)]
        if field.type == "user":
            return given
        if field.type == "department":
            return [pk for d in given[:20] for pk in _members(d, "department")]
    return []


def members(department: int) -> list[int]:
    """The people of a department and of those below it, today."""
    return _members(department, "department")


def _members(department: int, kind: str) -> list[int]:
    """`department`: with those below, `unit`: without, `head`: only who heads it."""
    wanted = {department}
    if kind == "department":
        wanted = {d for d, above in people.ancestors().items() if department in above} | wanted
    rows = Membership.objects.filter(valid(clock.today()), department_id__in=wanted, user__is_active=True)
    if kind == "head":
        rows = rows.filter(is_head=True)
    return list(rows.order_by("user_id").values_list("user_id", flat=True).distinct()[:MOST])
