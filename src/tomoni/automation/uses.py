"""Which rules need a field of their app."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from tomoni.automation.check import faults
from tomoni.automation.queries import rules_of
from tomoni.records import facade as records


def of_field(app: str, field: str) -> Iterator[str]:
    """A sentence for each rule that would not work any more without the field."""
    rules = rules_of(app)
    if not rules:
        return
    schema = records.schema(code=app)
    without = schema.with_fields([f for f in schema.fields if f.code != field], schema.trash)
    for rule in rules:
        if set(faults(rule.spec, without)) - set(faults(rule.spec, schema)):
            yield _("自動処理「%(name)s」がこの項目を使っています。先に、自動処理を直してください。") % {
                "name": rule.name
            }
