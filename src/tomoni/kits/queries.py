"""Reads: the gallery, a kit in words, what is installed, and an app written as a kit."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.db.models import Count
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from tomoni.automation import facade as automation
from tomoni.core import calendar, clock, search
from tomoni.core.actor import Actor
from tomoni.core.errors import Forbidden, NotFound
from tomoni.core.town import town
from tomoni.kits import registry, slots
from tomoni.kits.format import appdata, codec, schema, types
from tomoni.kits.format.kit import Kit, SlotPattern
from tomoni.kits.models import Installation
from tomoni.people import facade as people
from tomoni.records import facade as records
from tomoni.records.schema.spec import AppSpec, FieldSpec

CODE = re.compile(schema.CODE)
INFER_DAYS = 56


def is_code(code: str) -> bool:
    """Whether it can be an app's code here."""
    return CODE.fullmatch(code) is not None


def code_taken(code: str) -> bool:
    """Whether an app has the code already."""
    try:
        records.schema(code=code)
    except NotFound:
        return False
    return True


def free_code(code: str) -> str:
    """The code, or the first of `code-2`, `code-3` … that is free."""
    if not code_taken(code):
        return code
    for n in range(2, 10_000):
        candidate = f"{code[:58].rstrip('-_')}-{n}"
        if not code_taken(candidate):
            return candidate
    raise RuntimeError("no free code")


def office_closed(day: date) -> bool:
    """Public holidays and the year's end (12月29日–1月3日); Saturdays may be meant."""
    return bool(calendar.holiday_name(day)) or (day.month, day.day) in {
        (12, 29),
        (12, 30),
        (12, 31),
        (1, 1),
        (1, 2),
        (1, 3),
    }


def installations(kit: str = "") -> list[Installation]:
    """What was installed, newest first."""
    rows = Installation.objects.all()
    return list(rows.filter(kit=kit) if kit else rows)


def home_department(actor: Actor) -> str:
    """The code of the actor's own department, or ""."""
    if actor.home_department is None:
        return ""
    found = people.departments().filter(department_id=actor.home_department).first()
    return found.department.code if found else ""


def installed_counts() -> dict[str, int]:
    """Kit code → how many apps were made from it."""
    return dict(Installation.objects.order_by().values_list("kit").annotate(n=Count("pk")))


def visible_apps(actor: Actor) -> dict[str, str]:
    """App code → name, of the apps the actor may see."""
    return {app.code: app.name for app in records.apps(actor=actor)}


def app_url(app: str) -> str:
    """The page of an app."""
    try:
        return reverse("records:list", args=[app])
    except NoReverseMatch:
        return f"/build/apps/{app}/"


def about(kit: Kit, word: str) -> bool:
    """Whether a kit is about a word: name, summary, tags, publisher."""
    text = search.fold(" ".join((kit.name, kit.summary, kit.publisher, kit.code, *kit.tags)))
    return all(part in text for part in search.fold(word).split())


def department_choices() -> list[tuple[str, str]]:
    """(code, name) of today's departments."""
    return [(v.department.code, v.name) for v in people.departments().order_by("order", "name")]


@dataclass(frozen=True, slots=True)
class FieldRow:
    """A field as the kit page shows it."""

    label: str
    type: str
    required: bool
    personal: str
    purpose: str
    retention_years: int | None
    choices: tuple[str, ...]


def field_rows(spec: AppSpec) -> list[FieldRow]:
    """The fields in words."""
    return [_field_row(f) for f in spec.fields]


def _field_row(field: FieldSpec) -> FieldRow:
    return FieldRow(
        label=field.label,
        type=types.label(field.type),
        required=field.required,
        personal=field.personal,
        purpose=field.purpose,
        retention_years=field.retention_years,
        choices=tuple(str(c) for c in field.options.get("choices", ())),
    )


def who_words(who: str) -> str:
    """`section`, `role:dx` … in words."""
    names = {
        "section": _("担当の課の職員"),
        "staff": _("すべての職員"),
        "creator": _("登録した人"),
        "form": _("公開フォーム（住民）"),
        "role:dx": _("DX推進担当"),
        "role:manager": _("管理職"),
        "role:clerk": _("職員"),
        "role:admin": _("システム管理者"),
    }
    if who.startswith("field:"):
        return _("項目「%(field)s」の人") % {"field": who.removeprefix("field:")}
    return names.get(who, who)


def verb_words(verb: str) -> str:
    """A right in words."""
    names = {
        "view": _("見る"),
        "add": _("登録する"),
        "edit": _("変更する"),
        "delete": _("削除する"),
        "manage": _("アプリを直す"),
        "import": _("取り込む"),
        "export": _("書き出す"),
    }
    return names.get(verb, verb)


