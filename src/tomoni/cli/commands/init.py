"""`tomoni init`: a new municipality: settings with a fresh key, an empty database, the first administrator."""

from __future__ import annotations

import argparse
import getpass
import os
import re
import sys
from pathlib import Path

from tomoni.cli import town
from tomoni.cli.errors import CommandError
from tomoni.cli.texts import _, language


def run(options: argparse.Namespace) -> int:
    """Ask what is missing, then prepare the data folder; an existing town is never touched."""
    data = town.data_folder(options.data)
    if (data / "tomoni.sqlite3").exists() or (data / town.ENV_FILE).exists():
        raise CommandError(_("{data} にはもうデータがあります。何も変えていません。").format(data=data))
    name = _ask(options.town, _("自治体の名前"), "--town")
    code = _municipality_code(
        options.code if options.code is not None else _ask("", _("団体コード（なければ空）"), "", True)
    )
    login = _ask(options.admin, _("最初の管理者のログイン名"), "--admin")
    full_name = options.admin_name or login
    secret = _password(options.password_stdin)
    _prepare(data, options)
    try:
        _fill(data, name, code, login, full_name, secret)
    except BaseException:
        _undo(data)
        raise
    print(_("用意しました: {data}").format(data=data))
    print(_("次に: tomoni serve --data {data}").format(data=data))
    return 0


def _ask(given: str | None, question: str, flag: str, optional: bool = False) -> str:
    """The value given, or the answer of the person at the keyboard."""
    value = (given or "").strip()
    if not value and sys.stdin.isatty():
        value = input(f"{question}: ").strip()
    if not value and not optional:
        raise CommandError(
            _("{question}を {flag} で指定してください。").format(question=question, flag=flag), 2
        )
    if len(value) > 100:
        raise CommandError(_("{question}が長すぎます（100文字まで）。").format(question=question), 2)
    return value


def _municipality_code(text: str) -> str:
    """A municipality code of 5 digits, or 6 with its check digit, which is verified."""
    if text and not re.fullmatch(r"\d{5,6}", text):
        raise CommandError(_("団体コードは5桁または6桁の数字です。"), 2)
    if len(text) == 6 and text[5] != check_digit(text[:5]):
        raise CommandError(_("団体コードの検査数字（6桁目）が合いません。"), 2)
    return text


def check_digit(code: str) -> str:
    """The 6th digit of a municipality code (weights 6, 5, 4, 3, 2; modulo 11)."""
    rest = sum(int(digit) * weight for digit, weight in zip(code, (6, 5, 4, 3, 2), strict=True)) % 11
    return str((11 - rest) % 10)


def _password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\n")
    if not sys.stdin.isatty():
        raise CommandError(_("管理者のパスワードを --password-stdin で渡してください。"), 2)
    first = getpass.getpass(_("管理者のパスワード（12文字以上）: "))
    if first != getpass.getpass(_("もう一度: ")):
        raise CommandError(_("2回のパスワードが違います。"))
    return first


def _prepare(data: Path, options: argparse.Namespace) -> None:
    try:
        data.mkdir(parents=True, exist_ok=True, mode=0o700)
        values = {"TOMONI_SECRET_KEY": town.new_secret(), "TOMONI_LANGUAGE": language()}
        if options.base_url:
            host = re.sub(r"^https?://|[:/].*$", "", options.base_url)
            values |= {"TOMONI_BASE_URL": options.base_url, "TOMONI_HOSTS": f"{host},127.0.0.1,localhost"}
        if options.database_url:
            values["TOMONI_DATABASE_URL"] = options.database_url
        town.write_env_file(data / town.ENV_FILE, values)
    except OSError as error:
        raise CommandError(
            _("{path} に書き込めません（{reason}）。").format(path=data, reason=error.strerror)
        ) from error
    os.umask(0o077)
    town.load(data)


def _fill(data: Path, name: str, code: str, login: str, full_name: str, secret: str) -> None:
    town.setup_django()
    from django.contrib.auth.password_validation import validate_password
    from django.core.exceptions import ValidationError
    from django.core.management import call_command
    from django.db import connection, transaction

    from tomoni.core.models import Town

    try:
        validate_password(secret)
    except ValidationError as error:
        raise CommandError(" ".join(error.messages)) from error
    if "core_town" in connection.introspection.table_names() and Town.objects.exists():
        raise CommandError(_("このデータベースにはもう自治体があります。何も変えていません。"))
    print(_("データベースを用意しています …"))
    call_command("migrate", interactive=False, verbosity=0)
    with transaction.atomic():
        Town.objects.create(name=name, code=code, storage_version=town.STORAGE_VERSION)
        first_administrator(login, full_name, secret)


def first_administrator(login: str, full_name: str, secret: str) -> None:
    """Make the first administrator, who then makes everybody else."""
    from tomoni.core.actor import system
    from tomoni.core.errors import Invalid
    from tomoni.people import facade

    actor = system("init")
    try:
        user = facade.create_user(
            actor=actor, login=login, display_name=full_name, role="admin", password=secret
        )
        facade.grant_role(actor=actor, user_id=user.pk, role="dx")
    except Invalid as error:
        raise CommandError(str(error)) from error


def _undo(data: Path) -> None:
    """Leave nothing half-made behind."""
    from django.db import connection

    connection.close()
    for path in [data / town.ENV_FILE, *data.glob("tomoni.sqlite3*")]:
        path.unlink(missing_ok=True)
    if not any(data.iterdir()):
        data.rmdir()
