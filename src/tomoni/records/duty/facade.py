"""What other rooms may ask of duty."""

from __future__ import annotations

from datetime import datetime

from tomoni.core.actor import Actor
from tomoni.records import rights
from tomoni.records.duty import process
from tomoni.records.duty.actions.delegate import delegate, end_delegation
from tomoni.records.duty.deadlines import Late, late_in
from tomoni.records.duty.process import Acting, Approval
from tomoni.records.duty.queries import DelegationInfo, acted_for, delegations
from tomoni.records.duty.stuck import Month, StateTime
from tomoni.records.duty.stuck import stuck as _stuck
from tomoni.records.query.reader import reader
from tomoni.records.record import Record
from tomoni.records.schema import cache


def stuck(*, actor: Actor, app: str, since: datetime, until: datetime) -> list[StateTime]:
    """How long records that the actor sees stay in each state over `[since, until)`."""
    schema = cache.snapshot(app)
    return _stuck(schema, since, until, reader(actor, schema, rights.require(actor, schema, "view")))


def late(*, actor: Actor, app: str) -> list[Late]:
    """The overdue records that the actor sees, the longest first."""
    schema = cache.snapshot(app)
    return late_in(schema, reader(actor, schema, rights.require(actor, schema, "view")))


def approvals(*, app: str, record: Record) -> list[Approval]:
    """Who has acted and who has not, where all of several assignees must."""
    return process.approvals(cache.snapshot(app), record)


__all__ = [
    "Acting",
    "Approval",
    "DelegationInfo",
    "Late",
    "Month",
    "StateTime",
    "acted_for",
    "approvals",
    "delegate",
    "delegations",
    "end_delegation",
    "late",
    "stuck",
]
