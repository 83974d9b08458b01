"""`tomoni upgrade`: backup → migrate → record tables → verify; newer data is refused."""

from __future__ import annotations

import argparse
from pathlib import Path

from tomoni import __version__
from tomoni.cli import town
from tomoni.cli.commands.backup import SUFFIX, destination, take
from tomoni.cli.errors import CommandError
from tomoni.cli.texts import _
from tomoni.core import clock


def run(options: argparse.Namespace) -> int:
    """Bring the data to this version. The backup is kept; if a step fails, nothing is lost."""
    data = town.open_town(options.data)
    waiting = town.pending_migrations()
    behind = town.storage_behind()
    if not waiting and not behind:
        print(_("データはもう新しい版（{version}）に合っています。").format(version=__version__))
        return 0
    path = _backup_path(options.backup_to, data)
    print(_("1/4 控えを取っています …"))
    take(data, path)
    print(f"    {path}")
    print(_("2/4 データベースを更新しています（{count} 件）…").format(count=len(waiting)))
    _migrate(path)
    print(_("3/4 アプリの表を更新しています …"))
    _upgrade_tables()
    print(_("4/4 監査の記録を確かめています …"))
    _verify(path)
    print(_("更新しました（{version}）。").format(version=__version__))
    return 0


def _backup_path(given: str | None, data: Path) -> Path:
    stamp = clock.now().strftime("%Y%m%d-%H%M%S")
    folder = Path(given).expanduser() if given else data.parent
    if not folder.is_dir():
        raise CommandError(_("{path} に書き込めません。フォルダーを確かめてください。").format(path=folder))
    return destination(str(folder / f"{data.name}-before-{__version__}-{stamp}{SUFFIX}"))


def _migrate(path: Path) -> None:
    from django.core.management import call_command
    from django.db import DatabaseError

    try:
        call_command("migrate", interactive=False, verbosity=0)
    except DatabaseError as error:
        raise CommandError(
            _("更新できませんでした（{reason}）。控え {path} から戻せます。").format(
                reason=str(error).splitlines()[0], path=path
            )
        ) from error


def _upgrade_tables() -> None:
    from tomoni.core.models import Town

    for row in Town.objects.all():
        row.storage_version = town.STORAGE_VERSION
        row.save(update_fields=["storage_version"])


def _verify(path: Path) -> None:
    from tomoni.core import audit

    result = audit.verify()
    if not result.ok:
        raise CommandError(
            _("監査の記録は {place} 番で切れています。控え {path} を残しました。").format(
                place=result.first_broken, path=path
            )
        )
