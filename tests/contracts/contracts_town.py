"""A small, fixed town for the contracts: a survey, a review, a challenge, an app with its form, cases, mails, answers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
TASK, KIT, APP, SLOT = "std-0731", "dental-reception", "dental-reception", "希望の日時"
SURVEY = """部,課,業務名,作業,業務分類,担い手,年間件数,1件あたり時間（分）,測り方,標準業務ID
健康福祉部,健康推進課,歯科相談の受付,受付,受付,正規,1150,8,実測,std-0731
健康福祉部,健康推進課,歯科相談の受付,入力,入力,正規,1150,6,実測,std-0731
総務部,税務課,申告の処理,入力,入力,会計年度任用,12000,10,積み上げ,
総務部,税務課,納税の相談,相談,相談,正規,900,30,配分,
"""
BAD = SURVEY + "総務部,税務課,窓口,受付,受付,正規,900,九分,配分,\n"
PAID = "課,担い手,人数,支払った時間,年度,出典\n健康推進課,正規,2,3600,2025,人事課\n税務課,正規,3,5400,2025,人事課\n"


class Town:
    """Builds through the facades and actions that people use; `actor("dx")` gives who acts."""

    def __init__(self, actor: Callable[..., Any]) -> None:
        from tomoni.core.models import Town as TownRow

        self.actor = actor
        self.count = 0
        TownRow.objects.create(
            name="ともに市", telephone="0000-12-3456", contact_section="総合案内", hours="平日"
        )
        self.survey()
        self.challenge()
        self.form = self.publish()

    def survey(self) -> None:
        """A survey and paid hours taken in, and a file with a bad row that waits for its decision."""
        from tomoni.workload import facade
        from tomoni.workload.actions.upload_file import upload_file

        dx = self.actor("dx")
        facade.import_survey_file(
            actor=dx, source=SURVEY.encode(), title="令和7年度 業務量調査", fiscal_year=2025
        )
        facade.import_paid_hours_file(actor=dx, source=PAID.encode(), title="勤務実績", fiscal_year=2025)
        upload_file(
            actor=dx,
            upload=BAD.encode(),
            name="直しの要る調査票.csv",
            kind="survey",
            title="直しの要る調査票",
            fiscal_year=2026,
        )

    def challenge(self) -> None:
        """Four answers, a challenge out of them, its kit and a first round; and a challenge that stops a task."""
        from tomoni.challenges import facade
        from tomoni.challenges.actions.answer_question import answer_question
        from tomoni.kits import facade as kits

        dx = self.actor("dx")
        for question in ("eliminate", "combine", "rearrange", "simplify"):
            last = question == "simplify"
            low, mid, high = (Decimal(20), Decimal(30), Decimal(40)) if last else (Decimal(0),) * 3
            found = answer_question(
                actor=dx, task_id=TASK, question=question, decision="do" if last else "not", reason="理由",
                low=low, mid=mid, high=high,
            )  # fmt: skip
        made = facade.create_challenge(
            actor=dx, details=self.details("build"), key="contract-0001", review=found.pk
        )
        kits.install(actor=dx, code=KIT, app_code=APP, task_id=TASK, department_code="kenko")
        self.challenge_id = made.pk
        facade.attach_app(actor=dx, challenge=made.pk, app=APP)
        facade.start_round(
            actor=dx, challenge=made.pk, starts_on=date(2026, 11, 1), ends_on=date(2026, 11, 20)
        )
        facade.create_challenge(
            actor=dx, details=self.details("stop"), key="contract-0002", task_id="std-0731"
        )

    def details(self, kind: str) -> Any:
        """What people write when they begin a challenge."""
        from tomoni.challenges.facade import Details, MeasureSpec, UseSpec
        from tomoni.people.models import Department

        figure = (
            MeasureSpec("active", Decimal(6), Decimal(14))
            if kind == "build"
            else MeasureSpec("gone", Decimal(93))
        )
        return Details(
            title="歯科相談の受付をスマートフォンで" if kind == "build" else "歯科相談の受付をやめる",
            kind=kind,
            owner_id=self.actor("clerk").id,
            department_id=Department.objects.get(code="kenko").pk,
            hypothesis="書き写しがなくなれば、1件の作業時間は半分になる。",
            due_on=date(2027, 1, 31),
            measures=(figure,),
            uses=(UseSpec("consult", "電話での相談", Decimal(2)),),
        )

    def publish(self) -> Any:
        """Open the kit's form to residents, with slots enough for every case of a test."""
        from tomoni.procedures import facade
        from tomoni.procedures.actions.publish_form import publish_form
        from tomoni.records import facade as records

        form = facade.form_for_app(APP)
        publish_form(actor=self.actor("dx"), form=form)
        start = datetime.combine(date(2026, 12, 1), time(0), tzinfo=UTC)
        slots = [
            records.SlotSpec(
                start + timedelta(hours=n), start + timedelta(hours=n, minutes=30), 5, "保健センター"
            )
            for n in range(40)
        ]
        records.add_slots(actor=self.actor("dx"), app=APP, field=SLOT, slots=slots)
        return form

    def case(self) -> Any:
        """One submission by a resident, taken on by a clerk, with its mail and its answer."""
        from tomoni.core import notices, outbox
        from tomoni.participation import facade as participation
        from tomoni.procedures import access
        from tomoni.procedures.actions.make_submission import make_submission
        from tomoni.procedures.questions import asked_now
        from tomoni.records import facade as records

        self.count += 1
        n = self.count
        answers = {
            "保護者の氏名": f"見本 花子{n}", "保護者のふりがな": "みほん はなこ", "お子さんの氏名": f"見本 空{n}",
            "お子さんの生年月日": "2024-05-02", "電話番号": f"0000-11-{n:04}", "相談したいこと": ["むし歯"],
            SLOT: (datetime(2026, 12, 1, tzinfo=UTC) + timedelta(hours=n % 40)).isoformat(),
            "連絡の方法": "メール", "メールアドレス": f"hanako{n}@example.jp",
        }  # fmt: skip
        made, _receipt = make_submission(
            actor=access.applicant(self.form), form=self.form, asked=asked_now(self.form, answers),
            answers=answers, channel="online", source="form", once=f"contract-{n:08}",
        )  # fmt: skip
        records.run_action(actor=self.actor("clerk"), app=APP, record=made.record_id, action="確認を始める")
        participation.record_answer(
            actor=access.applicant(self.form), subject=f"submission:{made.pk}", app=APP, task_id=TASK, score=4,
            text="分かりやすかったです。",
        )  # fmt: skip
        notices.notify(
            user_id=self.actor("clerk").id, text=f"申請 {n} が届きました。", url="/connect/submissions/"
        )
        outbox.drain()
        return made
