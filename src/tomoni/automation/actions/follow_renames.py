"""Rules follow the states of their app when these take other names."""

from __future__ import annotations

from collections.abc import Mapping

from tomoni.automation.models import Rule
from tomoni.core import clock
from tomoni.records.schema.renaming import in_query


def follow_renames(app: str, renames: Mapping[str, str]) -> None:
    """Put the new names of states into the rules of the app: conditions, from and to. Deleted rules too.

    Runs inside the change of the process (`records.uses.rename_listener`), whose audit entry stands for both.
    """
    for rule in Rule.objects.filter(app_code=app):
        when = in_query(rule.when, renames)
        source = [renames.get(s, s) for s in rule.from_states]
        target = [renames.get(s, s) for s in rule.to_states]
        if (when, source, target) != (rule.when, rule.from_states, rule.to_states):
            rule.when, rule.from_states, rule.to_states = when, source, target
            rule.revision += 1
            rule.updated_at = clock.now()
            rule.save(update_fields=["when", "from_states", "to_states", "revision", "updated_at"])
