"""つながる・ともに: eight weeks of submissions, handled by four clerks, and what residents said."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_noop

from tomoni.challenges import facade as challenges
from tomoni.challenges.models import Challenge
from tomoni.core import clock
from tomoni.core.actions.read_notices import read_notices
from tomoni.core.actor import Actor
from tomoni.demo import names
from tomoni.demo.steps import loop
from tomoni.demo.timeline import OPENS, Timeline, in_office, moment, open_day, working_days
from tomoni.participation import facade as participation
from tomoni.procedures import access
from tomoni.procedures import facade as procedures
from tomoni.procedures.actions.enter_submission import enter_submission
from tomoni.procedures.actions.make_submission import make_submission
from tomoni.procedures.questions import asked_now
from tomoni.records import facade as records
from tomoni.records.worktime.actions.note_mark import note_mark
from tomoni.records.worktime.actions.tap import add_tap

SUBMISSIONS = 120
SEED = 20220721
STAFF = ("clerk", "kenko-2", "kenko-3", "kenko-4")
WISHES = ("歯みがきのしかた", "むし歯", "歯ならび・かみ合わせ", "指しゃぶり・おしゃぶり", "食べ方・飲みこみ")
SAID = {
    5: (
        "夜に申し込めて助かりました。",
        "空いている日がすぐ分かりました。",
        "はがきを出しに行かなくてよくなりました。",
    ),
    4: ("分かりやすかったです。", "メールで知らせが来るので安心でした。"),
    3: ("日にちがもう少し多いとうれしいです。", "土曜日も選べるとよいです。"),
    2: ("どの日が空いているか、はじめは分かりませんでした。",),
    1: ("途中で画面が変わって、はじめからやり直しました。",),
}


@dataclass(frozen=True, slots=True)
class Reception:
    """The story's state: its dice, its timeline, the people and the form."""

    dice: random.Random
    line: Timeline
    form: Any
    staff: tuple[Actor, ...]


def fill() -> tuple[str, dict[str, object]]:
    """Play the eight weeks up to now."""
    start = loop.start_of_story()
    story = Reception(
        random.Random(SEED),  # noqa: S311
        Timeline(clock.now()),
        procedures.form_for_app(loop.APP),
        tuple(loop.actor_of(login) for login in STAFF),
    )
    days = working_days(start, clock.today() + timedelta(days=1))
    for number in range(SUBMISSIONS):
        _arrive(story, number, days)
    story.line.plan(moment(clock.today() - timedelta(days=14), time(9, 5)), loop.more_slots)
    _report_uses(story)
    story.line.plan(moment(open_day(clock.today() - timedelta(days=1), -1), OPENS), _read_notices)
    story.line.run()
    total = procedures.submissions_count(loop.APP)
    return gettext_noop("申請 %(count)d 件"), {"count": total}


def _read_notices() -> None:
    """People look at their notices; only those that come after are still new."""
    for login in (*STAFF, "manager", "dx"):
        read_notices(actor=loop.actor_of(login))


def _arrive(story: Reception, number: int, days: list[Any]) -> None:
    """Plan one submission: online at any hour, by telephone or at the counter in office hours."""
    dice = story.dice
    day = days[min(len(days) - 1, int(len(days) * ((number + dice.random()) / SUBMISSIONS)))]
    channel = dice.choices(("online", "phone", "counter", "proxy"), (70, 19, 8, 3))[0]
    first, last = (7, 22) if channel == "online" else (9, 16)
    at = moment(day, time(dice.randrange(first, last), dice.randrange(60), dice.randrange(60)))
    family = names.family(dice, day)
    story.line.plan(at, partial(_submit, story, family, channel, number))


