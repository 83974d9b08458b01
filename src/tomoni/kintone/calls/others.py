"""Calls about what Tomoni does not have: plug-ins and spaces. They say so in kintone's form."""

from __future__ import annotations

from typing import Any

from tomoni.kintone.call import Ask, call
from tomoni.kintone.errors import KintoneError

SPACES = (
    ("GET", "space"), ("PUT", "space"), ("DELETE", "space"), ("PUT", "space/body"), ("GET", "space/members"),
    ("PUT", "space/members"), ("POST", "space/thread"), ("PUT", "space/thread"), ("POST", "space/thread/comment"),
    ("PUT", "space/guests"), ("POST", "guests"), ("DELETE", "guests"), ("POST", "template/space"),
    ("POST", "app/move"),
)  # fmt: skip
PLUGINS = (("POST", "plugin"), ("PUT", "plugin"), ("DELETE", "plugin"))


@call("GET", "plugins", "plugins/required")
def plugins(ask: Ask) -> dict[str, Any]:
    """No plug-in is installed."""
    return {"plugins": []}


@call("GET", "plugin/apps")
def plugin_apps(ask: Ask) -> dict[str, Any]:
    """No app uses a plug-in."""
    return {"apps": []}


@call("GET", "spaces/statistics")
def spaces(ask: Ask) -> dict[str, Any]:
    """There are no spaces."""
    return {"spaces": []}


def _no_space(ask: Ask) -> dict[str, Any]:
    raise KintoneError("GAIA_SP01", 404)


def _no_plugin(ask: Ask) -> dict[str, Any]:
    raise KintoneError("GAIA_NS01", 400)


for _method, _name in SPACES:
    call(_method, _name)(_no_space)
for _method, _name in PLUGINS:
    call(_method, _name)(_no_plugin)
