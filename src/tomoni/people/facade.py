"""What other rooms may ask of people."""

from __future__ import annotations

from tomoni.people.actions.departments import change_department, close_department, create_department
from tomoni.people.actions.roles import add_membership, grant_role
from tomoni.people.actions.tokens import create_token, revoke_token
from tomoni.people.actions.users import create_user
from tomoni.people.password_header import actor_for_password
from tomoni.people.queries import (
    actor_for,
    actor_for_token,
    ancestors,
    department_by_code,
    department_names,
    departments,
    display_names,
    people_of,
    people_with_role,
    tokens,
    user_by_login,
)
from tomoni.people.roles import ROLES

__all__ = [
    "ROLES",
    "actor_for",
    "actor_for_password",
    "actor_for_token",
    "add_membership",
    "ancestors",
    "change_department",
    "close_department",
    "create_department",
    "create_token",
    "create_user",
    "department_by_code",
    "department_names",
    "departments",
    "display_names",
    "grant_role",
    "people_of",
    "people_with_role",
    "revoke_token",
    "tokens",
    "user_by_login",
]
