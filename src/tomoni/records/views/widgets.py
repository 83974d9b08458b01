"""What the field widgets show: ids, texts, hints, choices. Templates only place it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tomoni.core import calendar, clock
from tomoni.core.actor import Actor
from tomoni.core.models import StoredFile
from tomoni.people import facade as people
from tomoni.people.facade import ROLES
from tomoni.records import queries
from tomoni.records.compute import visible
from tomoni.records.models import Field
from tomoni.records.schema.spec import FieldSpec
from tomoni.ui.templatetags.ui import day as day_text

# What a browser may fill in by itself, by the usual labels. Only about the person who fills the form.
AUTOCOMPLETE = {
    "氏名": "name",
    "お名前": "name",
    "申請者氏名": "name",
    "申請者の氏名": "name",
    "郵便番号": "postal-code",
    "住所": "street-address",
    "ご住所": "street-address",
    "申請者住所": "street-address",
    "電話番号": "tel",
    "電話": "tel",
    "連絡先": "tel",
    "連絡先電話番号": "tel",
    "メール": "email",
    "メールアドレス": "email",
    "生年月日": "bday",
}
INPUT_TYPE = {"tel": "tel", "email": "email"}
INPUT_MODE = {"tel": "tel", "email": "email", "postal-code": "numeric"}
FILE_TYPES = {"image": "image/*", "pdf": "application/pdf,.pdf"}
SLOT_DAYS = 120
PROTOCOL_TYPE = {"web": "url", "tel": "tel", "mail": "email"}
HINTED = frozenset(
    ["date", "datetime", "time", "multichoice", "checkbox", "category", "file", "location", "link", "richtext",
     "consent", "lookup"]
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Control:
    """One control of a form."""

    id: str
    name: str
    text: str
    described_by: str
    input_type: str = "text"
    autocomplete: str = ""
    inputmode: str = "text"
    example: str = ""
    range_hint: str = ""
    file_hint: str = ""
    accept: str = ""
    multiple: bool = False
    choices: tuple[str, ...] = ()
    chosen: frozenset[str] = frozenset()
    lat: str = ""
    lon: str = ""
    shown_if: str = ""


@dataclass(frozen=True, slots=True)
class Option:
    """Something to pick."""

    value: str
    label: str
    note: str = ""
    selected: bool = False


@dataclass(frozen=True, slots=True)
class SlotChoice:
    """One slot in the list."""

    key: str
    value: str
    label: str
    place: str
    full: bool
    left_label: str
    selected: bool


@dataclass(slots=True)
class SlotDay:
    """The slots of a day."""

    label: str
    slots: list[SlotChoice] = field(default_factory=list)


def control(spec: FieldSpec, value: Any, has_errors: bool, *, show_help: bool = True) -> Control:
    """The control of a field with a value: as typed (str, list), or as stored."""
    identity = f"f-{spec.code}"
    range_hint = _range_hint(spec) if spec.type == "number" else ""
    described = []
    if has_errors:
        described.append(f"{identity}-e")
    if spec.help and show_help:
        described.append(f"{identity}-help")
    # Where the question brings its own help, its example is the only one.
    exempt = ("file", "location", "consent", "lookup", "richtext")
    if (spec.type in HINTED and (show_help or spec.type in exempt)) or range_hint:
        described.append(f"{identity}-hint")
    auto = _autocomplete(spec)
    lat, lon = _place(value) if spec.type == "location" else ("", "")
    return Control(
        id=identity,
        name=spec.code,
        text=text_of(value),
        described_by=" ".join(described),
        input_type=_input_type(spec, auto),
        autocomplete=auto,
        inputmode=_inputmode(spec, auto),
        example=_example(spec),
        range_hint=range_hint,
        file_hint=_file_hint(spec) if spec.type == "file" else "",
        accept=",".join(FILE_TYPES[k] for k in spec.options.get("kinds", ()) if k in FILE_TYPES),
        multiple=spec.options.get("max_count", 10) != 1,
        choices=tuple(str(c) for c in spec.options.get("choices", ())),
        chosen=frozenset(_many(value)),
        lat=lat,
        lon=lon,
        shown_if=visible.for_browser(spec.visible_if),
    )


def text_of(value: Any) -> str:
    """A value as it stands in a text input."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.astimezone(clock.TOKYO).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.strftime("%H:%M")
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, (list, tuple)):
        return text_of(value[0]) if value else ""
    return "" if isinstance(value, Mapping) else str(value)


def options(
    spec: FieldSpec, value: Any, actor: Actor | None, memo: dict[str, Any] | None = None
) -> list[Option]:
    """People of the actor's departments, or all departments; what is already chosen stays. Never for residents.

    `memo` keeps the list for the other cells of a table.
    """
    if spec.type == "group":
        held = set(_many(value))
        return [Option(code, str(label), selected=code in held) for code, label in ROLES.items()]
    chosen = {int(v) for v in _many(value) if str(v).isdigit()}
    if actor is None or not actor.is_staff:
        return []
    memo = {} if memo is None else memo
    if spec.type == "department":
        if "department" not in memo:
            memo["department"] = people.department_names()
        names = memo["department"]
        return [Option(str(pk), name, selected=pk in chosen) for pk, name in names.items()]
    if "user" not in memo:
        memo["user"] = {}
        for department in sorted(actor.departments):
            memo["user"].update(people.people_of(department).values_list("pk", "display_name"))
    found = dict(memo["user"])
    if missing := chosen - set(found):
        found.update(people.display_names(missing))
    return [
        Option(str(pk), name, selected=pk in chosen) for pk, name in sorted(found.items(), key=lambda i: i[1])
    ]


