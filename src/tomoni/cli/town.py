"""The town a command works on: its data folder, its `tomoni.env`, and Django set up for it."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from tomoni.cli.errors import CommandError
from tomoni.cli.texts import _, language

ENV_FILE = "tomoni.env"
SECRET_LENGTH = 64
# The form of the run-time record tables that this program writes (Town.storage_version).
STORAGE_VERSION = 1


def data_folder(given: str | None) -> Path:
    """The data folder: `--data`, TOMONI_DATA, or ./tomoni-data."""
    return Path(given or os.environ.get("TOMONI_DATA") or "tomoni-data").expanduser().resolve()


def read_env_file(path: Path) -> dict[str, str]:
    """The `TOMONI_…` lines of an env file; `KEY=value`, `#` begins a comment line."""
    found: dict[str, str] = {}
    if not path.exists():
        return found
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(
            _("{path} を読めません。所有者と権限を確かめてください。").format(path=path)
        ) from error
    for number, line in enumerate(lines, start=1):
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        name, equals, value = text.partition("=")
        if not equals or not name.startswith("TOMONI_"):
            raise CommandError(
                _("{path} の {line} 行目が読めません。TOMONI_名前=値 の形で書いてください。").format(
                    path=path, line=number
                )
            )
        found[name] = value.strip().strip('"')
    return found


def write_env_file(path: Path, values: Mapping[str, str]) -> None:
    """Write an env file that only its owner may read."""
    text = "".join(f"{name}={value}\n" for name, value in values.items())
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(
            "# " + _("この自治体の設定。秘密の鍵を含むので、ほかの人に見せないでください。") + "\n" + text
        )
    path.chmod(0o600)


def new_secret() -> str:
    """A fresh secret key."""
    return secrets.token_urlsafe(SECRET_LENGTH)


def load(data: Path) -> None:
    """Put the town's settings into the environment; what is set there already wins."""
    os.environ["TOMONI_DATA"] = str(data)
    for name, value in read_env_file(data / ENV_FILE).items():
        if name != "TOMONI_DATA":
            os.environ.setdefault(name, value)


def setup_django() -> None:
    """Set Django up for the loaded town; a wrong setting becomes one plain line."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tomoni.config.settings")
    from pydantic import ValidationError

    try:
        from tomoni.config.env import env

        env()
    except ValidationError as error:
        first = error.errors()[0]
        name = "TOMONI_" + str(first["loc"][0]).upper() if first["loc"] else "TOMONI_…"
        raise CommandError(
            _("設定 {name} の値が正しくありません（{reason}）。").format(name=name, reason=first["msg"])
        ) from None
    import django
    from django.core.exceptions import ImproperlyConfigured
    from django.utils import translation

    try:
        django.setup()
    except ImproperlyConfigured as error:
        raise CommandError(_("設定が正しくありません: {reason}").format(reason=error)) from error
    translation.activate(language())


def open_town(given: str | None, *, secret: bool = True) -> Path:
    """Load an existing town and set Django up. `secret`: whether the command needs the secret key."""
    data = data_folder(given)
    load(data)
    in_database = bool(os.environ.get("TOMONI_DATABASE_URL"))
    if not in_database and not (data / "tomoni.sqlite3").exists():
        raise CommandError(
            _("{data} にデータがありません。tomoni init で作るか、--data で指定してください。").format(
                data=data
            )
        )
    if secret and len(os.environ.get("TOMONI_SECRET_KEY", "")) < 50:
        raise CommandError(
            _(
                "TOMONI_SECRET_KEY がないか、短すぎます（50文字以上）。tomoni init が作る {file} を使ってください。"
            ).format(file=data / ENV_FILE)
        )
    setup_django()
    return data


def pending_migrations() -> list[str]:
    """Names of migrations that this program has and the database has not; raises for newer data."""
    from django.db import connection
    from django.db.migrations.loader import MigrationLoader

    loader = MigrationLoader(connection)
    applied = set(loader.applied_migrations)
    ours = {key[0] for key in loader.disk_migrations}
    known = set(loader.disk_migrations)
    if newer := sorted(key for key in applied - known if key[0] in ours):
        raise CommandError(
            _("データのほうが新しい版です（{name}）。Tomoni を新しくしてから実行してください。").format(
                name=".".join(newer[0])
            )
        )
    return sorted(".".join(key) for key in known - applied)


def storage_behind() -> bool:
    """Whether record tables are of an older form than this program writes; raises for newer data."""
    from django.db import DatabaseError

    from tomoni.core.models import Town

    try:
        found = list(Town.objects.values_list("storage_version", flat=True))
    except DatabaseError:
        return False
    if any(version > STORAGE_VERSION for version in found):
        raise CommandError(_("アプリの表のほうが新しい版です。Tomoni を新しくしてから実行してください。"))
    return any(version < STORAGE_VERSION for version in found)


def require_current() -> None:
    """Stop, naming the next step, unless the data is of exactly this program's form."""
    waiting = pending_migrations()
    if waiting or storage_behind():
        raise CommandError(
            _("データの更新が必要です（{count} 件）。tomoni upgrade を実行してください。").format(
                count=len(waiting) or 1
            )
        )
