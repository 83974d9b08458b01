"""`tomoni backup` and `tomoni restore`."""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from tomoni import __version__
from tomoni.cli import town
from tomoni.cli.backups import archive, folders, sqlite
from tomoni.cli.backups.sealing import WrongPassphrase
from tomoni.cli.errors import CommandError
from tomoni.cli.texts import _, language
from tomoni.core import clock

SUFFIX = ".tomoni"


def run(options: argparse.Namespace) -> int:
    """Take a backup and say where it is."""
    data = town.open_town(options.data)
    path = destination(options.to)
    found = take(data, path)
    print(_("控えを取りました: {path}（{rows} 件、{files} ファイル）").format(path=path, **found))
    if not archive.is_sealed(path):
        print(
            _(
                "この控えは暗号化していません。個人情報を含むので、鍵のかかる場所に置いてください（TOMONI_BACKUP_PASSPHRASE で暗号化できます）。"
            )
        )
    return 0


def destination(given: str | None) -> Path:
    """The file to write: as given, or a dated name in the given (or present) folder."""
    path = Path(given or ".").expanduser().resolve()
    if path.is_dir():
        path = path / f"tomoni-{clock.now().strftime('%Y%m%d-%H%M%S')}{SUFFIX}"
    if path.exists():
        raise CommandError(_("{path} はもうあります。別の名前を指定してください。").format(path=path))
    if not path.parent.is_dir() or not os.access(path.parent, os.W_OK):
        raise CommandError(
            _("{path} に書き込めません。フォルダーを確かめてください。").format(path=path.parent)
        )
    return path


def passphrase() -> str:
    """The passphrase of backups, from the environment only (never from the command line)."""
    return os.environ.get("TOMONI_BACKUP_PASSPHRASE", "")


def secret_mark() -> str:
    """A mark of the secret key, so that a restore can tell whether the key fits; says nothing about the key."""
    key = os.environ.get("TOMONI_SECRET_KEY", "")
    return hashlib.sha256(b"tomoni backup mark|" + key.encode()).hexdigest()[:16]


def take(data: Path, path: Path, *, own_dump: bool = False) -> dict[str, int]:
    """Write a backup of an open town to `path`; returns the numbers of rows and files.

    Small files go in before the database (the audit checkpoints must not be ahead of it), the store after.
    """
    url = os.environ.get("TOMONI_DATABASE_URL", "")
    try:
        with (
            tempfile.TemporaryDirectory(prefix=".tomoni-snapshot-", dir=path.parent) as scratch,
            archive.open_writer(path, passphrase()) as writer,
        ):
            for name, file in folders.members(data, store=False):
                writer.add(f"data/{name}", file)
            counts, form = _database(data, url, Path(scratch), own_dump)
            for file in sorted(Path(scratch).iterdir()):
                writer.add(f"database/{file.name}", file)
            for name, file in folders.members(data, store=True):
                writer.add(f"data/{name}", file)
            writer.finish(_manifest(counts, form))
            files = sum(name.startswith("data/") for name in writer.members)
    except OSError as error:
        raise CommandError(
            _("控えを書けませんでした（{reason}）。空きと権限を確かめてください。").format(
                reason=error.strerror or error
            )
        ) from error
    return {"rows": sum(counts.values()), "files": files}


def _database(data: Path, url: str, scratch: Path, own_dump: bool) -> tuple[dict[str, int], str]:
    if not url:
        return sqlite.snapshot(data / folders.DATABASE, scratch / folders.DATABASE), "sqlite"
    from tomoni.cli.backups import postgres

    try:
        return postgres.snapshot(url, scratch, own=own_dump)
    except postgres.DatabaseFailed as error:
        raise CommandError(
            _("データベースの控えを取れませんでした: {reason}").format(reason=error)
        ) from error


def _manifest(counts: dict[str, int], form: str) -> dict[str, Any]:
    from tomoni.core.town import town as this_town

    here = this_town()
    return {
        "tomoni": __version__,
        "created_at": clock.now().isoformat(timespec="seconds"),
        "town": {"name": here.name, "code": here.code, "demo": here.demo},
        "database": form,
        "tables": counts,
        "secret": secret_mark(),
    }


