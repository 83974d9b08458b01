"""One tap: 「電話 5分」, and taking it back."""

from __future__ import annotations

from django.db.models import F, Sum
from django.db.models.functions import Greatest
from django.utils.translation import gettext as _

from tomoni.core import clock
from tomoni.core.actions import action
from tomoni.core.actor import Actor
from tomoni.core.errors import Conflict, Invalid, NotFound
from tomoni.records.worktime.access import editable_place
from tomoni.records.worktime.actions.note_mark import add_seconds
from tomoni.records.worktime.models import Tap, Worked
from tomoni.records.worktime.pseudonym import pseudonym

LONGEST = 480
"""Minutes in one tap; also the most one person can tell for one record on one day is three times this."""


@action("worktime.add_tap")
def add_tap(*, actor: Actor, app: str, record: int, kind: str, minutes: int, nonce: str) -> Tap:
    """Add told minutes to a record. The same `nonce` again (a double tap) returns the first, unchanged.

    Raises `Invalid` for an unknown kind or minutes outside 1–480, `NotFound`/`Forbidden` without edit right.
    """
    if kind not in Tap.Kind.values:
        raise Invalid({"kind": [_("電話、紙、窓口、そのほかから選んでください。")]})
    if not 1 <= minutes <= LONGEST:
        raise Invalid({"minutes": [_("分は 1 から 480 までの数で入力してください。")]})
    if not 8 <= len(nonce) <= 32 or not nonce.isascii() or not nonce.isalnum():
        raise Invalid(_("画面を開き直してから、もう一度押してください。"))
    place = editable_place(actor=actor, app=app, record=record)
    day = clock.today()
    key = pseudonym(actor, day)
    earlier = Tap.objects.filter(nonce=nonce).first()
    if earlier is not None:
        if (earlier.app_id, earlier.record, earlier.pseudonym) != (place.app_id, record, key):
            raise Conflict(_("この操作はすでに使われています。画面を開き直してください。"))
        return earlier
    told = Tap.objects.filter(app_id=place.app_id, record=record, day=day, pseudonym=key, undone_at=None)
    if (told.aggregate(sum=Sum("minutes"))["sum"] or 0) + minutes > LONGEST * 3:
        raise Invalid({"minutes": [_("1日に足せる時間を超えます。押しまちがいは取り消してください。")]})
    tap = Tap.objects.create(
        app_id=place.app_id,
        record=record,
        state=place.state,
        day=day,
        kind=kind,
        minutes=minutes,
        pseudonym=key,
        nonce=nonce,
        at=clock.now(),
    )
    add_seconds(kind, minutes * 60, app_id=place.app_id, record=record, state=place.state, day=day)
    return tap


@action("worktime.undo_tap")
def undo_tap(*, actor: Actor, tap: int) -> Tap:
    """Take back one's own tap of this month; a second time changes nothing. `NotFound` for somebody else's."""
    row = Tap.objects.select_for_update(of=("self",)).select_related("app").filter(pk=tap).first()
    if row is None or row.pseudonym != pseudonym(actor, clock.today()):
        raise NotFound()
    editable_place(actor=actor, app=row.app.code, record=row.record)
    if row.undone_at is None:
        row.undone_at = clock.now()
        row.save(update_fields=["undone_at"])
        Worked.objects.filter(app_id=row.app_id, record=row.record, state=row.state, day=row.day).update(
            **{row.kind: Greatest(F(row.kind) - row.minutes * 60, 0)}
        )
    return row
