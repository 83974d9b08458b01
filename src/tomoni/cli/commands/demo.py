"""`tomoni demo` and `tomoni demo-accounts`."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path
from unicodedata import east_asian_width

from tomoni.cli import town
from tomoni.cli.backups import folders
from tomoni.cli.commands import serve, upgrade
from tomoni.cli.errors import CommandError
from tomoni.cli.texts import _, language
from tomoni.demo import folder
from tomoni.demo.accounts import PEOPLE

# What the demo takes from the environment; a database or key set for a real town must never reach it.
KEPT = {"TOMONI_LANGUAGE", "TOMONI_LOG_LEVEL", "TOMONI_DEBUG"}


def run(options: argparse.Namespace) -> int:
    """Make the demo if it is not there yet, then serve it in the foreground."""
    data = Path(options.data).expanduser().resolve()
    for name in [n for n in os.environ if n.startswith("TOMONI_") and n not in KEPT]:
        del os.environ[name]
    if not options.build_only:
        serve.check_port(options.host, options.port)
    _prepare(data, reset=options.reset)
    if options.build_only:
        return 0
    _environment(data, options.host, options.port)
    town.setup_django()
    if waiting := town.pending_migrations():
        _offer_upgrade(data, len(waiting))
    _welcome(serve.shown_url(options.host, options.port))
    return serve.embedded(options.host, options.port)


def _offer_upgrade(data: Path, count: int) -> None:
    """Data of an older version: ask at a terminal, then upgrade as `tomoni upgrade` does (with a backup); else say how."""
    if not sys.stdin.isatty():
        raise CommandError(
            _(
                "見本のデータは古い版のものです（{count} 件）。tomoni upgrade --data {data} か、make demo RESET=1 を実行してください。"
            ).format(count=count, data=data)
        )
    question = _(
        "見本のデータは古い版のものです（{count} 件）。控えを取って、新しい版に合わせますか？ [Y/n] "
    )
    if input(question.format(count=count)).strip().lower() not in ("", "y", "yes", "ｙ", "はい"):
        raise CommandError(_("何も変えませんでした。作り直すときは make demo RESET=1 を実行してください。"))
    upgrade.run(argparse.Namespace(data=str(data), backup_to=None))


def _prepare(data: Path, *, reset: bool) -> None:
    found = folder.state(data)
    if found == "foreign":
        raise CommandError(
            _(
                "{data} には見本ではないものが入っています。空のフォルダーを DATA= または --data で指定してください。"
            ).format(data=data)
        )
    if found == "demo" and not reset:
        return
    if found in ("demo", "unfinished"):
        folder.clear(data)
    try:
        _make(data)
    except OSError as error:
        raise CommandError(
            _("{data} に書き込めません（{reason}）。").format(data=data, reason=error.strerror or error)
        ) from error


def _make(data: Path) -> None:
    """Build beside the final place and move in, the mark last: a broken-off making is noticed and repeated."""
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    (data / folder.BUILDING).touch()
    scratch = Path(tempfile.mkdtemp(prefix=".tomoni-demo-new-", dir=data))
    try:
        town.write_env_file(
            scratch / town.ENV_FILE,
            {"TOMONI_SECRET_KEY": town.new_secret(), "TOMONI_STAFF_MFA": "false", "TOMONI_MAIL": "file"},
        )
        print(_("見本の町「ともに市」を用意しています"), flush=True)
        done = subprocess.run(
            [sys.executable, "-m", "tomoni.demo", str(scratch)],
            env=os.environ
            | {"TOMONI_LANGUAGE": language(), "PYTHONUTF8": "1", "TOMONI_LOG_LEVEL": "WARNING"},
            check=False,
        )
        if done.returncode:
            raise CommandError(
                _("見本の町を用意できませんでした。上の行を確かめて、もう一度実行してください。")
            )
        folders.move_into(scratch, data, last=folder.MARK)
        (data / folder.BUILDING).unlink(missing_ok=True)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _environment(data: Path, host: str, port: int) -> None:
    os.environ["TOMONI_BASE_URL"] = serve.shown_url(host, port)
    extra = "" if host in ("127.0.0.1", "0.0.0.0", "::1", "::") else f",{host}"  # noqa: S104
    os.environ["TOMONI_HOSTS"] = f"127.0.0.1,localhost,[::1]{extra}"
    os.environ.setdefault("TOMONI_LANGUAGE", language())
    # A newcomer's terminal shows the sign-ins, not each request.
    os.environ.setdefault("TOMONI_LOG_LEVEL", "WARNING")
    town.load(data)


def _welcome(url: str) -> None:
    place = 1 if language() == "en" else 0
    rows = [(_("立場"), _("ログイン名"), _("パスワード"))]
    rows += [(p.title[place], p.login, p.password) for p in PEOPLE]
    widths = [max(_width(row[column]) for row in rows) for column in range(3)]
    print()
    print(_("ともに市が動いています: {url}").format(url=url))
    print()
    for number, row in enumerate(rows):
        print(
            "  "
            + "  ".join(
                cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)
            ).rstrip()
        )
        if number == 0:
            print("  " + "  ".join("─" * width for width in widths))
    print()
    print(_("人も数字も架空です。止めるには Ctrl+C を押してください。"), flush=True)


def _width(text: str) -> int:
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)


def accounts(options: argparse.Namespace) -> int:
    """Print the demo people; outside a demo say so and exit 1."""
    data = Path(options.data or os.environ.get("TOMONI_DATA") or "./demo-data").expanduser().resolve()
    if not _carries_mark(data):
        raise CommandError(
            _("{data} は見本の町のデータではありません。見本のログインは使えません。").format(data=data)
        )
    if options.json:
        print(
            json.dumps(
                [{"login": p.login, "password": p.password, "role": p.role} for p in PEOPLE],
                ensure_ascii=False,
            )
        )
    else:
        for person in PEOPLE:
            print(f"{person.role}\t{person.login}\t{person.password}")
    return 0


def _carries_mark(data: Path) -> bool:
    """Whether the database says that it is a demo (read without Django, which costs a second)."""
    import sqlite3

    database = data / folders.DATABASE
    if not database.exists():
        return False
    try:
        with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=10)) as connection:
            row = connection.execute("SELECT demo FROM core_town ORDER BY id LIMIT 1").fetchone()
    except sqlite3.Error:
        return False
    return bool(row and row[0])
