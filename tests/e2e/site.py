"""Walking the whole site: which addresses exist, which were reached, who may open them."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

from django.urls import URLPattern, URLResolver, get_resolver, resolve
from django.urls.exceptions import Resolver404

HREF = re.compile(r'<a\b[^>]*\bhref="([^"#]+)', re.IGNORECASE)
PER_ROUTE = 3
MOST = 500


def takes_only_post(view: object) -> bool:
    """Whether `require_POST` stands somewhere among the decorators of a view."""
    seen, queue = set(), [view]
    while queue:
        part = queue.pop()
        if id(part) in seen or not hasattr(part, "__code__"):
            continue
        seen.add(id(part))
        cells = part.__closure__ or ()
        held = dict(zip(part.__code__.co_freevars, (c.cell_contents for c in cells), strict=True))
        if list(held.get("request_method_list", [])) == ["POST"]:
            return True
        queue += [v for v in held.values() if callable(v)]
    return False


def pages() -> set[str]:
    """Every route that answers a GET, of those for people (not the API)."""

    def walk(patterns: list, prefix: str = "") -> Iterator[tuple[str, object]]:
        for item in patterns:
            route = prefix + str(item.pattern)
            if isinstance(item, URLResolver):
                yield from walk(item.url_patterns, route)
            elif isinstance(item, URLPattern):
                yield route, item.callback

    found = {route for route, view in walk(get_resolver().url_patterns) if not takes_only_post(view)}
    return {route for route in found if not route.startswith("api/")}


def route_of(path: str) -> str | None:
    """The route that answers a path."""
    try:
        return resolve(path).route
    except Resolver404:
        return None


def crawl(get, start: str = "/", first: tuple[str, ...] = ()) -> dict[str, list[str]]:
    """Follow links from `start` with `get(path) -> (status, content type, text)`; route → paths that answered 200.

    At most three examples a route are read, with one query string each, so that the walk stays short.
    """
    found: dict[str, list[str]] = {}
    queue, seen = deque([start, *first]), {start, *first}
    problems = []
    while queue and sum(map(len, found.values())) < MOST:
        path = queue.popleft()
        bare = urlsplit(path).path
        route = route_of(bare)
        if route is None:
            problems.append(f"{path}: linked, but no such address")
            continue
        if len(found.get(route, [])) >= PER_ROUTE:
            continue
        status, kind, text = get(path)
        if status >= 400:
            problems.append(f"{path}: {status}")
            continue
        if status != 200:
            continue
        found.setdefault(route, []).append(path)
        if not kind.startswith("text/html"):
            continue
        for href in HREF.findall(text):
            target = urljoin(path, href.replace("&amp;", "&"))
            parts = urlsplit(target)
            if parts.scheme or parts.netloc or target in seen or parts.path.startswith("/static/"):
                continue
            seen.add(target)
            queue.append(target)
    assert not problems, problems[:20]
    return found
