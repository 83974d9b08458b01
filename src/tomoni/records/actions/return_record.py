"""Send a record back to any earlier state (差し戻し), with a reason."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tomoni.core.actions import action
from tomoni.core.actor import Actor
from tomoni.core.errors import Forbidden, Invalid
from tomoni.records.actions import _change
from tomoni.records.actions.run_action import move
from tomoni.records.duty import process
from tomoni.records.query.sight import own_view
from tomoni.records.record import Record
from tomoni.records.schema import cache

NAME = "差し戻し"


@action("records.return_record")
def return_record(
    *, actor: Actor, app: str, record: int, to: str, comment: str, revision: int | None = None
) -> Record:
    """Bring a record back into a state that it was in before. Needs to be among the setting `returns`.

    Raises `Invalid` without a reason, or for a state that the record has not been in.
    """
    schema = cache.snapshot(app)
    current = _change.locked(actor, schema, record, "view")
    _change.check_revision(schema, current, revision, {})
    found = process.may_return(schema, actor, current)
    if not found.may:
        raise Forbidden("app.return")
    if to not in process.earlier_states(schema, current):
        raise Invalid({"to": [_("この記録がまだ通っていない状態には戻せません。")]})
    if not comment.strip():
        raise Invalid({"comment": [_("戻す理由を書いてください。")]})
    moved = move(actor, schema, current, to, name=NAME, comment=comment.strip(), user=found.user, back=True)
    return own_view(actor, schema, moved)