def files(spec: FieldSpec, value: Any, memo: dict[str, Any] | None = None) -> list[Any]:
    """The stored files whose ids a value names."""
    ids = [int(v) for v in _many(value) if str(v).isdigit()]
    if memo is not None:
        return [memo["files"][pk] for pk in ids if pk in memo["files"]]
    return list(StoredFile.objects.filter(pk__in=ids).order_by("pk")) if ids else []


def slot_days(spec: FieldSpec, value: Any) -> list[SlotDay]:
    """Coming slots by day; the one chosen stays pickable even when it is full or past."""
    now = clock.now()
    chosen = _moment(value)
    app = Field.objects.filter(pk=spec.id).values_list("app__code", flat=True).first() if spec.id else None
    found = queries.slots(app, spec.code, now, now + timedelta(days=SLOT_DAYS)) if app else []
    days: dict[date, SlotDay] = {}
    if chosen is not None and all(s.starts_at != chosen for s in found):
        days[date.min] = SlotDay(_("いまの予約"), [_choice(chosen, None, "", -1, True)])
    for slot in found:
        day = slot.starts_at.astimezone(clock.TOKYO).date()
        entry = days.setdefault(day, SlotDay(day_text(day)))
        left = slot.capacity - slot.taken
        entry.slots.append(_choice(slot.starts_at, slot.ends_at, slot.place, left, slot.starts_at == chosen))
    return list(days.values())


def _choice(starts: datetime, ends: datetime | None, place: str, left: int, selected: bool) -> SlotChoice:
    start = starts.astimezone(clock.TOKYO)
    label = start.strftime("%-H:%M")
    if ends is not None:
        label += "–" + ends.astimezone(clock.TOKYO).strftime("%-H:%M")
    elif left < 0:
        label = f"{day_text(start)} {label}"
    return SlotChoice(
        key=start.strftime("%Y%m%d%H%M"),
        value=starts.isoformat(),
        label=label,
        place=place,
        full=left == 0,
        left_label="" if left < 0 else ngettext("あと%(n)s人", "あと%(n)s人", left) % {"n": left},
        selected=selected,
    )


def _many(value: Any) -> list[str]:
    if value is None or value == "" or isinstance(value, Mapping):
        return []
    if isinstance(value, (list, tuple, set, frozenset)):
        return [str(v) for v in value if isinstance(v, (str, int))]
    return [str(value)]


def _moment(value: Any) -> datetime | None:
    if isinstance(value, datetime):
        return value
    try:
        found = datetime.fromisoformat(str(value)) if value else None
    except ValueError:
        return None
    if found is not None and found.tzinfo is None:
        found = found.replace(tzinfo=clock.TOKYO)
    return found


def _autocomplete(spec: FieldSpec) -> str:
    given = spec.options.get("autocomplete")
    return str(given) if given else AUTOCOMPLETE.get(spec.label.strip(), "")


def _input_type(spec: FieldSpec, auto: str) -> str:
    if spec.type == "link":
        return PROTOCOL_TYPE[spec.options.get("protocol", "web")]
    return INPUT_TYPE.get(auto, "text")


def _inputmode(spec: FieldSpec, auto: str) -> str:
    if spec.type == "number":
        signed = (spec.options.get("min") is None) or Decimal(str(spec.options["min"])) < 0
        return "text" if signed else "decimal" if spec.options.get("digits") else "numeric"
    return INPUT_MODE.get(auto, "")


def _example(spec: FieldSpec) -> str:
    today = clock.today()
    if spec.type == "datetime":
        return _("例: %(a)s 14:00 または %(b)s 14:00") % {
            "a": calendar.to_wareki(today),
            "b": today.isoformat(),
        }
    if "生年月日" in spec.label and "子" in spec.label:
        born = today.replace(year=today.year - 2, day=min(today.day, 28))
        return _("例: %(a)s または %(b)s") % {"a": calendar.to_wareki(born), "b": born.isoformat()}
    if "生年月日" in spec.label:
        return _("例: 昭和33年5月2日 または 1958-05-02")
    return _("例: %(a)s または %(b)s") % {"a": calendar.to_wareki(today), "b": today.isoformat()}


def _range_hint(spec: FieldSpec) -> str:
    low, high = spec.options.get("min"), spec.options.get("max")
    unit = str(spec.options.get("unit", ""))
    texts = {
        "low": "" if low is None else number_format(low, force_grouping=True) + unit,
        "high": "" if high is None else number_format(high, force_grouping=True) + unit,
    }
    if texts["low"] and texts["high"]:
        return _("%(low)sから%(high)sまで") % texts
    if texts["low"]:
        return _("%(low)s以上") % texts
    return _("%(high)s以下") % texts if texts["high"] else ""


def _file_hint(spec: FieldSpec) -> str:
    kinds = set(spec.options.get("kinds", ()))
    words = [_("写真")] if "image" in kinds else []
    words += ["PDF"] if "pdf" in kinds else []
    count = spec.options.get("max_count", 10)
    head = _("%(kinds)sを選べます。") % {"kinds": "・".join(words)} if words else ""
    return head + ngettext("%(n)s個まで付けられます。", "%(n)s個まで付けられます。", count) % {"n": count}


def _place(value: Any) -> tuple[str, str]:
    if isinstance(value, Mapping):
        return str(value.get("lat", "") or ""), str(value.get("lon", "") or "")
    if isinstance(value, str) and "," in value:
        lat, _sep, lon = value.partition(",")
        return lat.strip(), lon.strip()
    return "", ""