def slot_words(pattern: SlotPattern) -> str:
    """A pattern of slots in one sentence."""
    names = (_("月曜日"), _("火曜日"), _("水曜日"), _("木曜日"), _("金曜日"), _("土曜日"), _("日曜日"))
    days = "・".join(names[d] for d in pattern.weekdays) if pattern.weekdays else "、".join(pattern.dates)
    values = {
        "days": days,
        "times": "、".join(pattern.times),
        "place": pattern.place or _("場所の指定なし"),
        "capacity": pattern.capacity,
        "weeks": pattern.weeks,
    }
    if pattern.dates:
        return _("%(days)s の %(times)s、%(place)s、1回 %(capacity)s人まで") % values
    return _("%(days)s の %(times)s、%(place)s、1回 %(capacity)s人まで、%(weeks)s週間分") % values


def slot_count(kit: Kit, since: date | None = None) -> int:
    """How many slots an installation on that day would make."""
    day = since or clock.today()
    return len(
        {
            (p.field, s.starts_at)
            for p in kit.slots
            for s in slots.expand(p, day, office_closed, calendar.parse_date)
        }
    )


def part_words(kit: Kit) -> list[tuple[Any, list[Any]]]:
    """(label, sentences) of the further parts."""
    told = []
    for name, data in kit.parts.items():
        part = registry.PARTS[name]
        sentences = list(part.words(data, kit.spec)) if part.words else []
        told.append((part.label or name, sentences))
    return told


def as_spec(app: Any) -> AppSpec:
    """The `AppSpec` of a published app, without ids and trash."""
    fields = tuple(replace(f, id=None, options=dict(f.options)) for f in app.fields if not f.deleted)
    return AppSpec(
        code=app.code,
        name=app.name,
        description=app.description,
        fields=fields,
        states=tuple(app.states),
        actions=tuple(app.actions),
        views=tuple(app.views),
        rights=tuple(app.rights),
        record_rule=app.record_rule,
        title_field=app.title_field,
        task_id=app.task_id,
        kit=app.kit,
        kit_version=app.kit_version,
        department_code=app.department_code,
    )


@dataclass(frozen=True, slots=True)
class Exported:
    """An app as a kit: the data, and what had to be left out."""

    kit: Kit
    dropped: tuple[str, ...]

    @property
    def text(self) -> str:
        """The file."""
        notes = [_("Tomoni（ともに）のキット。記録と個人の名前は入っていません。")]
        if self.dropped:
            notes.append(
                _("この自治体だけのものなので省いた権限: %(who)s") % {"who": "、".join(self.dropped)}
            )
        return codec.dump(self.kit, tuple(notes))


def export_kit(
    *,
    actor: Actor,
    app: str,
    version: str = "",
    publisher: str = "",
    summary: str = "",
    license_name: str = "",
) -> Exported:
    """An app's definition as a kit, for those who may manage the app; never its records.

    Raises `NotFound`/`Forbidden`, and `KitInvalid` when the app lacks something that kits need (a purpose of personal data …).
    """
    found = records.app(actor=actor, code=app)
    if not records.may(actor=actor, app=app, verb="manage"):
        raise Forbidden("app.manage")
    spec, dropped = appdata.globalize(as_spec(found))
    code = spec.kit or spec.code
    parts = {}
    for name, part in registry.PARTS.items():
        if data := part.export(actor=actor, app=app):
            parts[name] = data
    version = version.strip() or spec.kit_version or "1.0"
    kit = Kit(
        code=code,
        version=version,
        name=spec.name,
        summary=(summary.strip() or spec.description.split("\n")[0] or spec.name)[:200],
        publisher=publisher.strip() or town().name,
        license=license_name.strip() or "CC0-1.0",
        description=spec.description,
        task_id=spec.task_id,
        spec=replace(spec, kit=code, kit_version=version, department_code=""),
        automations=tuple(automation.export(app=app)),
        slots=tuple(_patterns(app, spec)),
        parts=parts,
    )
    codec.load(codec.dump(kit))
    return Exported(kit, tuple(dropped))


def _patterns(app: str, spec: AppSpec) -> Iterable[SlotPattern]:
    """The patterns the app was installed with, else patterns that describe its slots of the coming weeks."""
    kept: list[Mapping[str, Any]] = []
    if row := Installation.objects.filter(app_code=app).first():
        kept = row.slots
    codes = [f.code for f in spec.fields if f.type == "slot"]
    for field in codes:
        own = [codec.slot_of(data) for data in kept if data.get("field") == field]
        if own:
            yield from own
            continue
        since = clock.local_now()
        coming = records.slots(app=app, field=field, since=since, until=since + timedelta(days=INFER_DAYS))
        plain = [slots.Slot(s.starts_at, s.ends_at, s.place, s.capacity) for s in coming]
        yield from slots.infer(field, plain, since.date())
