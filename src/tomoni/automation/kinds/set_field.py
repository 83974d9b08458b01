"""Set a field of the record to a fixed value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tomoni.automation.applike import AppLike
from tomoni.automation.kinds.base import Context, Fault, Kind, KindForm
from tomoni.core import clock
from tomoni.records import facade as records

TYPES = frozenset({"text", "multiline", "number", "choice", "multichoice", "date", "datetime"})
TODAY = "{今日}"


def settable(spec: AppLike) -> list[tuple[str, str]]:
    """The fields that a rule may set."""
    return [(f.code, f.label) for f in spec.fields if f.type in TYPES and not f.deleted]


class SetFieldForm(KindForm):
    """Field and value."""

    field = forms.ChoiceField(label=_("入れる項目"))
    value = forms.CharField(
        label=_("入れる値"),
        required=False,
        max_length=2000,
        help_text=_(
            "空にすると、項目を空にします。日付には {今日} と書けます。選択肢をいくつか入れるときは「、」で区切ります。"
        ),
    )

    def __init__(self, *args: Any, schema: Any, **kwargs: Any) -> None:
        super().__init__(*args, schema=schema, **kwargs)
        self.fields["field"].choices = settable(schema)  # type: ignore[attr-defined]


class SetField(Kind):
    """Set a field (項目に値を入れる)."""

    code = "set_field"
    label = _("項目に値を入れる")
    description = _("この記録の項目に、決まった値や今日の日付を入れます。")
    keys = frozenset({"field", "value"})
    form = SetFieldForm

    def faults(self, data: Mapping[str, Any], spec: AppLike) -> Iterator[Fault]:
        """A settable field; a choice must be one of its choices."""
        yield from super().faults(data, spec)
        field = next((f for f in spec.fields if f.code == data.get("field") and not f.deleted), None)
        if field is None or field.type not in TYPES:
            yield (
                "field",
                gettext("値を入れられる項目「%(code)s」はありません。") % {"code": data.get("field", "")},
            )
            return
        value = data.get("value", "")
        if not isinstance(value, str):
            yield "value", gettext('文字を書いてください（数字だけのときは "" で囲みます）。')
        elif field.type in ("choice", "multichoice"):
            choices = [str(c) for c in field.options.get("choices", ())]
            for part in _parts(value) if field.type == "multichoice" else [value] if value else []:
                if part not in choices:
                    yield "value", gettext("選択肢「%(value)s」はありません。") % {"value": part}

    def words(self, data: Mapping[str, Any], spec: AppLike) -> str:
        """Which field gets what."""
        label = dict(settable(spec)).get(data.get("field", ""), data.get("field"))
        if not data.get("value"):
            return gettext("項目「%(field)s」を空にする") % {"field": label}
        return gettext("項目「%(field)s」に「%(value)s」を入れる") % {"field": label, "value": data["value"]}

    def run(self, context: Context, data: Mapping[str, Any]) -> str:
        """Through the one writer, as the system."""
        code, raw = data["field"], str(data.get("value", "")).replace(TODAY, clock.today().isoformat())
        value = _parts(raw) if context.schema.field(code).type == "multichoice" else raw
        records.update_record(
            actor=context.actor,
            app=context.app,
            record=context.record.id,
            values={code: value},
            revision=None,
        )
        return gettext("項目「%(field)s」を変えました。") % {"field": code}

    def stored(self, cleaned: Mapping[str, Any]) -> dict[str, Any]:
        """An empty value is meant."""
        return {"kind": self.code, "field": cleaned["field"], "value": cleaned["value"]}


def _parts(value: str) -> list[str]:
    return [p.strip() for p in value.replace(",", "、").split("、") if p.strip()]
