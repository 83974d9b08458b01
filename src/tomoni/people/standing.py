"""What a person holds on a day — roles, departments and those above — in one query, also behind an API token.

Resolved anew at every call: a role that was taken away, a membership that ended, a department that moved or a token
that was revoked counts from the next call on, in every process.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection

SEEN_EVERY = timedelta(hours=1)  # how exactly `last_used_at` is kept

_VALID = "valid_from <= %s AND (valid_to IS NULL OR valid_to > %s)"
_BY_DIGEST = (
    "SELECT t.id, t.user_id, t.scopes, t.app_code, t.last_used_at FROM people_apitoken t"
    " WHERE t.digest = %s AND t.revoked_at IS NULL AND t.expires_at > %s"
)
# The recursion ends in a circle too: UNION keeps each department once.
_STANDING = f"""
  who AS (SELECT u.id, u.kind, u.display_name FROM people_user u WHERE u.is_active AND u.id = {{user}}),
  place AS (SELECT id, department_id, is_head, is_primary FROM people_membership
            WHERE user_id = (SELECT id FROM who) AND {_VALID}),
  above(department_id) AS (
    SELECT department_id FROM place
    UNION SELECT v.parent_id FROM people_departmentversion v JOIN above a ON v.department_id = a.department_id
          WHERE v.parent_id IS NOT NULL AND {_VALID.replace("valid_", "v.valid_")})
SELECT 'person', id, CASE WHEN kind = 'staff' THEN 1 ELSE 0 END, 0, display_name FROM who
UNION ALL SELECT 'role', id, 0, 0, role FROM people_roleassignment
          WHERE user_id = (SELECT id FROM who) AND {_VALID}
UNION ALL SELECT 'unit', department_id, CASE WHEN is_head THEN 1 ELSE 0 END,
                 id - CASE WHEN is_primary THEN {2**62} ELSE 0 END, '' FROM place
UNION ALL SELECT 'above', department_id, 0, 0, '' FROM above"""  # noqa: S608 - constants
_NARROWED = """
UNION ALL SELECT 'token', id, CASE WHEN last_used_at IS NULL OR last_used_at < %s THEN 1 ELSE 0 END, 0, app_code FROM token
UNION ALL SELECT 'scopes', id, 0, 0, CAST(scopes AS text) FROM token"""


@dataclass(frozen=True, slots=True)
class Standing:
    """A person on a day. `units` are in their order, the home department first."""

    user: int
    label: str
    is_staff: bool
    roles: frozenset[str]
    departments: frozenset[int]
    units: tuple[int, ...]
    heads: frozenset[int]
    token: int | None = None
    scopes: frozenset[str] = frozenset()
    app_code: str = ""
    unseen: bool = False  # the token's `last_used_at` is to be written


def of_user(user: int, day: date) -> Standing | None:
    """What an active person holds; None for others."""
    sql = "WITH RECURSIVE" + _STANDING.format(user="%s")
    return _read(sql, [user, *_days(day, 3)])


def of_token(digest: str, now: datetime, day: date) -> Standing | None:
    """What the owner of a token holds; None if it is unknown, expired or revoked, or the owner not active."""
    moment = connection.ops.adapt_datetimefield_value
    standing = _STANDING.format(user="(SELECT user_id FROM token)")
    sql = f"WITH RECURSIVE token AS ({_BY_DIGEST}),{standing}{_NARROWED}"
    return _read(sql, [digest, moment(now), *_days(day, 3), moment(now - SEEN_EVERY)])


def _days(day: date, conditions: int) -> list[Any]:
    return [connection.ops.adapt_datefield_value(day)] * (2 * conditions)


def _read(sql: str, params: Sequence[Any]) -> Standing | None:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        rows = cursor.fetchall()
    found: dict[str, list[tuple[Any, ...]]] = {}
    for kind, *row in rows:
        found.setdefault(kind, []).append(tuple(row))
    if "person" not in found:
        return None
    user, staff, _rank, label = found["person"][0]
    units = sorted(found.get("unit", ()), key=lambda row: row[2])
    token = found.get("token", [(None, 0, 0, "")])[0]
    return Standing(
        user=user,
        label=label,
        is_staff=bool(staff),
        roles=frozenset(row[3] for row in found.get("role", ())),
        departments=frozenset(row[0] for row in found.get("above", ())),
        units=tuple(row[0] for row in units),
        heads=frozenset(row[0] for row in units if row[1]),
        token=token[0],
        scopes=frozenset(json.loads(found["scopes"][0][3])) if "scopes" in found else frozenset(),
        app_code=token[3],
        unseen=bool(token[1]),
    )
