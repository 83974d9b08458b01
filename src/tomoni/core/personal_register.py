"""The register of personal data in our own tables: what each model keeps about people, why, and for how long.

Every room says it in `<room>/personal.py` as `MODELS: dict[model label, Data]`. Texts, JSON and bytes are named one by one;
numbers, dates and choices are no personal data unless named, and a reference to a person always is. Fields of the apps
that staff build carry their own tags (`records.schema.spec.FieldSpec`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec

from django.apps import apps
from django.db import models

LEVELS = ("none", "personal", "sensitive")
WRITTEN = (models.CharField, models.TextField, models.JSONField, models.BinaryField)
PERSON = re.compile(r"(\w+_by|by|user|user_id|owner|owner_id|deputy|actor|actor_id|actor_ref)(_id)?")


@dataclass(frozen=True, slots=True)
class Data:
    """Purpose (利用目的) and retention (保存) of a model; the other attributes list field names, divided by spaces."""

    purpose: str
    retention: str
    none: str = ""
    personal: str = ""
    sensitive: str = ""


@dataclass(frozen=True, slots=True)
class Tag:
    """What the register says of one field; `level` is empty where it says nothing."""

    model: str
    field: str
    level: str
    purpose: str
    retention: str


def registered() -> dict[str, Data]:
    """Model label → entry, of every installed room."""
    found: dict[str, Data] = {}
    for config in apps.get_app_configs():
        name = f"{config.name}.personal"
        if config.name.startswith("tomoni.") and find_spec(name) is not None:
            found |= import_module(name).MODELS
    return found


def level_of(field: models.Field, data: Data) -> str:
    """`none`, `personal` or `sensitive`; empty for a text that nobody has judged."""
    for level in LEVELS:
        if field.name in getattr(data, level).split():
            return level
    if PERSON.fullmatch(field.name):
        return "personal"
    return "" if isinstance(field, WRITTEN) and not field.choices else "none"


def tags() -> Iterator[Tag]:
    """One tag for each column of each installed model that a room answers for; without an entry, the level is empty."""
    known = registered()
    for model in apps.get_models(include_auto_created=True):
        label = model._meta.label
        if label not in known and not model.__module__.startswith("tomoni."):
            continue
        data = known.get(label, Data("", ""))
        for field in model._meta.concrete_fields:
            level = level_of(field, data) if label in known else ""
            yield Tag(label, field.name, level, data.purpose, data.retention)
