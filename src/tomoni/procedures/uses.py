"""What forms and submissions rely on, said before a field or a record of their app is deleted."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from tomoni.procedures.models import Form, Submission


def of_field(app: str, field: str) -> Iterator[str]:
    """Open forms that ask for the field or check applicants by it; forms that were open mail to it still."""
    for form in Form.objects.filter(app_code=app).exclude(state=Form.State.DRAFT):
        said = {"form": form.title}
        is_open = form.state == Form.State.OPEN
        if is_open and form.verify_field == field:
            yield (
                _(
                    "公開フォーム「%(form)s」が、申し込んだ人の確認に使っています。先に、公開フォームの設定でほかの項目を選んでください。"
                )
                % said
            )
        if form.email_field == field:
            yield (
                _(
                    "公開フォーム「%(form)s」が、この項目のあて先にメールを送ります。先に、公開フォームの設定でほかの項目を選んでください。"
                )
                % said
            )
        question = form.questions.filter(field_code=field).first() if is_open else None
        if question is not None:
            yield (
                _(
                    "公開フォーム「%(form)s」の質問「%(question)s」で聞いています。先に、質問を外してください。"
                )
                % {**said, "question": question.text}
            )


def of_record(app: str, record: int) -> Iterator[str]:
    """The submission behind a record: its applicant can no longer follow it once the record is in the trash."""
    if Submission.objects.filter(app_code=app, record_id=record).exists():
        yield _(
            "住民から届いた申請です。ごみ箱に入れると、申し込んだ人は今の状況を見られなくなり、「担当の課にお聞きください」と出ます。取りやめのときは、ごみ箱ではなく処理のボタンを使ってください。"
        )
