"""An app with a process, slots and a published form."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from procedures_building import Resident, build_app, build_form


@pytest.fixture
def town(db):
    from tomoni.core.models import Town

    return Town.objects.create(
        name="ともに市", telephone="0000-12-3456", contact_section="総合案内", hours="平日"
    )


@pytest.fixture
def app(town, actor) -> str:
    """An app that staff run and a form may add to."""
    return build_app(actor("dx"))


@pytest.fixture
def form(app, actor):
    """A published form with a conditional mail question."""
    return build_form(actor("dx"))


@pytest.fixture
def slots(app) -> list[str]:
    from tomoni.records import facade as records

    return [s.starts_at.isoformat() for s in records.slots(app=app, field="日時")]


@pytest.fixture
def answers(slots) -> dict[str, Any]:
    return {
        "氏名": "見本 花子",
        "生年月日": "令和6年5月2日",
        "方法": "メール",
        "メール": "hanako@example.jp",
        "日時": slots[0],
        "備考": "",
    }


@pytest.fixture
def resident_phone(form) -> Callable[[], Resident]:
    return lambda: Resident(form.slug)


@pytest.fixture
def sent(resident_phone, answers):
    """A resident who has sent everything: (phone, receipt number)."""
    phone = resident_phone()
    phone.start()
    phone.fill(answers)
    assert phone.send().status_code == 302
    return phone, phone.number()
