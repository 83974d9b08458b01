"""Move the record on by a process action."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tomoni.automation.applike import AppLike
from tomoni.automation.kinds.base import Context, Failed, Fault, Kind, KindForm
from tomoni.records import facade as records


def choices(spec: AppLike) -> list[tuple[str, str]]:
    """The app's process actions, once a name."""
    return [(a.name, f"{a.name}（{a.source} → {a.target}）") for a in spec.actions]


class RunActionForm(KindForm):
    """Which process action."""

    action = forms.ChoiceField(label=_("処理"))

    def __init__(self, *args: Any, schema: Any, **kwargs: Any) -> None:
        super().__init__(*args, schema=schema, **kwargs)
        self.fields["action"].choices = choices(schema)  # type: ignore[attr-defined]


class RunAction(Kind):
    """Change the state (状態を進める)."""

    code = "run_action"
    label = _("状態を進める")
    description = _("この記録に、アプリの処理（「確認を始める」など）を行います。")
    keys = frozenset({"action"})
    form = RunActionForm

    def faults(self, data: Mapping[str, Any], spec: AppLike) -> Iterator[Fault]:
        """The app has the process action."""
        yield from super().faults(data, spec)
        if data.get("action") not in {a.name for a in spec.actions}:
            yield "action", gettext("処理「%(name)s」はありません。") % {"name": data.get("action", "")}

    def words(self, data: Mapping[str, Any], spec: AppLike) -> str:
        """Which one."""
        return gettext("処理「%(name)s」を行う") % {"name": data.get("action", "")}

    def run(self, context: Context, data: Mapping[str, Any]) -> str:
        """Through the one writer; fails when the record is in another state."""
        record = records.get(actor=context.actor, app=context.app, record=context.record.id)
        if data["action"] not in {a.name for a in context.schema.actions if a.source == record.status}:
            raise Failed(
                gettext("状態が「%(state)s」なので、処理「%(name)s」を行えません。")
                % {"state": record.status, "name": data["action"]}
            )
        records.run_action(actor=context.actor, app=context.app, record=record.id, action=data["action"])
        return gettext("処理「%(name)s」を行いました。") % {"name": data["action"]}
