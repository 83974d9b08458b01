"""Record endpoints: values by field code, written by field type with orjson."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from tomoni.core.actor import Actor
from tomoni.core.errors import Forbidden, Invalid, NotFound
from tomoni.records import facade, fieldtypes
from tomoni.records.api.answer import answer
from tomoni.records.api.auth import allowed, endpoint
from tomoni.records.record import Record
from tomoni.records.schema.snapshot import AppSchema
from tomoni.records.views import reads

MOST = 500


def enter(request: HttpRequest, code: str, verb: str) -> tuple[Actor, AppSchema]:
    """The caller and the app; `NotFound` for an app one may not know of, `Forbidden` without the verb."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    app = facade.app(actor=actor, code=code)
    verbs = allowed(actor, app)
    if not verbs:
        raise NotFound()
    if verb not in verbs:
        raise Forbidden(f"app.{verb}")
    return actor, app


def record_json(app: AppSchema, record: Record, codes: frozenset[str] | None = None) -> dict[str, Any]:
    """A record as JSON data: dates ISO, moments UTC, numbers as text so that no digit is lost."""
    values = {
        spec.code: fieldtypes.get(spec.type).to_json(record.values.get(spec.code))
        for spec in app.fields
        if codes is None or spec.code in codes
    }
    return {
        "id": record.id,
        "number": record.number,
        "revision": record.revision,
        "status": record.status,
        "assignees": list(record.assignees),
        "creator": record.creator,
        "created_at": record.created_at.isoformat().replace("+00:00", "Z"),
        "updated_at": record.updated_at.isoformat().replace("+00:00", "Z"),
        "values": values,
    }


def _list(request: HttpRequest, code: str) -> HttpResponse:
    """GET `/apps/{code}/records?query=&fields=&limit=&after=&count=`; counts (up to 10,000) only when asked: `count=1`."""
    actor, app = enter(request, code, "view")
    get = request.GET
    if unknown := set(get) - {"query", "fields", "limit", "after", "count"}:
        raise Invalid({name[:64]: [_("この指定はありません。")] for name in sorted(unknown)[:10]})
    limit = get.get("limit", "100")
    if not (limit.isascii() and limit.isdigit() and len(limit) < 5 and 1 <= int(limit) <= MOST):
        raise Invalid({"limit": [_("limit は1から%(most)sまでの整数にしてください。") % {"most": MOST}]})
    codes = frozenset(c for c in get.get("fields", "").split(",") if c) or None
    if codes and (missing := codes - {f.code for f in app.fields}):
        raise Invalid({"fields": [_("この項目はありません: %(code)s") % {"code": sorted(missing)[0][:64]}]})
    page = facade.find(
        actor=actor,
        app=code,
        query=get.get("query", ""),
        limit=int(limit),
        after=get.get("after") or None,
        fields=sorted(codes) if codes else None,
        count=get.get("count", "0") == "1",
    )
    return answer(
        {
            "records": [record_json(app, r, codes) for r in page.records],
            "next": page.next,
            "total": page.total,
            "total_capped": page.total_capped,
        }
    )


def _create(request: HttpRequest, code: str) -> HttpResponse:
    """POST `/apps/{code}/records` with `{"values": {…}}`; the header Idempotency-Key makes a repeat harmless."""
    actor, app = enter(request, code, "add")
    body = read_body(request, {"values"})
    record = facade.create_record(
        actor=actor,
        app=code,
        values=_values(body),
        source="api",
        request_id=request.headers.get("Idempotency-Key", "")[:200],
    )
    made = answer(record_json(app, record), 201)
    made["Location"] = f"/api/v1/apps/{code}/records/{record.id}"
    return made


def _get(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """GET `/apps/{code}/records/{id}`."""
    actor, app = enter(request, code, "view")
    record = facade.get(actor=actor, app=code, record=pk)
    data = record_json(app, record)
    data["actions"] = (
        [a.name for a in reads.actions_for(actor, app, record)] if "edit" in allowed(actor, app) else []
    )
    return answer(data)


def _update(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """PUT `/apps/{code}/records/{id}` with `{"values": {…}, "revision": n}`; only the named fields change."""
    actor, app = enter(request, code, "edit")
    body = read_body(request, {"values", "revision"})
    record = facade.update_record(
        actor=actor, app=code, record=pk, values=_values(body), revision=_revision(body)
    )
    return answer(record_json(app, record))


def _delete(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """DELETE `/apps/{code}/records/{id}`: into the trash."""
    actor, _app = enter(request, code, "delete")
    facade.delete_record(actor=actor, app=code, record=pk)
    return HttpResponse(status=204)


def _act(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """POST `/apps/{code}/records/{id}/actions` with `{"action": "…", "revision": n, "comment": "…"}`."""
    actor, app = enter(request, code, "edit")
    body = read_body(request, {"action", "revision", "comment"})
    name, comment = body.get("action"), body.get("comment", "")
    if not isinstance(name, str) or not name:
        raise Invalid({"action": [_("処理の名前を入れてください。")]})
    if not isinstance(comment, str) or len(comment) > 2000:
        raise Invalid({"comment": [_("コメントは2,000文字までの文字にしてください。")]})
    record = facade.run_action(
        actor=actor, app=code, record=pk, action=name, revision=_revision(body), comment=comment
    )
    return answer(record_json(app, record))


def read_body(request: HttpRequest, known: set[str]) -> Mapping[str, Any]:
    """The JSON object of the body; everything else is an error in words."""
    if request.content_type != "application/json":
        raise Invalid({"": [_("Content-Type は application/json にしてください。")]})
    try:
        body = orjson.loads(request.body)
    except (orjson.JSONDecodeError, RecursionError):
        raise Invalid({"": [_("本文をJSONとして読めません。")]}) from None
    if not isinstance(body, dict):
        raise Invalid({"": [_("本文はJSONのオブジェクトにしてください。")]})
    if unknown := set(body) - known:
        raise Invalid({str(name)[:64]: [_("この指定はありません。")] for name in sorted(unknown)[:10]})
    return body


def _values(body: Mapping[str, Any]) -> Mapping[str, Any]:
    values = body.get("values")
    if not isinstance(values, dict):
        raise Invalid({"values": [_("values に項目のコードと値を入れてください。")]})
    return values


def _revision(body: Mapping[str, Any]) -> int | None:
    revision = body.get("revision")
    if revision is not None and (isinstance(revision, bool) or not isinstance(revision, int)):
        raise Invalid({"revision": [_("revision は整数にしてください。")]})
    return revision


collection = endpoint(get=_list, post=_create)
single = endpoint(get=_get, put=_update, delete=_delete)
actions = endpoint(post=_act)
