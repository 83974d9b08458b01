"""`tomoni token create|list|revoke`: API tokens for scripts and for clients of the kintone-compatible API."""

from __future__ import annotations

import argparse
import json
from typing import Any

from tomoni.cli import town
from tomoni.cli.errors import CommandError
from tomoni.cli.texts import _


def run(options: argparse.Namespace) -> int:
    """Hand over to the verb."""
    town.open_town(options.data)
    from tomoni.core.errors import TomoniError

    verb = {"create": _create, "list": _list, "revoke": _revoke}[options.verb]
    try:
        return verb(options)
    except TomoniError as error:
        raise CommandError(str(error)) from error


def _create(options: argparse.Namespace) -> int:
    from tomoni.core.actor import system
    from tomoni.people import facade as people

    user = people.user_by_login(options.login)
    if user is None:
        raise CommandError(_("ログイン名 {login} の利用者がいません。").format(login=options.login))
    scopes = [scope.strip() for scope in options.permission.split(",") if scope.strip()]
    app = _app(options.app) if options.app else None
    raw = people.create_token(
        actor=system("cli"),
        label=options.label or _("コマンドで作成"),
        scopes=scopes,
        app_code=app["code"] if app else "",
        days=options.days,
        user_id=user.pk,
    )
    made = next(t for t in people.tokens(user_id=user.pk) if raw.startswith(t.prefix))
    found = {"token": raw, **_shown(made), "app_id": app["id"] if app else None}
    if options.json:
        print(json.dumps(found, ensure_ascii=False))
    else:
        print(raw)
        print(_("このトークンは、もう一度表示することはできません。大切に保管してください。"))
    return 0


def _app(given: str) -> dict[str, Any]:
    """The app by code, or by its number as kintone's clients name it."""
    from tomoni.core.errors import NotFound
    from tomoni.records import facade

    try:
        code = facade.code_of(app_id=int(given)) if given.isdigit() else given
        return {"code": code, "id": facade.schema(code=code).id}
    except NotFound:
        raise CommandError(_("アプリ {app} がありません。").format(app=given)) from None


def _shown(token: Any) -> dict[str, Any]:
    return {
        "id": token.pk,
        "prefix": token.prefix,
        "login": token.user.username,
        "label": token.label,
        "permissions": token.scopes,
        "app": token.app_code or None,
        "expires_at": token.expires_at.isoformat(),
        "last_used_at": token.last_used_at.isoformat() if token.last_used_at else None,
        "revoked_at": token.revoked_at.isoformat() if token.revoked_at else None,
    }


def _list(options: argparse.Namespace) -> int:
    from tomoni.people import facade as people

    found = [_shown(token) for token in people.tokens()]
    if options.login:
        found = [token for token in found if token["login"] == options.login]
    if options.json:
        print(json.dumps({"tokens": found}, ensure_ascii=False))
        return 0
    for token in found:
        state = _("取り消し済み") if token["revoked_at"] else token["expires_at"][:10]
        scopes = ",".join(token["permissions"])
        print(
            f"{token['id']}\t{token['prefix']}…\t{token['login']}\t{token['app'] or '*'}\t{scopes}\t{state}\t{token['label']}"
        )
    return 0


def _revoke(options: argparse.Namespace) -> int:
    from tomoni.core.actor import system
    from tomoni.people import facade as people

    people.revoke_token(actor=system("cli"), token_id=options.id)
    print(_("トークン {id} を取り消しました。").format(id=options.id))
    return 0
