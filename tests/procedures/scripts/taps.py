"""A town of its own in TOMONI_DATA: one resident presses 「送る」 six times at once. Prints statuses and the count."""

from __future__ import annotations

import os
import sys
from datetime import date
from pathlib import Path
from threading import Barrier, Thread

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tomoni.config.settings")

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from procedures_building import Resident, build_app, build_form  # noqa: E402

call_command("migrate", verbosity=0)
call_command("createcachetable", verbosity=0)

from tomoni.core.models import Town  # noqa: E402
from tomoni.people.models import RoleAssignment, User  # noqa: E402
from tomoni.people.queries import actor_for  # noqa: E402
from tomoni.procedures.models import Submission  # noqa: E402
from tomoni.records import facade as records  # noqa: E402

Town.objects.create(name="ともに市", telephone="0000-12-3456")
user = User.objects.create(username="dx", display_name="dx", kind="staff")
RoleAssignment.objects.create(user=user, role="dx", valid_from=date(2020, 4, 1))
build_app(actor_for(user))
phone = Resident(build_form(actor_for(user)).slug)
phone.start()
slot = records.slots(app="dental", field="日時")[0].starts_at.isoformat()
phone.fill({"氏名": "見本 花子", "生年月日": "2024-05-02", "方法": "電話", "日時": slot})
codes: list[int] = []
gate = Barrier(6)


def tap() -> None:
    client = Client()
    gate.wait()
    try:
        codes.append(client.post(phone.path("check/"), {"consent": "yes"}).status_code)
    finally:
        connection.close()


threads = [Thread(target=tap) for _ in range(6)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(*codes, Submission.objects.count())
