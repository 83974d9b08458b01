"""The timeline of a challenge (経過): noted as facts, put into words when shown."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from tomoni.challenges.models import Challenge, Happening, Round
from tomoni.core import clock
from tomoni.core.actor import Actor


def note(challenge: Challenge, kind: str, actor: Actor, **data: Any) -> Happening:
    """Write one line of the timeline, inside an action. `data` holds no personal values."""
    return Happening.objects.create(
        challenge=challenge,
        kind=kind,
        data=data,
        actor_id=actor.id if actor.kind == "user" else None,
        at=clock.now(),
    )


def words(kind: str, data: Mapping[str, Any]) -> str:
    """The sentence of a happening in the reader's language."""
    decision = data.get("decision", "")
    filled = {
        "app": data.get("app", ""),
        "number": data.get("number", ""),
        "told": data.get("told", ""),
        "hours": data.get("hours", ""),
        "decision": Round.Decision(decision).label if decision in Round.Decision.values else "",
        "until": _day(data.get("until")),
        "month": _month(data.get("month")),
    }
    sentence = {
        "created": _("取組をつくりました。"),
        "changed": _("取組の内容を直しました。"),
        "kit": _("キットからアプリ「%(app)s」を入れました。"),
        "app": _("アプリ「%(app)s」とつなぎました。"),
        "round": _("%(number)s回目の計測を始めました（%(until)sまで）。"),
        "decided": _("%(number)s回目の計測のあと「%(decision)s」と決めました。"),
        "uses": _("%(month)sの時間の使い道を報告しました。"),
        "ending": _("やめる日と知らせる内容を決めました（%(until)s）。"),
        "ending_decided": _("やめることを決定しました。"),
        "told": _("%(told)s人に知らせました。"),
        "checked": _("時間がなくなったかを確かめました（1年に %(hours)s時間）。"),
        "answers": _("住民の声が届きました。"),
    }.get(kind, "")
    return sentence % filled if sentence else ""


def _day(text: Any) -> str:
    if not text:
        return ""
    day = date.fromisoformat(str(text))
    return _("%(year)s年%(month)s月%(day)s日") % {"year": day.year, "month": day.month, "day": day.day}


def _month(text: Any) -> str:
    if not text:
        return ""
    day = datetime.strptime(str(text)[:7] + "-01", "%Y-%m-%d").date()  # noqa: DTZ007  # a month has no zone
    return _("%(year)s年%(month)s月") % {"year": day.year, "month": day.month}
