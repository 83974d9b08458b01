"""OpenAPI 3.1 of one app, made from its definition: what a programmer of another system needs."""

from __future__ import annotations

from typing import Any

from tomoni.records import fieldtypes
from tomoni.records.schema.snapshot import AppSchema
from tomoni.records.schema.spec import FieldSpec

_IDS = {"type": "array", "items": {"type": "integer"}}
_ERROR = {"$ref": "#/components/schemas/Error"}


def field_schema(spec: FieldSpec) -> dict[str, Any]:
    """The JSON schema of one field's value, made by its type; what the engine fills in is read only."""
    kind = fieldtypes.get(spec.type)
    made = kind.json_schema(spec)
    if "max_length" in spec.options:
        made["maxLength"] = spec.options["max_length"]
    if not kind.entered:
        made["readOnly"] = True
    return made | {"title": spec.label, "description": spec.help, "x-personal": spec.personal}


def document(app: AppSchema) -> dict[str, Any]:
    """The OpenAPI document of an app."""
    return {
        "openapi": "3.1.0",
        "info": {"title": app.name, "description": app.description, "version": str(app.version)},
        "servers": [{"url": "/api/v1"}],
        "security": [{"bearer": []}],
        "paths": _paths(app),
        "components": {
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
            "schemas": _schemas(app),
        },
    }


def _schemas(app: AppSchema) -> dict[str, Any]:
    fields = [f for f in app.fields if fieldtypes.get(f.type).storage != "system"]
    entered = [f for f in fields if fieldtypes.get(f.type).entered]
    values = {
        "type": "object",
        "properties": {f.code: field_schema(f) for f in fields},
        "additionalProperties": False,
    }
    texts = {"type": "array", "items": {"type": "string"}}
    return {
        "Values": values,
        "NewValues": values | {"required": [f.code for f in entered if f.required and not f.visible_if]},
        "Record": {
            "type": "object",
            "properties": {
                "id": {"type": "integer"},
                "number": {"type": "integer"},
                "revision": {"type": "integer"},
                "status": {"type": "string", "enum": [s.name for s in app.states] or [""]},
                "assignees": _IDS,
                "creator": {"type": ["integer", "null"]},
                "created_at": {"type": "string", "format": "date-time"},
                "updated_at": {"type": "string", "format": "date-time"},
                "values": {"$ref": "#/components/schemas/Values"},
            },
            "required": ["id", "revision", "status", "values"],
        },
        "Error": {
            "type": "object",
            "properties": {
                "code": {"type": "string"},
                "message": {"type": "string"},
                "id": {"type": "string"},
                "errors": {"type": "object", "additionalProperties": texts},
            },
            "required": ["code", "message", "id"],
        },
    }


def _paths(app: AppSchema) -> dict[str, Any]:
    base = f"/apps/{app.code}/records"
    names = ("query", "fields", "limit", "after", "count")
    parameters = [
        {"name": n, "in": "query", "schema": {"type": "integer" if n == "limit" else "string"}} for n in names
    ]
    page = {
        "type": "object",
        "properties": {
            "records": {"type": "array", "items": {"$ref": "#/components/schemas/Record"}},
            "next": {"type": ["string", "null"]},
            "total": {"type": ["integer", "null"]},
            "total_capped": {"type": "boolean"},
        },
    }
    key = {"name": "Idempotency-Key", "in": "header", "schema": {"type": "string", "maxLength": 200}}
    new = {"values": {"$ref": "#/components/schemas/NewValues"}}
    change = {"values": {"$ref": "#/components/schemas/Values"}, "revision": {"type": "integer"}}
    step = {
        "action": {"type": "string", "enum": sorted({a.name for a in app.actions}) or [""]},
        "revision": {"type": "integer"},
        "comment": {"type": "string", "maxLength": 2000},
    }
    one = {"$ref": "#/components/schemas/Record"}
    identity = [{"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}]
    return {
        base: {
            "get": {
                "operationId": "listRecords",
                "parameters": parameters,
                "responses": _responses("200", page),
            },
            "post": {
                "operationId": "createRecord",
                "parameters": [key],
                "requestBody": _body(new, ["values"]),
                "responses": _responses("201", one),
            },
        },
        f"{base}/{{id}}": {
            "parameters": identity,
            "get": {"operationId": "getRecord", "responses": _responses("200", one)},
            "put": {
                "operationId": "updateRecord",
                "requestBody": _body(change, ["values"]),
                "responses": _responses("200", one),
            },
            "delete": {"operationId": "deleteRecord", "responses": {"204": {"description": "deleted"}}},
        },
        f"{base}/{{id}}/actions": {
            "parameters": identity,
            "post": {
                "operationId": "runAction",
                "requestBody": _body(step, ["action"]),
                "responses": _responses("200", one),
            },
        },
    }


def _body(properties: dict[str, Any], required: list[str]) -> dict[str, Any]:
    schema = {"type": "object", "properties": properties, "required": required, "additionalProperties": False}
    return {"required": True, "content": {"application/json": {"schema": schema}}}


def _responses(status: str, schema: dict[str, Any]) -> dict[str, Any]:
    good = {status: {"description": "OK", "content": {"application/json": {"schema": schema}}}}
    bad = {"description": "error", "content": {"application/json": {"schema": _ERROR}}}
    return good | dict.fromkeys(("401", "403", "404", "409", "413", "422", "429"), bad)
