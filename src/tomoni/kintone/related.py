"""Lookups and related records: kintone's description of them, and the options of ours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from tomoni.core.errors import NotFound
from tomoni.kintone.call import whole
from tomoni.kintone.errors import KintoneError, wrong
from tomoni.records import facade
from tomoni.records.facade import AppSchema
from tomoni.records.schema.spec import FieldSpec

SIZES = ("1", "3", "5", "10", "20", "30", "40", "50")


def take(kind: str, given: Mapping[str, Any], options: dict[str, Any], place: str) -> None:
    """Put what a client says about the source into the options."""
    if isinstance(given.get("lookup"), Mapping):
        _take_lookup(given["lookup"], options, f"{place}.lookup")
    if kind == "REFERENCE_TABLE":
        if not isinstance(given.get("referenceTable"), Mapping):
            if "app" not in options:
                raise wrong(f"{place}.referenceTable", _("必須です。"))
            return
        _take_reference(given["referenceTable"], options, f"{place}.referenceTable")


def _take_lookup(item: Mapping[str, Any], options: dict[str, Any], place: str) -> None:
    if "relatedApp" in item:
        options["app"] = source(item["relatedApp"], f"{place}.relatedApp").code
    if "relatedKeyField" in item:
        options["key"] = str(item["relatedKeyField"] or "")
    if "fieldMappings" in item:
        live = {c["to"]: c.get("live", False) for c in options.get("copies", ())}
        options["copies"] = [
            {"from": str(m["relatedField"]), "to": str(m["field"]), "live": live.get(m["field"], False)}
            for m in item["fieldMappings"] or ()
            if isinstance(m, Mapping) and m.get("field") and m.get("relatedField")
        ]
    if "lookupPickerFields" in item:
        options["show"] = [str(c) for c in item["lookupPickerFields"] or ()]
    if "filterCond" in item:
        options["query"] = str(item["filterCond"] or "")


def _take_reference(item: Mapping[str, Any], options: dict[str, Any], place: str) -> None:
    if "relatedApp" in item:
        options["app"] = source(item["relatedApp"], f"{place}.relatedApp").code
    condition = item.get("condition")
    if isinstance(condition, Mapping):
        options["this"] = str(condition.get("field") or "")
        options["that"] = str(condition.get("relatedField") or "")
    for theirs, ours in (("filterCond", "query"), ("sort", "sort")):
        if theirs in item:
            options[ours] = str(item[theirs] or "")
    if "displayFields" in item:
        options["show"] = [str(c) for c in item["displayFields"] or ()]
    if "size" in item:
        options["limit"] = whole(item["size"], f"{place}.size", 1, 500)


def source(given: Any, place: str) -> AppSchema:
    """The app that a lookup or related records refer to, by number or by its own code."""
    if not isinstance(given, Mapping):
        raise wrong(place, _("必須です。"))
    if given.get("app") not in (None, ""):
        number = whole(given["app"], f"{place}.app", 1)
        try:
            return facade.schema(code=facade.code_of(app_id=number))
        except NotFound:
            raise KintoneError("GAIA_AP01", 404, id=number) from None
    raise wrong(f"{place}.app", _("必須です。"))


def shown(spec: FieldSpec, said: Mapping[str, Any]) -> dict[str, Any]:
    """What clients are told about the source."""
    options = spec.options
    if spec.type == "lookup":
        kept = said.get("lookup") or {}
        return {
            "lookup": {
                "relatedApp": _app(options.get("app")),
                "relatedKeyField": options.get("key", ""),
                "fieldMappings": [
                    {"field": c["to"], "relatedField": c["from"]} for c in options.get("copies", ())
                ],
                "lookupPickerFields": list(options.get("show", ())),
                "filterCond": options.get("query", ""),
                "sort": kept.get("sort", ""),
            }
        }
    if spec.type == "reference":
        return {
            "referenceTable": {
                "relatedApp": _app(options.get("app")),
                "condition": {"field": options.get("this", ""), "relatedField": options.get("that", "")},
                "filterCond": options.get("query", ""),
                "displayFields": list(options.get("show", ())),
                "sort": options.get("sort", ""),
                "size": str(options.get("limit", 20)),
            }
        }
    return {}


def _app(code: Any) -> dict[str, str]:
    try:
        found = facade.schema(code=str(code))
    except NotFound:
        return {"app": "", "code": ""}
    return {"app": str(found.id), "code": str(found.settings.get("number_prefix") or "")}
