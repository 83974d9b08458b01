"""`towns.toml`: which municipality has which data folder, host names and port."""

from __future__ import annotations

import os
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tomoni.cli import town as towns
from tomoni.cli.errors import CommandError
from tomoni.cli.texts import _

HOST = re.compile(r"[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?")
NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
KEPT = ("TOMONI_LANGUAGE", "TOMONI_LOG_LEVEL")


@dataclass(frozen=True, slots=True)
class PlannedTown:
    """One `[[town]]`: a short name for logs, its data folder, its host names, its port on 127.0.0.1."""

    name: str
    data: Path
    hosts: tuple[str, ...]
    port: int

    def environment(self, proxies: int, public_port: int) -> dict[str, str]:
        """The environment of its process: nothing of another town, its own `tomoni.env` for the rest.

        `proxies` stand before the router, which is one more.
        """
        kept = {n: v for n, v in os.environ.items() if not n.startswith("TOMONI_") or n in KEPT}
        own = towns.read_env_file(self.data / towns.ENV_FILE)
        if "TOMONI_BASE_URL" not in own:
            kept["TOMONI_BASE_URL"] = f"http://{self.hosts[0]}:{public_port}"
        hosts = ",".join(self.hosts)
        return kept | {"TOMONI_HOSTS": hosts, "TOMONI_TRUSTED_PROXIES": str(proxies + 1)}


def read(path: Path, free_port: Any) -> list[PlannedTown]:
    """The towns of the file; a mistake in it is one line that says where. `free_port()` gives a port."""
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise CommandError(_("{path} を読めません。").format(path=path)) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CommandError(
            _("{path} の書き方が違います（{reason}）。").format(path=path, reason=error)
        ) from error
    rows = found.get("town")
    if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows):
        raise CommandError(_("{path} に [[town]] がありません。").format(path=path))
    planned = [_town(path, number, row, free_port) for number, row in enumerate(rows, start=1)]
    _apart(path, planned)
    return planned


def _town(path: Path, number: int, row: dict[str, Any], free_port: Any) -> PlannedTown:
    def wrong(what: str) -> CommandError:
        return CommandError(
            _("{path} の {number} 番目の [[town]]: {what}").format(path=path, number=number, what=what)
        )

    if unknown := sorted(set(row) - {"name", "data", "hosts", "port"}):
        raise wrong(_("{name} という項目はありません。").format(name=unknown[0]))
    name, hosts, port = row.get("name"), row.get("hosts"), row.get("port", 0)
    if not isinstance(name, str) or not NAME.fullmatch(name):
        raise wrong(_("name は英小文字・数字・ハイフンで書いてください。"))
    if not isinstance(hosts, list) or not hosts or not all(isinstance(h, str) for h in hosts):
        raise wrong(_('hosts は ["tomoni.example.lg.jp"] の形で書いてください。'))
    hosts = [h.lower() for h in hosts]
    if bad := next((h for h in hosts if not HOST.fullmatch(h)), None):
        raise wrong(_("hosts の「{host}」はホスト名ではありません。").format(host=bad))
    if not isinstance(port, int) or isinstance(port, bool) or not 0 <= port <= 65535:
        raise wrong(_("port は 1 から 65535 までの数にしてください。"))
    if not isinstance(row.get("data"), str):
        raise wrong(_("data にデータのフォルダーを書いてください。"))
    data = (path.parent / Path(row["data"]).expanduser()).resolve()
    if not data.is_dir():
        raise wrong(_("{data} がありません。tomoni init で作ってください。").format(data=data))
    return PlannedTown(name, data, tuple(hosts), port or free_port())


def _apart(path: Path, planned: list[PlannedTown]) -> None:
    """No two towns share a name, a folder, a host name or a port."""
    for what, values in (
        ("name", [t.name for t in planned]),
        ("data", [str(t.data) for t in planned]),
        ("hosts", [h for t in planned for h in t.hosts]),
        ("port", [str(t.port) for t in planned]),
    ):
        if twice := next((v for v in values if values.count(v) > 1), None):
            raise CommandError(
                _("{path}: {what} の「{value}」が2回あります。自治体ごとに分けてください。").format(
                    path=path, what=what, value=twice
                )
            )
