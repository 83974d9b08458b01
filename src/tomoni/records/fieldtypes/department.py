"""Departments (部署): one or more, by id or code."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tomoni.people.models import Department
from tomoni.records.fieldtypes.base import Context, Names
from tomoni.records.fieldtypes.user import Linked, ids_of, wanted
from tomoni.records.schema.spec import FieldSpec


class Departments(Linked):
    """Departments by identity: a renamed or moved department stays the same."""

    name = "department"
    label = _("部署")
    kintone = "ORGANIZATION_SELECT"
    kind = "departments"

    def known(self, context: Context) -> dict[str, int | None]:
        """By id and by code."""
        return context.departments

    def prefetch(self, context: Context, field: FieldSpec, raws: Iterable[Any]) -> None:
        """One query for all departments named."""
        texts = wanted(raws, context.departments)
        if not texts:
            return
        context.departments.update(dict.fromkeys(texts))
        rows = Department.objects.filter(Q(pk__in=ids_of(texts)) | Q(code__in=texts)).values_list(
            "pk", "code"
        )
        for pk, _code in rows:
            context.departments[str(pk)] = pk
        for pk, code in rows:  # a code that looks like another one's id is meant as the code
            context.departments[code] = pk

    def display(self, value: Any, field: FieldSpec, names: Names) -> str:
        """Names joined with 、."""
        return self._join(value, lambda n: names.departments.get(n, str(n)))