def _submit(story: Reception, family: names.Family, channel: str, number: int) -> None:
    dice = story.dice
    slot = _free_slot(dice)
    if slot is None:
        return
    by_mail = channel == "online" and dice.random() < 0.8
    answers: dict[str, Any] = {
        "保護者の氏名": family.parent,
        "保護者のふりがな": family.reading,
        "お子さんの氏名": family.child,
        "お子さんの生年月日": family.born.isoformat(),
        "電話番号": family.telephone,
        "相談したいこと": sorted(dice.sample(WISHES, dice.randrange(1, 3))),
        loop.SLOT: slot.isoformat(),
        "連絡の方法": "メール" if by_mail else "電話",
    }
    if by_mail:
        answers["メールアドレス"] = family.mail
    clerk = dice.choice(story.staff)
    if channel == "online":
        with transaction.atomic():
            submission, _receipt = make_submission(
                actor=access.applicant(story.form), form=story.form, asked=asked_now(story.form, answers), answers=answers,
                channel="online", source="form", once=f"demo-{number}",
            )  # fmt: skip
    else:
        agent = (
            {"name": "見本 太郎", "relation": "祖父", "reason": "保護者が仕事のため"}
            if channel == "proxy"
            else None
        )
        submission = enter_submission(
            actor=clerk, form=story.form, answers=answers, channel=channel, once=f"demo-{number}", agent=agent
        )
        add_tap(
            actor=clerk, app=loop.APP, record=submission.record_id, kind="phone" if channel == "phone" else "counter",
            minutes=dice.choice((4, 5, 5, 6)), nonce=f"demo{number:08}",
        )  # fmt: skip
    again = in_office(dice, clock.now() + timedelta(minutes=dice.randrange(20, 1500)))
    story.line.plan(again, partial(_check, story, submission, number))


def _free_slot(dice: random.Random) -> datetime | None:
    """A slot three days to four weeks ahead with a seat."""
    now = clock.now()
    found = records.slots(
        app=loop.APP, field=loop.SLOT, since=now + timedelta(days=3), until=now + timedelta(days=28)
    )
    free = [slot.starts_at for slot in found if slot.capacity is None or slot.taken < slot.capacity]
    return dice.choice(free) if free else None


def _check(story: Reception, submission: Any, number: int) -> None:
    """A clerk opens the record and takes it on; a few turn out to be cancelled."""
    dice, clerk = story.dice, story.dice.choice(story.staff)
    if dice.random() < 0.05:
        _work(story, clerk, submission.record_id, "取り消す", dice.randrange(60, 140))
        return
    _work(story, clerk, submission.record_id, "確認を始める", dice.randrange(70, 190))
    again = in_office(dice, clock.now() + timedelta(minutes=dice.randrange(30, 2900)))
    story.line.plan(again, partial(_finish, story, submission, number))


def _finish(story: Reception, submission: Any, number: int) -> None:
    dice, clerk = story.dice, story.dice.choice(story.staff)
    if submission.channel != "online" or dice.random() < 0.1:
        add_tap(
            actor=clerk,
            app=loop.APP,
            record=submission.record_id,
            kind="phone",
            minutes=dice.choice((2, 3, 4)),
            nonce=f"demof{number:07}",
        )
    _work(story, clerk, submission.record_id, "完了にする", dice.randrange(90, 260))
    if dice.random() < 0.55:
        later = clock.now() + timedelta(minutes=dice.randrange(20, 2400))
        story.line.plan(later, partial(_answer, story, submission))


def _work(story: Reception, clerk: Actor, record: int, action: str, seconds: int) -> None:
    """Open the record, work on it for some seconds, run the action, leave it."""
    begun = clock.now()
    note_mark(actor=clerk, kind="start", app=loop.APP, record=record)
    with clock.at(begun + timedelta(seconds=seconds)):
        note_mark(actor=clerk, kind="leave")
        records.run_action(actor=clerk, app=loop.APP, record=record, action=action)


def _answer(story: Reception, submission: Any) -> None:
    dice = story.dice
    score = dice.choices((5, 4, 3, 2, 1), (44, 35, 13, 5, 3))[0]
    participation.record_answer(
        actor=access.applicant(story.form), subject=f"submission:{submission.pk}", app=loop.APP,
        task_id=records.schema(code=loop.APP).task_id, score=score,
        text=dice.choice(SAID[score]) if dice.random() < 0.4 else "",
    )  # fmt: skip


def _report_uses(story: Reception) -> None:
    """On the first working day of a month the section tells what the freed hours were used for."""
    made = Challenge.objects.filter(app_code=loop.APP).first()
    if made is None:
        return

    def report(hours: dict[str, Decimal]) -> None:
        month = (clock.today().replace(day=1) - timedelta(days=1)).replace(day=1)
        challenges.report_uses(actor=loop.actor_of("manager"), challenge=made.pk, month=month, hours=hours)

    for number, months_ago in enumerate((1, 0)):
        day = clock.today().replace(day=1)
        for _month in range(months_ago):
            day = (day - timedelta(days=1)).replace(day=1)
        hours = {"consult": Decimal(5 + 4 * number), "visit": Decimal(2 + 2 * number)}
        story.line.plan(moment(open_day(day), time(9, 30)), partial(report, hours))
