from datetime import date

import pytest

from tomoni.core import audit, calendar, files, mail, notices, outbox, search, throttle
from tomoni.core.actions import action
from tomoni.core.errors import TooMany
from tomoni.core.jobs import drain, job, progress


@job(retries=1)
def add(a: int, b: int) -> dict[str, int]:
    progress(1, 1)
    return {"sum": a + b}


@action("test.everything")
def everything(*, actor):
    audit.record(actor=actor, verb="x", target="t:1", fields={"氏名": "山田"})
    mail.send_later(to="a@example.jp", subject="お知らせ", body="x", purpose="status")
    notices.notify(user_id=1, text="x", url="/")
    files.store(b"%PDF-1.4 x", name="../あ.pdf", actor=actor, kinds={"pdf"})
    return add.enqueue(a=1, b=2).id


def test_everything(db, actor, mailoutbox, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    dx = actor("dx")
    identity = everything(actor=dx)
    assert outbox.drain() == 1
    assert len(mailoutbox) == 1
    assert drain() == 1
    assert add.get_result(identity).return_value == {"sum": 3}
    assert audit.seal() >= 2
    assert audit.verify().ok
    assert calendar.parse_date("R8.4.1") == date(2026, 4, 1)
    assert search.fold("ＡＢＣ　ｶﾅ") == "abc カナ"
    throttle.hit("x", limit=1, seconds=10)
    with pytest.raises(TooMany):
        throttle.hit("x", limit=1, seconds=10)
