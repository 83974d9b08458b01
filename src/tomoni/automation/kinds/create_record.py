"""Make a record in another app, or in this one (別の記録をつくる)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tomoni.automation import links
from tomoni.automation.applike import AppLike
from tomoni.automation.kinds.base import Context, Failed, Fault, Kind, KindForm
from tomoni.core import clock
from tomoni.core.actor import Actor
from tomoni.core.errors import NotFound
from tomoni.records import facade as records

MOST = 40
WHOLE = re.compile(r"\{([^{}]{1,64})\}")
FIXED = ("今日", "番号", "この記録のアドレス")
BACK = frozenset({"text", "multiline", "number", "link"})


def lines(text: str) -> list[list[str]]:
    """「相手の項目 = 値」, one a line."""
    found = []
    for line in text.splitlines():
        name, equals, value = line.partition("=" if "=" in line else "＝")
        if line.strip():
            found.append([name.strip(), value.strip()] if equals else [line.strip(), ""])
    return found


class CreateRecordForm(KindForm):
    """Which app, which values, where to note the new number."""

    app = forms.CharField(label=_("つくる先のアプリ"), widget=forms.Select)
    values = forms.CharField(
        label=_("入れる値"), widget=forms.Textarea(attrs={"rows": 6}), max_length=5000,
        help_text=_(
            "1行に1つ、「つくる先の項目 = 値」と書きます。値に {件名} と書くと、この記録の項目を写します。"
            "{今日}・{番号}・{この記録のアドレス} も使えます。"
        ),
    )  # fmt: skip
    back = forms.ChoiceField(
        label=_("新しい番号を控える項目"), required=False,
        help_text=_("選ぶと、つくった記録の番号を、この記録のその項目に入れます。"),
    )  # fmt: skip

    def __init__(self, *args: Any, schema: Any, actor: Actor | None = None, **kwargs: Any) -> None:
        super().__init__(*args, schema=schema, **kwargs)
        found = records.apps(actor=actor) if actor is not None else []
        self.fields["app"].widget.choices = [(a.code, a.name) for a in found if "add" in a.verbs]
        self.fields["back"].choices = [  # type: ignore[attr-defined]
            ("", gettext("控えない")), *((f.code, f.label) for f in schema.fields if f.type in BACK)
        ]  # fmt: skip


class CreateRecord(Kind):
    """Create a record elsewhere (別の記録をつくる)."""

    code = "create_record"
    label = _("別の記録をつくる")
    description = _("ほかのアプリ（またはこのアプリ）に、値を写して新しい記録をつくります。")
    keys = frozenset({"app", "values", "back"})
    form = CreateRecordForm
    alone = True

    def faults(self, data: Mapping[str, Any], spec: AppLike) -> Iterator[Fault]:
        """Values for fields that the other app has, from fields that this one has."""
        yield from super().faults(data, spec)
        given = data.get("values")
        if not isinstance(given, list) or not given or len(given) > MOST or not all(_pair(v) for v in given):
            yield "values", gettext("「つくる先の項目 = 値」を1つ以上、1行に1つずつ書いてください。")
            return
        own = {f.code for f in spec.fields if not f.deleted}
        for _name, value in given:
            for code in WHOLE.findall(value):
                if code not in own and code not in FIXED:
                    yield "values", gettext("{%(name)s} という差し込みはありません。") % {"name": code}
        if data.get("back") and data["back"] not in own:
            yield "back", gettext("項目「%(code)s」はありません。") % {"code": data["back"]}
        try:
            other = records.schema(code=str(data.get("app", "")))
        except NotFound:
            yield "app", gettext("つくる先のアプリがありません。")
            return
        there = {f.code for f in other.fields} | {f.label for f in other.fields}
        for name, _value in given:
            if name not in there:
                yield "values", gettext("つくる先に、項目「%(code)s」はありません。") % {"code": name}

    def authorise(self, data: Mapping[str, Any], actor: Actor) -> Iterator[Fault]:
        """Only into apps where this person may add records: the rule itself runs as the system."""
        try:
            may = actor.kind == "system" or records.may(actor=actor, app=str(data.get("app", "")), verb="add")
        except NotFound:
            return
        if not may:
            yield "app", gettext("あなたが登録できるアプリを選んでください。")

    def words(self, data: Mapping[str, Any], spec: AppLike) -> str:
        """Where."""
        try:
            name = records.schema(code=str(data.get("app", ""))).name
        except NotFound:
            name = str(data.get("app", ""))
        return gettext("「%(app)s」に記録をつくる") % {"app": name}

    def run(self, context: Context, data: Mapping[str, Any]) -> str:
        """Through the one writer; the new number goes back into this record."""
        made = records.create_record(
            actor=context.actor, app=data["app"], values=self._values(context, data), source="api"
        )
        if data.get("back") and context.record is not None:
            records.update_record(
                actor=context.actor,
                app=context.app,
                record=context.record.id,
                values={data["back"]: str(made.number)},
                revision=None,
            )
        return gettext("%(n)s番の記録をつくりました。") % {"n": made.number}

    def preview(self, context: Context, data: Mapping[str, Any]) -> str:
        """Which fields would be filled, without their values."""
        filled = [name for name, value in self._values(context, data).items() if value not in ("", [], None)]
        return (
            self.words(data, context.schema)
            + "\n"
            + gettext("入る項目: %(list)s") % {"list": "、".join(filled)}
        )

    def _values(self, context: Context, data: Mapping[str, Any]) -> dict[str, Any]:
        try:
            other = records.schema(code=data["app"])
        except NotFound:
            raise Failed(gettext("つくる先のアプリがありません。")) from None
        codes = {f.label: f.code for f in other.fields} | {f.code: f.code for f in other.fields}
        return {codes.get(name, name): self._value(context, value) for name, value in data["values"]}

    def _value(self, context: Context, value: str) -> Any:
        whole = WHOLE.fullmatch(value)
        if whole and whole.group(1) not in FIXED:
            return self._of(context, whole.group(1))
        return WHOLE.sub(lambda m: str(self._fixed(context, m.group(1))), value)

    def _fixed(self, context: Context, name: str) -> Any:
        if name == "今日":
            return clock.today().isoformat()
        number = context.record.id if context.record else 0
        if name == "番号":
            return number or ""
        if name == "この記録のアドレス":
            return settings.BASE_URL + links.record(context.app, number) if number else ""
        found = self._of(context, name)
        return "、".join(map(str, found)) if isinstance(found, list) else "" if found is None else found

    def _of(self, context: Context, code: str) -> Any:
        """A field of this record as raw data for the writer."""
        if context.record is None or code not in context.record.values:
            return ""
        return records.field_types()[context.schema.field(code).type].to_json(context.record.values[code])

    def initial(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """Stored data → the form."""
        text = "\n".join(f"{name} = {value}" for name, value in data.get("values", ()))
        return {"app": data.get("app", ""), "values": text, "back": data.get("back", "")}

    def stored(self, cleaned: Mapping[str, Any]) -> dict[str, Any]:
        """The form → stored data."""
        made: dict[str, Any] = {"kind": self.code, "app": cleaned["app"], "values": lines(cleaned["values"])}
        return made | ({"back": cleaned["back"]} if cleaned["back"] else {})


def _pair(value: Any) -> bool:
    return isinstance(value, list | tuple) and len(value) == 2 and all(isinstance(v, str) for v in value)
