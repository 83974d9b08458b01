"""Forms of the room: a rule in plain words, with conditions as rows instead of a query language."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tomoni.automation import conditions, timingform
from tomoni.automation.conditions import BARE, COMPARISONS, Row
from tomoni.automation.rules import TRIGGERS, RuleSpec
from tomoni.automation.timingform import TimingForm

ROWS = 3
ANY = ""


class RuleForm(TimingForm):
    """Name, trigger with states or fields, up to three conditions (or a text in the query language)."""

    name = forms.CharField(
        label=_("名前"), max_length=100, help_text=_("例: 申し込んだ人に、状態が変わったことを知らせる")
    )
    trigger = forms.ChoiceField(
        label=_("いつ動きますか"), widget=forms.RadioSelect, choices=list(TRIGGERS.items())
    )
    from_states = forms.MultipleChoiceField(
        label=_("変わる前の状態"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("「状態が変わったとき」に使います。選ばなければ、どの状態からでも動きます。"),
    )
    to_states = forms.MultipleChoiceField(
        label=_("変わった後の状態"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("「状態が変わったとき」に使います。選ばなければ、どの状態になっても動きます。"),
    )
    fields_changed = forms.MultipleChoiceField(
        label=_("変わった項目"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("「変更されたとき」に使います。選ばなければ、どの項目が変わっても動きます。"),
    )
    query = forms.CharField(
        label=_("式で書く条件"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("上の条件で足りないときだけ、検索の式で書きます。書くと、上の条件は使いません。"),
    )
    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, schema: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.schema = schema
        states = [(s.name, s.name) for s in schema.states]
        for key in ("from_states", "to_states"):
            self._choices(key, states)
        self._choices("fields_changed", [(f.code, f.label) for f in schema.fields])
        if not states:
            trigger = [(k, v) for k, v in TRIGGERS.items() if k != "state_changed"]
            self._choices("trigger", trigger)
            del self.fields["from_states"], self.fields["to_states"]
        self.date_choices(schema)
        targets = [(ANY, gettext("選ばない")), *conditions.targets(schema)]
        for n in range(1, ROWS + 1):
            self.fields[f"field{n}"] = forms.ChoiceField(
                label=gettext("項目"), choices=targets, required=False
            )
            self.fields[f"op{n}"] = forms.ChoiceField(
                label=gettext("比べ方"), choices=list(COMPARISONS.items()), required=False
            )
            self.fields[f"value{n}"] = forms.CharField(label=gettext("値"), max_length=200, required=False)

    def _choices(self, key: str, choices: list[tuple[str, Any]]) -> None:
        self.fields[key].choices = choices  # type: ignore[attr-defined]

    @property
    def condition_rows(self) -> list[tuple[Any, Any, Any]]:
        """The bound fields of each row."""
        return [(self[f"field{n}"], self[f"op{n}"], self[f"value{n}"]) for n in range(1, ROWS + 1)]

    def clean(self) -> dict[str, Any]:
        """A comparison that needs a value has one."""
        cleaned = super().clean() or {}
        for n in range(1, ROWS + 1):
            if (
                cleaned.get(f"field{n}")
                and cleaned.get(f"op{n}") not in BARE
                and not cleaned.get(f"value{n}", "").strip()
            ):
                self.add_error(f"value{n}", gettext("比べる値を入力してください。"))
        return cleaned

    def condition(self) -> str:
        """The query text: what was written, else the rows."""
        if text := self.cleaned_data.get("query", "").strip():
            return text
        data = self.cleaned_data
        rows = [
            Row(data[f"field{n}"], data[f"op{n}"], "" if data[f"op{n}"] in BARE else data[f"value{n}"])
            for n in range(1, ROWS + 1)
            if data.get(f"field{n}")
        ]
        return conditions.to_query(rows)

    def spec(
        self, actions: tuple[Any, ...] = (), otherwise: tuple[Any, ...] = (), enabled: bool = False
    ) -> RuleSpec:
        """The rule that was filled in; states count for state changes only, fields for changes only."""
        data = self.cleaned_data
        moved = data["trigger"] == "state_changed"
        return RuleSpec(
            name=data["name"],
            trigger=data["trigger"],
            actions=actions,
            otherwise=otherwise,
            when=self.condition(),
            from_states=tuple(data.get("from_states", ())) if moved else (),
            to_states=tuple(data.get("to_states", ())) if moved else (),
            fields=tuple(data["fields_changed"]) if data["trigger"] == "updated" else (),
            timing=self.timing(),
            on_import=bool(data.get("on_import")) and data["trigger"] == "created",
            enabled=enabled,
        )

    @staticmethod
    def first(rule: Any) -> dict[str, Any]:
        """Initial values of a stored rule: rows where the condition is simple, else the text."""
        spec = rule.spec
        found: dict[str, Any] = {
            "name": spec.name,
            "trigger": spec.trigger,
            "from_states": list(spec.from_states),
            "to_states": list(spec.to_states),
            "fields_changed": list(spec.fields),
            "revision": rule.revision,
            **timingform.first(spec.timing, spec.on_import),
        }
        rows = conditions.to_rows(spec.when)
        if rows is None or len(rows) > ROWS:
            return found | {"query": spec.when}
        for n, row in enumerate(rows, start=1):
            found |= {f"field{n}": row.field, f"op{n}": row.op, f"value{n}": row.value}
        return found
