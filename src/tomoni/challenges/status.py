"""Where a challenge stands, in one tag and one sentence: from its data and today, never typed by hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from tomoni.challenges.models import Challenge, Ending, Review, Round

Stage = Challenge.Stage


@dataclass(frozen=True, slots=True)
class Status:
    """A tag (kind and label) and the day by which something is due."""

    tag: str
    label: str
    due: date | None = None
    late: bool = False


@dataclass(frozen=True, slots=True)
class Phase:
    """One of 見つける／しぼる／つくる／届ける: `state` done, now, next or skipped, with a note."""

    label: str
    state: str
    note: str = ""


def status(challenge: Challenge, today: date, *, ending: Ending | None = None) -> Status:
    """The tag of a challenge. `ending` only for those of kind stop."""
    if challenge.stage == Stage.ENDED:
        return Status("stop", str(Stage.ENDED.label))
    if challenge.stage == Stage.DONE:
        return Status("done", str(Stage.DONE.label))
    if challenge.kind == Challenge.Kind.STOP:
        return _stopping(challenge, today, ending)
    if challenge.stage == Stage.PREPARE:
        late = challenge.due_on < today
        return Status(
            "late" if late else "new", _("期限を過ぎた") if late else _("準備中"), challenge.due_on, late
        )
    due = challenge.next_on
    if due is not None and due < today:
        return Status("wait", _("決定を待つ"), due, (today - due).days > 14)
    return Status("doing", challenge.get_stage_display(), due)


def _stopping(challenge: Challenge, today: date, ending: Ending | None) -> Status:
    if ending is None:
        late = challenge.due_on < today
        return Status(
            "late" if late else "new", _("期限を過ぎた") if late else _("準備中"), challenge.due_on, late
        )
    if ending.decided_at is None:
        return Status("wait", _("決定を待つ"), challenge.due_on, challenge.due_on < today)
    if today <= ending.end_on:
        return Status("doing", _("やめる日を待つ"), ending.end_on)
    if today < ending.check_on:
        return Status("doing", _("3か月後に確かめる"), ending.check_on)
    return Status("wait", _("時間を確かめる"), ending.check_on, (today - ending.check_on).days > 14)


def phases(
    challenge: Challenge, rounds: list[Round], reviewed: Review | None, words: dict[str, Any]
) -> list[Phase]:
    """The four phases with what happened in each. `words`: day(date) → text, tool name, app attached on."""
    day = words["day"]
    stop = challenge.kind == Challenge.Kind.STOP
    built = bool(challenge.app_code) or challenge.kind == Challenge.Kind.REARRANGE
    running = bool(rounds) or (stop and challenge.stage != Stage.PREPARE)
    find = _("%(day)s　見直しました") % {"day": day(reviewed.started_at)} if reviewed else _("見直しから")
    focus = _("%(day)s　仮説と条件を決めました") % {"day": day(challenge.created_at)}
    if stop:
        make, make_state = _("つくりません"), "skipped"
    else:
        make = str(words.get("tool") or _("道具を選びます"))
        make_state = "done" if running else "now"
    deliver = _("これから")
    if rounds:
        last = rounds[-1]
        deliver = _("%(day)sから　%(number)s回目") % {"day": day(last.starts_on), "number": last.number}
    elif stop and running:
        deliver = _("知らせて、時間がなくなったかを確かめます")
    finished = challenge.stage in (Stage.ENDED, Stage.DONE)
    deliver_state = "done" if finished else "now" if running or (stop and not running) else "next"
    if not built and not stop:
        deliver_state = "next"
    return [
        Phase(_("見つける"), "done", find),
        Phase(_("しぼる"), "done", focus),
        Phase(_("つくる"), make_state, make),
        Phase(_("届ける"), deliver_state, deliver),
    ]
