"""What automation tells the 引継書: the rules of an app in words."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from tomoni.automation import queries
from tomoni.records import facade as records
from tomoni.records.keeping.sources import Section


def of_app(app: str) -> Iterator[Section]:
    """The rules of an app; those by the clock also as dates that come round."""
    rules = queries.rules_of(app)
    if not rules:
        return
    schema = records.schema(code=app)
    rows, dates = [], []
    for rule in rules:
        told = queries.describe(rule.spec, schema)
        parts = [told.when]
        if told.condition:
            parts.append(_("条件: %(words)s") % {"words": told.condition})
        parts.extend(told.actions)
        if not rule.enabled:
            parts.append(_("（いまは切ってあります）"))
        rows.append((rule.name, "。".join(parts)))
        if rule.enabled and rule.trigger == "schedule":
            dates.append(_("%(when)s: 自動処理「%(name)s」が動く") % {"when": told.when, "name": rule.name})
    yield Section(_("自動処理"), tuple(rows), tuple(dates))
