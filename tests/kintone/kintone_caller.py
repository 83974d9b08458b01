"""A client of the API in tests, and the fields of an app."""

from __future__ import annotations

import json
from typing import Any


class Api:
    """Calls by API token; the answer's JSON with its status."""

    def __init__(self, client: Any, **headers: str) -> None:
        self.client, self.headers = client, headers
        self.status = 0
        self.response: Any = None

    def call(self, method: str, name: str, params: dict | None = None, **headers: str) -> Any:
        self.response = self.client.generic(
            method,
            f"/k/v1/{name}.json",
            json.dumps(params or {}),
            content_type="application/json",
            headers=self.headers | headers,
        )
        self.status = self.response.status_code
        return json.loads(self.response.content)

    def ok(self, method: str, path: str, /, **params: Any) -> Any:
        body = self.call(method, path, params)
        assert self.status == 200, body
        return body

    def fails(self, status: int, code: str, method: str, path: str, /, **params: Any) -> Any:
        body = self.call(method, path, params)
        assert (self.status, body.get("code")) == (status, code), body
        assert set(body) >= {"code", "id", "message"}
        assert body["message"]
        return body


FIELDS: dict[str, Any] = {
    "氏名": {"type": "SINGLE_LINE_TEXT", "code": "氏名", "label": "氏名", "required": True},
    "番号": {"type": "SINGLE_LINE_TEXT", "code": "番号", "label": "番号", "unique": True},
    "メモ": {"type": "MULTI_LINE_TEXT", "code": "メモ", "label": "メモ"},
    "人数": {"type": "NUMBER", "code": "人数", "label": "人数", "minValue": "0", "maxValue": "99"},
    "区分": {
        "type": "DROP_DOWN",
        "code": "区分",
        "label": "区分",
        "options": {"新規": {"label": "新規", "index": "0"}, "継続": {"label": "継続", "index": "1"}},
        "defaultValue": "新規",
    },
    "希望": {
        "type": "CHECK_BOX",
        "code": "希望",
        "label": "希望",
        "options": {"午前": {"label": "午前", "index": "0"}, "午後": {"label": "午後", "index": "1"}},
    },
    "日付": {"type": "DATE", "code": "日付", "label": "日付"},
    "日時": {"type": "DATETIME", "code": "日時", "label": "日時"},
    "担当": {"type": "USER_SELECT", "code": "担当", "label": "担当"},
    "課": {"type": "ORGANIZATION_SELECT", "code": "課", "label": "課"},
    "添付": {"type": "FILE", "code": "添付", "label": "添付"},
    "明細": {
        "type": "SUBTABLE",
        "code": "明細",
        "label": "明細",
        "fields": {
            "品名": {"type": "SINGLE_LINE_TEXT", "code": "品名", "label": "品名"},
            "数量": {"type": "NUMBER", "code": "数量", "label": "数量"},
        },
    },
}
