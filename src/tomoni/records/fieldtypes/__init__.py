"""The registry of field types: one file a type."""

from __future__ import annotations

from tomoni.records.fieldtypes.address import Address
from tomoni.records.fieldtypes.base import Context, FieldType, Names, Unclean
from tomoni.records.fieldtypes.calc import CalcDate, CalcDateTime, CalcNumber, CalcText, CalcTime, Calculated
from tomoni.records.fieldtypes.category import Category
from tomoni.records.fieldtypes.checkbox import CheckBox
from tomoni.records.fieldtypes.choice import Choice
from tomoni.records.fieldtypes.consent import Consent
from tomoni.records.fieldtypes.date import Date
from tomoni.records.fieldtypes.datetime import DateTime
from tomoni.records.fieldtypes.department import Departments
from tomoni.records.fieldtypes.file import File
from tomoni.records.fieldtypes.group import Groups
from tomoni.records.fieldtypes.link import Link
from tomoni.records.fieldtypes.location import Location
from tomoni.records.fieldtypes.lookup import Lookup
from tomoni.records.fieldtypes.multichoice import MultiChoice
from tomoni.records.fieldtypes.multiline import MultiLine
from tomoni.records.fieldtypes.number import Number
from tomoni.records.fieldtypes.radio import Radio
from tomoni.records.fieldtypes.reference import Reference
from tomoni.records.fieldtypes.richtext import RichText
from tomoni.records.fieldtypes.slot import SlotType
from tomoni.records.fieldtypes.system import (
    Assignee,
    CreatedAt,
    Creator,
    Modifier,
    RecordNumber,
    RevisionNumber,
    Status,
    UpdatedAt,
)
from tomoni.records.fieldtypes.table import Table
from tomoni.records.fieldtypes.text import Text
from tomoni.records.fieldtypes.time import Time
from tomoni.records.fieldtypes.user import Users

REGISTRY: dict[str, FieldType] = {
    made.name: made
    for made in (
        Text(),
        MultiLine(),
        RichText(),
        Number(),
        Choice(),
        Radio(),
        MultiChoice(),
        CheckBox(),
        Category(),
        Date(),
        Time(),
        DateTime(),
        SlotType(),
        Users(),
        Departments(),
        Groups(),
        File(),
        Link(),
        Location(),
        Address(),
        Consent(),
        Lookup(),
        Reference(),
        CalcNumber(),
        CalcText(),
        CalcDate(),
        CalcDateTime(),
        CalcTime(),
        Table(),
        RecordNumber(),
        Status(),
        Assignee(),
        Creator(),
        CreatedAt(),
        Modifier(),
        UpdatedAt(),
        RevisionNumber(),
    )
}


def get(name: str) -> FieldType:
    """The type with this name; `KeyError` if there is none."""
    return REGISTRY[name]


__all__ = ["REGISTRY", "Calculated", "Context", "FieldType", "Names", "Unclean", "get"]
