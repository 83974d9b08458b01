"""Several writes at once, all or none: bulkRequest.json."""

from __future__ import annotations

import re
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tomoni.core.errors import Forbidden, TomoniError
from tomoni.kintone import limits
from tomoni.kintone.call import ROUTES, Ask, call
from tomoni.kintone.endpoint import BulkFailed, sub_ask
from tomoni.kintone.errors import translated, wrong

_API = re.compile(r"/k/(?:guest/\d+/)?v1/(?P<name>[A-Za-z/]+)\.json")


@call("POST", "bulkRequest", atomic=False)
def bulk_request(ask: Ask) -> dict[str, Any]:
    """Run the requests in their order, in one transaction; the first error undoes all of them."""
    requests = ask.items("requests", limits.BULK)
    if not requests:
        raise wrong("requests", _("必須です。"))
    plan = [_planned(item, f"requests[{n}]") for n, item in enumerate(requests)]
    results: list[dict[str, Any]] = []
    try:
        with transaction.atomic():
            for route, payload in plan:
                results.append(route.handler(sub_ask(ask, ask.caller, payload)))
    except (TomoniError, Forbidden) as error:
        failed = translated(error)
        undone: list[dict[str, Any]] = [{} for _item in requests]
        undone[len(results)] = failed.body()
        raise BulkFailed(undone, failed.status, failed.code) from error
    return {"results": results}


def _planned(item: Any, place: str) -> Any:
    if not isinstance(item, dict):
        raise wrong(place, _("オブジェクトで指定してください。"))
    found = _API.fullmatch(str(item.get("api") or ""))
    route = ROUTES.get((found["name"], str(item.get("method") or "").upper())) if found else None
    if route is None or not route.bulk:
        raise wrong(f"{place}.api", _("bulkRequest では使えないAPIです。"))
    payload = item.get("payload")
    if not isinstance(payload, dict):
        raise wrong(f"{place}.payload", _("必須です。"))
    return route, payload
