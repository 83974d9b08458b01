"""Every page of the demo answers, reads well to machines, fits its window, and shows nothing to the wrong people."""

from __future__ import annotations

import re

import pytest

from tests.e2e.site import crawl, pages, route_of
from tests.e2e.test_loop import SAMPLES, upload, write_challenge

# What anyone may open without a sign-in, by the beginning of the address.
PUBLIC = ("/accounts/", "/ui/", "/healthz", "/readyz", "/f/", "/r/", "/language/", "/static/", "/search/")
ROLES = ("clerk", "dx", "manager", "resident", "anonymous")
# Pages that no link of the demo leads to, each with its reason; every other page must be reached.
NOT_LINKED = {
    "accounts/2fa/authenticate/": "the second step of a sign-in",
    "accounts/2fa/reauthenticate/": "asked before a change, where a second factor is on",
    "accounts/2fa/recovery-codes/": "where a second factor is on",
    "accounts/2fa/recovery-codes/download/": "where a second factor is on",
    "accounts/2fa/recovery-codes/generate/": "where a second factor is on",
    "accounts/2fa/totp/deactivate/": "where a second factor is on",
    "accounts/inactive/": "the answer to a closed account's sign-in",
    "accounts/logout/": "the bar signs out by a button",
    "accounts/password/link/<str:key>/<str:token>/": "handed over by an administrator, works once",
    "accounts/reauthenticate/": "asked before a change, some time after the sign-in",
    "accounts/signup/": "says that nobody can sign up by themselves",
    "build/keeping/disposals/<int:pk>/": "nothing of the demo is past its retention",
    "build/apps/<str:code>/<int:pk>/cell/<str:field>/": "one cell of the table, asked for by its script",
    "build/apps/<str:code>/board/": "no app of the demo has a board",
    "build/apps/<str:code>/form/<str:field>/": "leads on to the builder with the field chosen",
    "build/apps/<str:code>/form/changes/": "no app of the demo has a draft; walked in test_builder",
    "build/apps/<str:code>/form/paper/": "no app of the demo began with a sheet; walked in test_builder",
    "build/apps/<str:code>/lookup/<str:field>/": "suggestions, asked for by the script of the field",
    "build/new/<str:way>/<int:pk>/": "opens after a file is given; walked in test_builder",
    "build/talk/<str:code>/<int:pk>/<int:comment>/edit/": "no record of the demo has a comment",
    "build/transfer/<str:code>/<int:number>/": "opens when an import ends; the demo has none",
    "build/transfer/<str:code>/<int:number>/errors.csv": "the demo has no import with errors",
    "build/trash/": "no app of the demo is in the trash",
    "build/apps/<str:code>/<int:pk>/files/<int:file>/": "no record of the demo has a file",
    "choose/challenges/<int:pk>/announcement/": "no challenge of the demo stops a task",
    "choose/challenges/<int:pk>/ending/": "no challenge of the demo stops a task",
    "choose/challenges/<int:pk>/ending/check/": "no challenge of the demo stops a task",
    "choose/challenges/task/<str:task_id>/": "sends other rooms' links on to the challenge of a task",
    "f/": "for the town's own site; the residents' home shows the same forms",
    "f/<slug:slug>/<slug:token>/": "a draft: begun by a button, walked in test_loop",
    "f/<slug:slug>/<slug:token>/<int:n>/": "a draft: begun by a button, walked in test_loop",
    "f/<slug:slug>/<slug:token>/check/": "a draft: begun by a button, walked in test_loop",
    "f/<slug:slug>/<slug:token>/done/": "a draft: begun by a button, walked in test_loop",
    "f/<slug:slug>/<slug:token>/later/": "a draft: begun by a button, walked in test_loop",
    "healthz": "for machines",
    "jobs/<str:job_id>/": "opens when long work begins",
    "k/guest/<int:space>/v1/<path:name>.json": "for machines",
    "k/v1/<path:name>.json": "for machines",
    "me/tokens/<int:token_id>/revoke/": "nobody of the demo has a token",
    "metrics": "for machines, with a token",
    "readyz": "for machines",
    "search/": "the search box sends there",
    "ui/": "the style guide, for those who build pages",
}


def reader(visitor):
    def get(path: str) -> tuple[int, str, str]:
        answer = visitor.page.request.get(visitor.server.url + path, max_redirects=0)
        kind = answer.headers.get("content-type", "")
        return answer.status, kind, answer.text() if kind.startswith("text/html") else ""

    return get


def begin_work(browser, server) -> tuple[str, str]:
    """What the demo does not begin with and other tests may have made; gives the paths of the two challenges.

    A file with bad rows, a challenge without a tool, a challenge with an app and no round yet.
    """
    from tests.e2e.conftest import SIZES, Visitor

    context = browser.new_context(viewport=SIZES["desktop"], locale="ja-JP")
    visitor = Visitor(context.new_page(), server, "desktop").sign_in("dx")
    page = visitor.page
    upload(visitor, SAMPLES / "survey_dirty.csv", "survey", "確かめる前の調査票", "2024")
    made = []
    for title in ("これから道具を選ぶ取組", "これから測る取組"):
        write_challenge(visitor.go("/choose/challenges/new/"), title)
        page.wait_for_url(re.compile(r"/choose/challenges/\d+/$"))
        made.append(page.url.removeprefix(server.url))
    visitor.go(made[1] + "tools/")
    page.get_by_role("button", name="つなぐ").first.click()
    page.wait_for_load_state()
    context.close()
    return made[0], made[1]


@pytest.fixture(scope="module")
def maps(server, browser):
    """role → route → paths, walked once."""
    from tests.e2e.conftest import SIZES, Visitor

    found = {}
    begun = begin_work(browser, server)
    for role in ROLES:
        context = browser.new_context(viewport=SIZES["desktop"], locale="ja-JP")
        visitor = Visitor(context.new_page(), server, "desktop")
        if role != "anonymous":
            visitor.sign_in(role)
        found[role] = crawl(reader(visitor), first=begun if role == "dx" else ())
        context.close()
    return found


def test_no_link_is_broken_for_any_role(maps):
    assert len(maps["dx"]) > 40
    assert len(maps["clerk"]) > 20


def test_every_page_of_the_url_table_is_reached_by_links(maps):
    missing = pages() - {route for found in maps.values() for route in found}
    assert missing == set(NOT_LINKED), (
        f"no link leads there: {sorted(missing - set(NOT_LINKED))}; "
        f"linked now, take it off the list: {sorted(set(NOT_LINKED) - missing)}"
    )


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
