"""The town, its departments (about 70,000 residents) and the demo people."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_noop

from tomoni.core import clock
from tomoni.core.actor import system
from tomoni.core.models import Town
from tomoni.demo.accounts import PEOPLE, DemoPerson
from tomoni.people import facade

DEMO = system("demo")

# The sections of the sample survey, and the DX office: code, name, level, parent, telephone.
DEPARTMENTS: tuple[tuple[str, str, str, str, str], ...] = (
    ("somu-bu", "総務部", "division", "", "0000-12-3000"),
    ("somu", "総務課", "section", "somu-bu", "0000-12-3010"),
    ("kikaku", "企画課", "section", "somu-bu", "0000-12-3020"),
    ("dx", "DX推進課", "section", "somu-bu", "0000-12-3030"),
    ("zeimu", "税務課", "section", "somu-bu", "0000-12-3040"),
    ("shimin-bu", "市民生活部", "division", "", "0000-12-3200"),
    ("shimin", "市民課", "section", "shimin-bu", "0000-12-3210"),
    ("hoken", "保険年金課", "section", "shimin-bu", "0000-12-3220"),
    ("kankyo", "環境課", "section", "shimin-bu", "0000-12-3230"),
    ("kenko-bu", "健康福祉部", "division", "", "0000-12-3400"),
    ("fukushi", "福祉課", "section", "kenko-bu", "0000-12-3410"),
    ("kosodate", "子育て支援課", "section", "kenko-bu", "0000-12-3420"),
    ("kenko", "健康推進課", "section", "kenko-bu", "0000-12-3456"),
    ("boshi", "母子保健係", "team", "kenko", "0000-12-3457"),
    ("seibi-bu", "都市整備部", "division", "", "0000-12-3500"),
    ("doboku", "土木課", "section", "seibi-bu", "0000-12-3510"),
    ("toshi", "都市計画課", "section", "seibi-bu", "0000-12-3520"),
    ("sangyo", "産業振興課", "section", "seibi-bu", "0000-12-3530"),
    ("kaikei-bu", "会計管理者", "division", "", "0000-12-3600"),
    ("kaikei", "会計課", "section", "kaikei-bu", "0000-12-3610"),
    ("kyoiku-bu", "教育委員会", "division", "", "0000-12-3700"),
    ("kyoiku", "教育総務課", "section", "kyoiku-bu", "0000-12-3710"),
)

# Colleagues without a sign-in: work of fewer than three people is never shown.
COLLEAGUES = (("kenko-2", "高橋 さくら"), ("kenko-3", "伊藤 健"), ("kenko-4", "渡辺 実"))


def fill() -> tuple[str, dict[str, object]]:
    """Create the town, its tree and the four people."""
    with clock.at(datetime(2020, 4, 1, 8, 30, tzinfo=clock.TOKYO)), transaction.atomic():
        Town.objects.create(
            name="ともに市",
            contact_section="健康推進課",
            telephone="0000-12-3456",
            hours="平日 8時30分〜17時15分",
            demo=True,
        )
        for order, (code, name, level, parent, telephone) in enumerate(DEPARTMENTS):
            facade.create_department(
                actor=DEMO, code=code, name=name, level=level, parent=parent, telephone=telephone, order=order
            )
        for person in PEOPLE:
            _person(person)
        for login, name in COLLEAGUES:
            user = facade.create_user(actor=DEMO, login=login, display_name=name, role="clerk", demo=True)
            facade.add_membership(actor=DEMO, user_id=user.pk, department_code="kenko", position="主事")
    sections = sum(level == "section" for _code, _name, level, _parent, _telephone in DEPARTMENTS)
    return gettext_noop("%(sections)d 課、%(people)d 人"), {
        "sections": sections,
        "people": len(PEOPLE) + len(COLLEAGUES),
    }


def _person(person: DemoPerson) -> None:
    user = facade.create_user(
        actor=DEMO,
        login=person.login,
        display_name=person.name,
        kind="resident" if person.role == "resident" else "staff",
        email=f"{person.login}@tomoni.example",
        role=person.role,
        password=person.password,
        demo=True,
    )
    if person.department:
        facade.add_membership(
            actor=DEMO,
            user_id=user.pk,
            department_code=person.department,
            position=person.position,
            is_head=person.role == "manager",
        )