def restore(options: argparse.Namespace) -> int:
    """Bring a backup back into an empty folder, and check it all before it is put in place."""
    source = Path(options.file).expanduser()
    data = town.data_folder(options.data)
    if not source.is_file():
        raise CommandError(_("控えのファイルがありません: {path}").format(path=source))
    if not folders.is_free(data):
        raise CommandError(
            _("{data} は空ではありません。空のフォルダーを --data で指定してください。").format(data=data)
        )
    if archive.is_sealed(source) and not passphrase():
        raise CommandError(
            _("この控えは暗号化されています。TOMONI_BACKUP_PASSPHRASE に合言葉を入れてください。")
        )
    data.parent.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(prefix=f".{data.name}.restoring-", dir=data.parent))
    try:
        manifest = _unpack(source, scratch)
        (scratch / "data").mkdir(exist_ok=True, mode=0o700)
        url = _place_database(
            scratch, manifest, options.database_url or os.environ.get("TOMONI_DATABASE_URL", "")
        )
        _keep_url(scratch / "data" / town.ENV_FILE, url)
        _check_key_and_audit(scratch / "data", manifest, url)
        folders.move_into(scratch / "data", data, last=town.ENV_FILE)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    rows = sum(manifest["tables"].values())
    print(_("戻しました: {data}（{rows} 件、件数と監査の記録を確かめました）").format(data=data, rows=rows))
    print(_("次に: tomoni doctor --data {data}").format(data=data))
    return 0


def _unpack(source: Path, scratch: Path) -> dict[str, Any]:
    try:
        return archive.extract(source, scratch, passphrase())
    except WrongPassphrase as error:
        raise CommandError(_("合言葉が違うか、控えが壊れています。何も変えていません。")) from error
    except archive.Broken as error:
        raise CommandError(
            _("控えが壊れています（{part}）。何も変えていません。").format(part=error)
        ) from error


def _place_database(scratch: Path, manifest: dict[str, Any], url: str) -> str:
    """Put the database in place; returns its URL ("" for SQLite)."""
    if manifest["database"] == "sqlite":
        if url:
            raise CommandError(_("この控えはSQLiteのものです。TOMONI_DATABASE_URL を外して戻してください。"))
        target = scratch / "data" / folders.DATABASE
        (scratch / "database" / folders.DATABASE).replace(target)
        counts, verdict = sqlite.check(target)
        if verdict != "ok":
            raise CommandError(_("控えのデータベースが壊れています（{part}）。").format(part=verdict))
    else:
        from tomoni.cli.backups import postgres

        if not url:
            raise CommandError(
                _("この控えはPostgreSQLのものです。--database-url で空のデータベースを指定してください。"), 2
            )
        try:
            counts = postgres.load(url, scratch / "database", manifest["database"])
        except postgres.DatabaseFailed as error:
            raise CommandError(_("データベースに戻せませんでした: {reason}").format(reason=error)) from error
    if different := [name for name, rows in manifest["tables"].items() if counts.get(name) != rows]:
        raise CommandError(_("件数が控えと合いません（{table}）。").format(table=different[0]))
    return url


def _keep_url(env_file: Path, url: str) -> None:
    values = town.read_env_file(env_file)
    if url:
        values["TOMONI_DATABASE_URL"] = url
    else:
        values.pop("TOMONI_DATABASE_URL", None)
    if values:
        town.write_env_file(env_file, values)


def _check_key_and_audit(data: Path, manifest: dict[str, Any], url: str) -> None:
    os.environ.pop("TOMONI_DATABASE_URL", None)
    town.load(data)
    if secret_mark() != manifest["secret"]:
        raise CommandError(
            _(
                "秘密の鍵が控えを取ったときと違います。TOMONI_SECRET_KEY に元の鍵を入れて、もう一度戻してください。"
            )
        )
    command = [sys.executable, "-m", "tomoni.cli", "--lang", language(), "verify-audit", "--data", str(data)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        reason = next(iter(done.stderr.strip().splitlines()[-1:]), "")
        raise CommandError(_("戻したデータの監査の記録がつながっていません: {reason}").format(reason=reason))
