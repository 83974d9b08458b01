"""`tomoni doctor`: what must be right for the town to run, each with the next step."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import socket
import sqlite3
import stat
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from tomoni.cli import town
from tomoni.cli.errors import CommandError
from tomoni.cli.texts import _

Verdict = Literal["ok", "note", "problem"]
MEGABYTE = 1024 * 1024
MIN_SQLITE = (3, 37, 0)
MIN_POSTGRES = 15


@dataclass(frozen=True, slots=True)
class Finding:
    """One line: what was looked at, how it is, what to do."""

    name: str
    verdict: Verdict
    text: str
    next: str = ""


def run(options: argparse.Namespace) -> int:
    """Print every finding; exit 1 if there is a problem."""
    data = town.data_folder(options.data)
    found = list(findings(data))
    if options.json:
        print(json.dumps({"findings": [asdict(f) for f in found]}, ensure_ascii=False, indent=1))
    else:
        words = {"ok": "OK", "note": _("注意"), "problem": _("問題")}
        for finding in found:
            print(f"{words[finding.verdict]:<4} {finding.name}: {finding.text}")
            if finding.next:
                print(f"     → {finding.next}")
    return 1 if any(f.verdict == "problem" for f in found) else 0


def findings(data: Path) -> Iterator[Finding]:
    """All checks, the ones without Django first."""
    yield _python()
    yield _folder(data)
    if not data.is_dir():
        return
    yield _disk(data)
    try:
        town.load(data)
        yield _secret()
        town.setup_django()
    except CommandError as error:
        yield Finding(_("設定"), "problem", str(error))
        return
    for check in (_database, _migrations, _town, _assets, _mail, _address, _clock):
        try:
            yield from check()
        except Exception as error:
            yield Finding(check.__name__.strip("_"), "problem", " ".join(str(error).split())[:200])


def _python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    return Finding("Python", "ok", version)


def _folder(data: Path) -> Finding:
    name = _("データのフォルダー")
    if not data.is_dir():
        return Finding(
            name,
            "problem",
            _("{data} がありません。").format(data=data),
            _("tomoni init で用意してください。"),
        )
    if not os.access(data, os.W_OK | os.X_OK):
        return Finding(
            name,
            "problem",
            _("{data} に書き込めません。").format(data=data),
            _("所有者と権限を確かめてください。"),
        )
    open_files = [
        p for p in (data, data / town.ENV_FILE, data / "tomoni.sqlite3") if p.exists() and _others_read(p)
    ]
    if open_files:
        words = _("ほかの利用者が {path} を読めます。").format(path=open_files[0])
        return Finding(name, "note", words, f"chmod -R o-rwx {data}")
    return Finding(name, "ok", str(data))


def _others_read(path: Path) -> bool:
    return bool(path.stat().st_mode & stat.S_IROTH) and path.parent.stat().st_mode & stat.S_IXOTH != 0


def _disk(data: Path) -> Finding:
    free = shutil.disk_usage(data).free // MEGABYTE
    text = _("空き {free} MB").format(free=f"{free:,}")
    if free < 200:
        return Finding(_("ディスク"), "problem", text, _("200 MB 以上空けてください。書き込めなくなります。"))
    if free < 2000:
        return Finding(_("ディスク"), "note", text, _("控えのために 2 GB 以上あると安心です。"))
    return Finding(_("ディスク"), "ok", text)


def _secret() -> Finding:
    name, length = _("秘密の鍵"), len(os.environ.get("TOMONI_SECRET_KEY", ""))
    if length < 50:
        return Finding(
            name,
            "problem",
            _("TOMONI_SECRET_KEY がないか、短すぎます。"),
            _("50文字以上の鍵を設定してください。"),
        )
    return Finding(name, "ok", _("{length} 文字").format(length=length))


def _database() -> Iterator[Finding]:
    from django.db import DatabaseError, connection

    name = _("データベース")
    try:
        connection.ensure_connection()
    except DatabaseError as error:
        reason = " ".join(str(error).split())[:160]
        yield Finding(
            name,
            "problem",
            _("つながりません（{reason}）。").format(reason=reason),
            _("TOMONI_DATABASE_URL を確かめてください。"),
        )
        return
    yield _sqlite(name) if connection.vendor == "sqlite" else _postgres(name)


def _sqlite(name: str) -> Finding:
    from django.db import connection, transaction

    text = f"SQLite {sqlite3.sqlite_version}"
    if sqlite3.sqlite_version_info < MIN_SQLITE:
        return Finding(name, "problem", text, _("SQLite 3.37 以上を使うPythonに替えてください。"))
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA journal_mode")
        mode = cursor.fetchone()[0]
    if mode != "wal":
        return Finding(
            name,
            "problem",
            _("WALではありません（{mode}）。").format(mode=mode),
            _("ネットワーク上のフォルダーには置けません。"),
        )
    with transaction.atomic():  # IMMEDIATE: takes the write lock
        pass
    return Finding(name, "ok", _("{version}、WAL、書き込めます").format(version=text))


def _postgres(name: str) -> Finding:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version_num')::int, current_setting('server_version')")
        number, version = cursor.fetchone()
        cursor.execute("SELECT pg_is_in_recovery(), has_schema_privilege(current_schema(), 'CREATE')")
        standby, may_create = cursor.fetchone()
    text = f"PostgreSQL {version}"
    if number // 10000 < MIN_POSTGRES:
        return Finding(name, "problem", text, _("PostgreSQL 15 以上にしてください。"))
    if standby or not may_create:
        return Finding(
            name,
            "problem",
            _("{version}、書き込めません").format(version=text),
            _("接続先と権限を確かめてください。"),
        )
    return Finding(name, "ok", _("{version}、書き込めます").format(version=text))


def _migrations() -> Iterator[Finding]:
    name = _("データの版")
    try:
        waiting = town.pending_migrations()
    except CommandError as error:
        yield Finding(name, "problem", str(error))
        return
    if waiting:
        text = _("更新していないものが {count} 件あります。").format(count=len(waiting))
        yield Finding(name, "problem", text, "tomoni upgrade")
    else:
        yield Finding(name, "ok", _("この版のプログラムに合っています"))


def _town() -> Iterator[Finding]:
    from tomoni.core.models import Town

    row = Town.objects.first()
    if row is None:
        yield Finding(_("自治体"), "problem", _("登録されていません。"), "tomoni init")
    else:
        yield Finding(_("自治体"), "ok", f"{row.name} {row.code}" + (_("（見本）") if row.demo else ""))


def _assets() -> Iterator[Finding]:
    manifest = Path(town.__file__).parent.parent / "ui" / "static" / "ui" / "dist" / "manifest.json"
    if manifest.exists():
        yield Finding(_("画面の部品"), "ok", _("組み立て済み"))
    else:
        yield Finding(_("画面の部品"), "problem", _("組み立てていません。"), "make assets")


def _mail() -> Iterator[Finding]:
    from tomoni.config.env import env

    kind, name = env().mail, _("メール")
    if kind in ("file", "console"):
        words = _("外へ送らず、{place}に書き出します").format(
            place=_("ファイル") if kind == "file" else _("画面")
        )
        yield Finding(name, "note", words, _("送るには TOMONI_MAIL=smtp://… を設定してください。"))
        return
    parts = urlsplit(kind)
    host, port = parts.hostname or "", parts.port or (465 if parts.scheme == "smtps" else 25)
    try:
        socket.create_connection((host, port), timeout=5).close()
    except OSError as error:
        text = _("{host}:{port} につながりません（{reason}）。").format(
            host=host, port=port, reason=error.strerror or error
        )
        yield Finding(name, "problem", text, _("TOMONI_MAIL とファイアウォールを確かめてください。"))
    else:
        yield Finding(name, "ok", f"{host}:{port}")


def _address() -> Iterator[Finding]:
    from tomoni.config.env import env

    parts, hosts = urlsplit(env().base_url), [h.strip() for h in env().hosts.split(",")]
    name = _("アドレス")
    if parts.hostname not in [h.strip("[]") for h in hosts] and "*" not in hosts:
        text = _("{url} のホスト名が TOMONI_HOSTS にありません。").format(url=env().base_url)
        yield Finding(
            name, "problem", text, _("TOMONI_HOSTS に {host} を加えてください。").format(host=parts.hostname)
        )
    elif parts.scheme != "https" and parts.hostname not in ("127.0.0.1", "localhost", "::1"):
        yield Finding(name, "note", env().base_url, _("職員や住民が使うときは https:// にしてください。"))
    else:
        yield Finding(name, "ok", env().base_url)


def _clock() -> Iterator[Finding]:
    from django.db import connection

    from tomoni.core import clock

    name, text = _("時計"), clock.local_now().strftime("%Y-%m-%d %H:%M")
    drift = 0.0
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT extract(epoch FROM clock_timestamp())")
            drift = abs(float(cursor.fetchone()[0]) - time.time())
    if clock.today().year < 2025 or drift > 5:
        yield Finding(
            name,
            "problem",
            text,
            _("時刻合わせ（NTP）を確かめてください。ワンタイムコードが使えなくなります。"),
        )
    else:
        yield Finding(name, "ok", text)
