"""`tomoni token`: made once, listed without the secret, revoked."""

from __future__ import annotations

import json

from town_tools import tomoni


def test_a_token_is_made_listed_and_revoked(data):
    made = json.loads(tomoni("token", "create", "--data", data, "--login", "kanri", "--json").stdout)
    assert made["token"].startswith("tmn_")
    assert made["permissions"] == ["add", "delete", "edit", "manage", "view"]
    assert (made["app"], made["app_id"], made["revoked_at"]) == (None, None, None)
    narrow = tomoni(
        "token", "create", "--data", data, "--login", "kanri", "--permission", "view, add", "--days", "30"
    )
    assert narrow.stdout.splitlines()[0].startswith("tmn_")
    listed = tomoni("token", "list", "--data", data, "--json").stdout
    assert made["token"] not in listed
    found = json.loads(listed)["tokens"]
    assert [t["permissions"] for t in found] == [["add", "view"], made["permissions"]]
    tomoni("token", "revoke", "--data", data, made["id"])
    found = json.loads(tomoni("token", "list", "--data", data, "--login", "kanri", "--json").stdout)["tokens"]
    assert [bool(t["revoked_at"]) for t in found] == [False, True]


def test_wrong_words_are_answered_in_one_line(data):
    for arguments, word in (
        (("--login", "nobody"), "nobody"),
        (("--login", "kanri", "--app", "nothing"), "nothing"),
        (("--login", "kanri", "--permission", "fly"), ""),
        (("--login", "kanri", "--days", "9999"), "400"),
    ):
        failed = tomoni("token", "create", "--data", data, *arguments, code=1)
        assert word in failed.stderr
        assert len(failed.stderr.strip().splitlines()) == 1
