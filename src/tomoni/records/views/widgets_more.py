"""What the widgets of addresses, consents, categories and lookups show; see `widgets` for the others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from tomoni.records import fieldtypes
from tomoni.records.fieldtypes import Names
from tomoni.records.fieldtypes.address import PARTS, PREFECTURES, dashed
from tomoni.records.fieldtypes.consent import KEPT
from tomoni.records.models import Field
from tomoni.records.schema.spec import FieldSpec

_AUTOCOMPLETE = {
    "postal": "postal-code", "prefecture": "address-level1", "city": "address-level2", "town": "address-level3",
    "block": "address-line1", "building": "address-line2",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Part:
    """One part of an address."""

    code: str
    label: str
    value: str
    autocomplete: str
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Given:
    """A consent's box: what it posts, whether it is checked, and what was agreed to before."""

    value: str = "on"
    checked: bool = False
    earlier: str = ""


@dataclass(frozen=True, slots=True)
class Branch:
    """One branch of a category."""

    path: str
    name: str
    level: int


@dataclass(frozen=True, slots=True)
class Pick:
    """A lookup's control: the key, and where the page's script asks for suggestions."""

    key: str
    url: str


def address(value: Any) -> list[Part]:
    """The parts of an address, as stored or as typed."""
    given = value if isinstance(value, Mapping) else {}
    if isinstance(value, str) and value.strip():
        given = (
            fieldtypes.get("address").clean(
                value, FieldSpec("", "address", ""), fieldtypes.Context(_nobody())
            )
            or {}
        )
    labels = {
        "postal": _("郵便番号（7桁）"), "prefecture": _("都道府県"), "city": _("市区町村"), "town": _("町域"),
        "block": _("番地"), "building": _("建物名・部屋番号"),
    }  # fmt: skip
    found = []
    for code in PARTS:
        text = str(given.get(code) or "")
        text = dashed(text) if code == "postal" and text.isdigit() and len(text) == 7 else text
        choices = PREFECTURES if code == "prefecture" else ()
        found.append(Part(code, labels[code], text, _AUTOCOMPLETE[code], choices))
    return found


def _nobody() -> Any:
    from tomoni.core.actor import ANONYMOUS

    return ANONYMOUS


def consent(spec: FieldSpec, value: Any) -> Given:
    """The box: an earlier consent to this version stays; one to another version is named and asked for again."""
    if isinstance(value, Mapping) and value.get("at"):
        shown = fieldtypes.get("consent").display(value, spec, Names())
        if value.get("version") == spec.options.get("version"):
            return Given(KEPT, True, shown)
        return Given("on", False, _("前の文に同意しています: %(when)s") % {"when": shown})
    return Given("on", isinstance(value, str) and value in ("on", KEPT))


def branches(spec: FieldSpec) -> list[Branch]:
    """The branches of a category, each below its own."""
    every = sorted(str(c) for c in spec.options.get("choices", ()))
    order = {str(c): n for n, c in enumerate(spec.options.get("choices", ()))}

    def place(path: str) -> tuple[int, ...]:
        parts = path.split("/")
        return tuple(order.get("/".join(parts[:n]), 0) for n in range(1, len(parts) + 1))

    found = sorted(every, key=place)
    return [Branch(path, path.rsplit("/", 1)[-1], min(path.count("/"), 4)) for path in found]


def lookup(spec: FieldSpec, value: Any, memo: dict[str, Any] | None = None) -> Pick:
    """The key and the address of suggestions; none before the field is published."""
    key = str(value.get("key") or "") if isinstance(value, Mapping) else str(value or "")
    if not spec.id:
        return Pick(key, "")
    memo = {} if memo is None else memo
    if (name := f"lookup{spec.id}") not in memo:
        memo[name] = Field.objects.filter(pk=spec.id).values_list("app__code", flat=True).first()
    url = reverse("records:lookup", args=[memo[name], spec.code]) if memo[name] else ""
    return Pick(key, url)
