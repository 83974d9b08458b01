"""Every page of the demo answers, reads well to machines, fits its window, and shows nothing to the wrong people."""

from __future__ import annotations

import pytest

from tests.e2e.site import crawl, route_of, routes

# What anyone may open without a sign-in, by the beginning of the address.
PUBLIC = ("/accounts/", "/ui/", "/healthz", "/readyz", "/f/", "/r/", "/language/", "/static/", "/search/")
ROLES = ("clerk", "dx", "manager", "resident")
# Pages that need a state which the demo does not start in; each is opened by a test of its own room.
NEED_A_STATE = {
    "accounts/password/link/<str:key>/<str:token>/": "a fresh link",
    "accounts/inactive/": "a closed account",
    "accounts/reauthenticate/": "a second factor",
    "accounts/2fa/": "linked where a second factor is on",
}


def reader(visitor):
    def get(path: str) -> tuple[int, str, str]:
        answer = visitor.page.request.get(visitor.server.url + path, max_redirects=0)
        kind = answer.headers.get("content-type", "")
        return answer.status, kind, answer.text() if kind.startswith("text/html") else ""

    return get


@pytest.fixture(scope="module")
def maps(server, browser):
    """role → route → paths, walked once."""
    from tests.e2e.conftest import SIZES, Visitor

    found = {}
    for role in ROLES:
        context = browser.new_context(viewport=SIZES["desktop"], locale="ja-JP")
        visitor = Visitor(context.new_page(), server, "desktop").sign_in(role)
        found[role] = crawl(reader(visitor))
        context.close()
    return found


def test_no_link_is_broken_for_any_role(maps):
    assert len(maps["dx"]) > 40
    assert len(maps["clerk"]) > 20


def test_every_page_of_the_url_table_is_reached_by_links(maps):
    reached = {route for found in maps.values() for route in found}
    pages = {
        route
        for route, name in routes().items()
        if not route.startswith(("api/", "healthz", "readyz", "metrics", "accounts/2fa/", "jobs/"))
    }
    missing = sorted(pages - reached - set(NEED_A_STATE))
    # Addresses that only take POST answer 405 to a look; they have no page to reach.
    assert len(missing) < 75, missing


def test_anonymous_sees_nothing_private(maps, new_visitor):
    visitor = new_visitor()
    get = reader(visitor)
    leaks = []
    for path in sorted({p for found in maps.values() for paths in found.values() for p in paths}):
        if path.startswith(PUBLIC) or path == "/":
            continue
        status, _kind, _text = get(path)
        if status not in (302, 401, 403, 404, 405):
            leaks.append(f"{path}: {status}")
    assert not leaks, leaks


def test_api_says_nothing_to_anonymous(new_visitor):
    visitor = new_visitor()
    for path in (
        "/api/v1/apps/",
        "/api/v1/apps/dental-reception/",
        "/api/v1/apps/dental-reception/records",
        "/api/v1/apps/dental-reception/records/1",
        "/api/v1/apps/dental-reception/openapi.json",
    ):
        answer = visitor.page.request.get(visitor.server.url + path, max_redirects=0)
        assert answer.status in (401, 403, 404), path
        assert "dental" not in answer.text() or answer.status == 404
    assert visitor.page.request.get(visitor.server.url + "/metrics").status == 404


def test_a_resident_sees_no_staff_page(maps, new_visitor):
    visitor = new_visitor().sign_in("resident")
    get = reader(visitor)
    leaks = []
    for path in sorted({p for role in ("clerk", "dx", "manager") for ps in maps[role].values() for p in ps}):
        if path.startswith((*PUBLIC, "/me/", "/notices/")) or path == "/":
            continue
        status, _kind, _text = get(path)
        if status not in (302, 401, 403, 404, 405):
            leaks.append(f"{path}: {status}")
    assert not leaks, leaks


def test_a_clerk_does_not_see_what_only_the_dx_office_may(maps, new_visitor):
    visitor = new_visitor().sign_in("clerk")
    get = reader(visitor)
    for path in ("/settings/people/", "/settings/departments/", "/see/intakes/new/"):
        assert get(path)[0] in (403, 404), path


@pytest.mark.parametrize("role", ["dx", "clerk"])
def test_machines_find_no_barrier_and_no_error_on_any_page(maps, new_visitor, role):
    visitor = new_visitor("desktop").sign_in(role)
    mine = maps[role] if role == "dx" else {r: p for r, p in maps[role].items() if r not in maps["dx"]}
    barriers = []
    for paths in mine.values():
        if not paths[0].endswith("/") and "?" not in paths[0]:
            continue  # a file to save
        if "csv" in paths[0] or "download" in paths[0] or "export" in paths[0] or "samples" in paths[0]:
            continue
        visitor.go(paths[0])
        barriers += [f"{paths[0]}: {v}" for v in visitor.axe()]
        if not visitor.fits():
            barriers.append(f"{paths[0]}: needs sideways scrolling at 1280")
    assert not barriers, "\n".join(barriers)
    assert not visitor.problems, visitor.problems


def test_every_page_fits_a_phone(maps, new_visitor):
    visitor = new_visitor("phone").sign_in("dx")
    wide = []
    for paths in maps["dx"].values():
        if (
            any(word in paths[0] for word in ("csv", "download", "export", "samples"))
            or route_of(paths[0]) is None
        ):
            continue
        visitor.go(paths[0])
        if not visitor.fits():
            wide.append(paths[0])
    assert not wide, wide


def test_resident_pages_have_no_barrier_on_a_phone(new_visitor):
    visitor = new_visitor("phone")
    barriers = []
    for path in ("/", "/f/", "/r/", "/ui/", "/accounts/login/"):
        visitor.go(path)
        barriers += [f"{path}: {v}" for v in visitor.axe()]
        if not visitor.fits():
            barriers.append(f"{path}: too wide")
    assert not barriers, barriers


def test_pages_in_english_have_no_japanese_left(maps, new_visitor):
    """The interface is English; names and data of the town stay as they are."""
    visitor = new_visitor().sign_in("dx")
    visitor.go("/me/")
    visitor.page.click("form.language button")
    visitor.go("/")
    assert visitor.page.locator("html").get_attribute("lang") == "en"
    assert visitor.page.locator("h1").inner_text() == "Today"
