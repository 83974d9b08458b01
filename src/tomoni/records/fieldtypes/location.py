"""Location (位置): a point on the map, stored as two integers of 10⁻⁷ degrees (about 1 cm)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from tomoni.records.fieldtypes.base import Context, FieldType, Names, Unclean
from tomoni.records.fieldtypes.number import parse_decimal
from tomoni.records.schema.spec import FieldSpec

UNITS = 10_000_000


class Location(FieldType):
    """Latitude and longitude in degrees (WGS 84)."""

    name = "location"
    label = _("位置")
    sortable = False

    def columns(self, field: FieldSpec) -> dict[str, models.Field[Any, Any]]:
        """Latitude, longitude."""
        return {"": models.BigIntegerField(null=True), "lon": models.BigIntegerField(null=True)}

    def clean(self, raw: Any, field: FieldSpec, context: Context) -> dict[str, float] | None:
        """`{"lat", "lon"}`, a pair, or the text `35.1, 136.2`."""
        if isinstance(raw, str):
            pair: Sequence[Any] = raw.replace("，", ",").replace("、", ",").split(",") if raw.strip() else ()
        elif isinstance(raw, Mapping):
            pair = (raw.get("lat"), raw.get("lon"))
        elif raw is None or isinstance(raw, list | tuple):
            pair = raw or ()
        else:
            pair = (raw,)
        if all(p is None or (isinstance(p, str) and not p.strip()) for p in pair):
            return None
        if len(pair) != 2:
            raise Unclean(_("緯度と経度を入力してください。例: 35.4233, 136.7606"))
        try:
            lat, lon = (parse_decimal(p) for p in pair)
        except Unclean:
            raise Unclean(_("緯度と経度を入力してください。例: 35.4233, 136.7606")) from None
        if not (-90 <= lat <= 90 and -180 <= lon <= 180):
            raise Unclean(_("緯度は-90から90、経度は-180から180の間で入力してください。"))
        return {"lat": _degrees(_units(lat)), "lon": _degrees(_units(lon))}

    def to_columns(self, value: Any, field: FieldSpec) -> tuple[Any, ...]:
        """Scaled integers."""
        if value is None:
            return (None, None)
        return (_units(Decimal(repr(value["lat"]))), _units(Decimal(repr(value["lon"]))))

    def from_columns(self, stored: Sequence[Any], field: FieldSpec) -> dict[str, float] | None:
        """Degrees."""
        if stored[0] is None:
            return None
        return {"lat": _degrees(stored[0]), "lon": _degrees(stored[1])}

    def display(self, value: Any, field: FieldSpec, names: Names) -> str:
        """`35.4233, 136.7606`."""
        return "" if value is None else f"{value['lat']:.5f}, {value['lon']:.5f}"

    def export(self, value: Any, field: FieldSpec, names: Names) -> str:
        """All digits."""
        return "" if value is None else f"{Decimal(repr(value['lat'])):f}, {Decimal(repr(value['lon'])):f}"

    def json_schema(self, field: FieldSpec) -> dict[str, Any]:
        """Degrees."""
        parts = {"lat": {"type": "number"}, "lon": {"type": "number"}}
        return {"type": ["object", "null"], "properties": parts, "required": ["lat", "lon"]}


def _units(degrees: Decimal) -> int:
    return int((degrees * UNITS).to_integral_value())


def _degrees(units: int) -> float:
    return float(Decimal(units) / UNITS)
