"""みる・えらぶ・つくる: the survey, the review of one task, the challenge, its kit and its published form."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_noop

from tomoni.challenges import facade as challenges
from tomoni.challenges import neighbours
from tomoni.core import calendar, clock
from tomoni.core.actor import Actor
from tomoni.demo.timeline import OPENS, moment, open_day, settle
from tomoni.kits import facade as kits
from tomoni.kits import slots as patterns
from tomoni.kits.queries import office_closed
from tomoni.people import facade as people
from tomoni.procedures import facade as procedures
from tomoni.procedures.actions.publish_form import publish_form
from tomoni.records import facade as records
from tomoni.workload import facade as workload

KIT, APP, SLOT = "dental-reception", "dental-reception", "希望の日時"
WEEKS = 8
# What is answered to the four questions: decision, reason, share of the surveyed hours (low, mid, high).
ANSWERS: tuple[tuple[str, str, str, tuple[int, int, int]], ...] = (
    (
        "eliminate",
        "not",
        "歯科相談は、母子保健計画で続けることにしています。相談そのものはやめません。",
        (0, 0, 0),
    ),
    ("combine", "do", "往復はがき・電話・窓口の3つの受付簿を、1つの一覧にまとめます。", (3, 5, 8)),
    ("rearrange", "not", "確認と通知の順は、今のままでよいと健康推進課で確かめました。", (0, 0, 0)),
    (
        "simplify",
        "do",
        "住民が空いている日時を自分で選べるようにして、電話での調整と書き写しをなくします。",
        (20, 30, 40),
    ),
)
HYPOTHESIS = (
    "住民がスマートフォンで空いている日時を選べれば、往復はがきの書き写しと、日程を決める電話がなくなる。"
    "1件の作業時間は半分になり、減った時間を気になる家庭への電話相談に使える。"
)


def start_of_story() -> date:
    """The first day of the eight weeks of reception."""
    return open_day(clock.today() - timedelta(weeks=WEEKS))


def before(days: int) -> datetime:
    """In the morning of an office day some days before the story begins."""
    return moment(open_day(start_of_story() - timedelta(days=days), -1), OPENS)


def actor_of(login: str) -> Actor:
    """A demo person as they act."""
    return people.actor_for(people.user_by_login(login))


def survey() -> tuple[str, dict[str, object]]:
    """Import the clean sample of the survey and the paid hours, nine weeks ago."""
    with clock.at(before(14)):
        year, actor = calendar.fiscal_year(clock.today()) - 1, actor_of("dx")
        title = "業務量調査"
        done = workload.import_survey_file(
            actor=actor, source=workload.sample_path("survey_clean.xlsx"), title=title, fiscal_year=year
        )
        paid = "支払った時間（人事給与の記録から）"
        workload.import_paid_hours_file(
            actor=actor, source=workload.sample_path("paid_hours.csv"), title=paid, fiscal_year=year
        )
    return gettext_noop("%(rows)s 行"), {"rows": f"{done.good_rows:,}"}


def challenge() -> tuple[str, dict[str, object]]:
    """Review the task of the kit, make the challenge, install the kit, publish its form, start the round."""
    start, ends = start_of_story(), clock.today()
    review = _review(before(11))
    with clock.at(before(10)):
        made = challenges.create_challenge(
            actor=actor_of("dx"), details=_details(start), key="demo-dental-reception", review=review
        )
    with clock.at(before(6)), transaction.atomic():
        code = kits.install(actor=actor_of("dx"), code=KIT, app_code=APP, department_code="kenko")
        challenges.attach_app(actor=actor_of("dx"), challenge=made.pk, app=code)
        form = procedures.form_for_app(code)
        if form is None:
            raise RuntimeError("the kit brought no form")
        publish_form(actor=actor_of("dx"), form=form)
    with clock.at(moment(start, OPENS)):
        challenges.start_round(
            actor=actor_of("dx"),
            challenge=made.pk,
            starts_on=start,
            ends_on=ends,
        )
    settle(moment(start, OPENS))
    return gettext_noop("「%(title)s」"), {"title": made.title}


def more_slots() -> None:
    """Open the slots of the coming weeks, after those that the kit opened."""
    known = {slot.starts_at for slot in records.slots(app=APP, field=SLOT)}
    for pattern in kits.kit(KIT).slots:
        coming = patterns.expand(pattern, clock.today(), office_closed, calendar.parse_date)
        new = [
            records.SlotSpec(s.starts_at, s.ends_at, s.capacity, s.place)
            for s in coming
            if s.starts_at not in known
        ]
        records.add_slots(actor=actor_of("dx"), app=APP, field=SLOT, slots=new)


def _review(at: datetime) -> int:
    task = workload.task(kits.kit(KIT).task_id)
    if task is None:
        raise RuntimeError("the sample survey lacks the kit's task")
    found: Any = None
    for hour, (question, decision, reason, shares) in enumerate(ANSWERS):
        low, mid, high = (Decimal(round(task.hours * share / 100)) for share in shares)
        with clock.at(at + timedelta(minutes=20 * hour)):
            found = challenges.answer_question(
                actor=actor_of("dx"), question=question, decision=decision, reason=reason,
                task_id=task.task_id, low=low, mid=mid, high=high,
            )  # fmt: skip
    return int(found.pk)


def _details(start: date) -> challenges.Details:
    manager = people.user_by_login("manager")
    kenko = people.department_by_code("kenko")
    if manager is None or kenko is None:
        raise RuntimeError("the demo people are missing")
    subject = neighbours.subject(task_id=kits.kit(KIT).task_id)
    surveyed = Decimal(str(round(subject.minutes, 1))) if subject else None
    return challenges.Details(
        title="乳幼児歯科相談の予約を、スマートフォンで受け付ける",
        kind="build",
        owner_id=manager.pk,
        department_id=getattr(kenko, "department_id", kenko.pk),
        hypothesis=HYPOTHESIS,
        due_on=start + timedelta(weeks=WEEKS, days=30),
        measures=(
            challenges.MeasureSpec("active", Decimal(8), surveyed),
            challenges.MeasureSpec("elapsed", Decimal(3), Decimal(6)),
            challenges.MeasureSpec("score", Decimal(4)),
        ),
        uses=(
            challenges.UseSpec("consult", "気になる家庭への電話相談", Decimal(12)),
            challenges.UseSpec("visit", "1歳6か月健診に来なかった家庭の訪問", Decimal(6)),
        ),
    )
