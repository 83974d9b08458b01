"""The OpenAPI document of the native API knows every field type."""

from __future__ import annotations

from tomoni.records.api.openapi import field_schema
from tomoni.records.fieldtypes import REGISTRY
from tomoni.records.schema.spec import FieldSpec

OPTIONS = {"choices": ["a", "b"]}


def test_every_type_has_a_schema():
    for name, kind in REGISTRY.items():
        made = field_schema(
            FieldSpec(name, name, name, options=OPTIONS if "choices" in kind.option_names else {})
        )
        assert "type" in made or name == "reference", name
        assert made.get("readOnly", False) is (not kind.entered), name
