"""What one resident's submission costs: queries of the submission, of what follows by itself, and of finishing it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tomoni.core import audit, clock, jobs, outbox, unit
from tomoni.core.models import Mail, Town
from tomoni.kits.actions.install_kit import install_kit
from tomoni.kits.format.codec import load
from tomoni.procedures import access
from tomoni.procedures import facade as procedures
from tomoni.procedures.actions.make_submission import make_submission
from tomoni.procedures.actions.publish_form import publish_form
from tomoni.procedures.questions import asked_now
from tomoni.records import facade as records

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 8, 3, 1, 0, tzinfo=UTC)
# Measured; a change that needs more says in its commit why. Of each event of a record two are the app's notices
# (its definition, the mark that it is done), and a rule notes its run before and after what it does.
SUBMIT, FOLLOW, ACT, TELL = 27, 20, 13, 33


@pytest.fixture
def form(actor, reception):
    """The reception kit's published form."""
    Town.objects.create(
        name="試験町", telephone="0000-12-3456", contact_section="健康推進課", hours="平日 9時〜17時"
    )
    with clock.at(MONDAY):
        done = install_kit(actor=actor("dx"), kit=load(reception), department_code="kenko")
        found = procedures.form_for_app(done.app_code)
        publish_form(actor=actor("dx"), form=found)
        outbox.drain()
        audit.seal()
    return found


def submit(form, number: int):
    slot = records.slots(app=form.app_code, field="希望の日時")[number]
    answers = {
        "保護者の氏名": "見本 花子",
        "保護者のふりがな": "みほん はなこ",
        "お子さんの氏名": "見本 そら",
        "お子さんの生年月日": "2024-05-02",
        "電話番号": "0000-12-3456",
        "相談したいこと": ["むし歯"],
        "希望の日時": slot.starts_at.isoformat(),
        "連絡の方法": "メール",
        "メールアドレス": "hana@jumin.example",
    }
    made, _receipt = make_submission(
        actor=access.applicant(form), form=form, asked=asked_now(form, answers), answers=answers,
        channel="online", source="form", once=f"cost-test-{number}",
    )  # fmt: skip
    return made


def settle() -> None:
    outbox.drain()
    jobs.drain()
    audit.seal()


def counted(work):
    with CaptureQueriesContext(connection) as seen, unit.unit():
        result = work()
    kept = [q["sql"] for q in seen if not q["sql"].startswith(("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT"))]
    return result, len(kept)


def test_a_submission_and_its_consequences_keep_within_their_queries(form, actor):
    with clock.at(MONDAY + timedelta(hours=1)):
        submit(form, 0)  # what is read once for a process is read here
        settle()
        made, submitted = counted(lambda: submit(form, 1))
        _none, followed = counted(settle)
        act = {
            "actor": actor("clerk"),
            "app": form.app_code,
            "record": made.record_id,
            "action": "確認を始める",
        }
        _record, acted = counted(lambda: records.run_action(**act))
        mails = Mail.objects.count()
        _none, told = counted(settle)
    assert Mail.objects.count() == mails + 1  # the applicant was told of the new state
    over = {
        name: (used, most)
        for name, used, most in (
            ("submit", submitted, SUBMIT),
            ("follow", followed, FOLLOW),
            ("act", acted, ACT),
            ("tell", told, TELL),
        )
        if used > most
    }
    assert not over
