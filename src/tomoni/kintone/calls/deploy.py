"""Making apps and putting their settings into use: preview/app.json, preview/app/deploy.json."""

from __future__ import annotations

import secrets
from typing import Any

from django.utils.translation import gettext as _

from tomoni.core.errors import Invalid, NotFound
from tomoni.kintone.call import Ask, call, whole
from tomoni.kintone.definition import KEY, Definition, answered, deployed, opened
from tomoni.kintone.errors import KintoneError, wrong
from tomoni.records import facade
from tomoni.records.schema.spec import AppSpec

ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
MOST = 300


@call("POST", "preview/app")
def add_app(ask: Ask) -> dict[str, Any]:
    """Make an app without fields. Until its first deployment, its settings are there and nothing else."""
    actor = next((a for a in ask.caller.actors if a.may("apps.create")), None)
    if actor is None:
        raise KintoneError("GAIA_NO01" if ask.caller.by_token else "CB_NO02", 403)
    if ask.get("space") is not None or ask.get("thread") is not None:
        raise KintoneError("GAIA_SP01", 404)
    name = ask.text("name", most=64)
    spec = AppSpec(code=f"app-{_letters()}", name=name, settings={KEY: {"prelive": True}})
    try:
        schema = facade.create_app(actor=actor, spec=spec)
    except Invalid as error:
        raise KintoneError("CB_VA01", 400, errors=error.errors) from error
    return answered(schema.version, app=str(schema.id))


def _letters() -> str:
    return "".join(secrets.choice(ALPHABET) for _n in range(8))


@call("POST", "preview/app/deploy")
def deploy(ask: Ask) -> dict[str, Any]:
    """Put drafts into use, all of them or none; with `revert`, throw them away. It is done when the answer comes."""
    revert = ask.flag("revert")
    items = ask.items("apps", MOST)
    if not items:
        raise wrong("apps", _("必須です。"))
    for number, item in enumerate(items):
        if not isinstance(item, dict):
            raise wrong(f"apps[{number}]", _("オブジェクトで指定してください。"))
        found = opened(ask, given=item.get("app") or "")
        revision = ask.revision(item.get("revision"), f"apps[{number}].revision")
        if revision is not None and revision != found.revision:
            raise KintoneError("GAIA_CO02", 409)
        if revert:
            _revert(found)
        else:
            spec = deployed(found)
            renames = _renames(found)
            facade.deploy_app(actor=found.actor, app=found.schema.code, spec=spec, renames=renames)
    return {}


def _renames(found: Definition) -> dict[str, str]:
    """States that were given new names since the last deployment: their records follow."""
    now = {state.name for state in found.spec.states}
    kept = found.extras.get("renames") or {}
    return {
        old: new for old, new in kept.items() if found.schema.state(old) and new in now and old not in now
    }


def _revert(found: Definition) -> None:
    if found.saves:
        try:
            facade.discard_draft(actor=found.actor, app=found.schema.code)
        except NotFound:
            return


@call("GET", "preview/app/deploy")
def deploy_status(ask: Ask) -> dict[str, Any]:
    """Deployments are done in the request that asks for them, so each one is a success."""
    items = ask.items("apps", MOST)
    found = []
    for number, item in enumerate(items):
        pk = whole(item, f"apps[{number}]", 1)
        ask.app_by_id(pk)
        found.append({"app": str(pk), "status": "SUCCESS"})
    return {"apps": found}
