"""`tomoni serve` and `tomoni worker`."""

from __future__ import annotations

import argparse
import os
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path
from urllib.parse import urlsplit

from tomoni.cli import town
from tomoni.cli.errors import CommandError
from tomoni.cli.texts import _

STOP_SECONDS = 5.0


def run(options: argparse.Namespace) -> int:
    """Serve the town: embedded in one process, or grown with `--workers N`; `--all FILE`: several towns."""
    if options.all:
        from tomoni.cli.towns import supervisor

        if options.data or options.workers:
            raise CommandError(_("--all は --data や --workers と一緒に使えません。"))
        return supervisor.run(Path(options.all), options.host, options.port or 8000)
    data = town.data_folder(options.data)
    town.load(data)
    port = options.port or urlsplit(os.environ.get("TOMONI_BASE_URL", "")).port or 8000
    check_port(options.host, port)
    town.open_town(str(data))
    town.require_current()
    if options.workers > 0:
        return grown(data, options.host, port, options.workers)
    if options.role == "all":
        print(
            _("{url} で動いています。止めるには Ctrl+C を押してください。").format(
                url=shown_url(options.host, port)
            )
        )
    return embedded(options.host, port)


def shown_url(host: str, port: int) -> str:
    """The address as a person would type it."""
    return f"http://{'[' + host + ']' if ':' in host else host}:{port}"


def check_port(host: str, port: int) -> None:
    """Refuse early, in one plain line, when the address cannot be listened on."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except PermissionError as error:
        raise CommandError(
            _("ポート {port} を使う権限がありません。1024以上を --port で指定してください。").format(
                port=port
            )
        ) from error
    except OSError as error:
        raise CommandError(
            _(
                "ポート {port} はほかのプログラムが使っています（またはアドレス {host} がありません）。--port で別の番号を指定してください。"
            ).format(port=port, host=host)
        ) from error


def free_port() -> int:
    """A port of this machine that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def embedded(host: str, port: int) -> int:
    """One process: granian's ASGI worker, Django in threads, outbox and jobs in threads beside it."""
    import asyncio

    return asyncio.run(_embedded(host, port))


async def _embedded(host: str, port: int) -> int:
    import asyncio

    from granian.constants import Interfaces
    from granian.server.embed import Server

    from tomoni.cli.background import Background
    from tomoni.config.asgi import build
    from tomoni.config.env import env

    root = build()
    server = Server(
        root,
        address=host,
        port=port,
        interface=Interfaces.ASGINL,
        log_enabled=False,
        websockets=False,
        backlog=1024,
    )
    server.workers_kill_timeout = STOP_SECONDS - 2
    threads = Background(env().job_threads if env().jobs == "threads" else 0).start()
    stopping = False

    def stop() -> None:
        nonlocal stopping
        if stopping:
            os._exit(0)
        stopping = True
        _deadline()
        root.close()
        server.stop()

    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop)
    try:
        await server.serve()
    finally:
        threads.stop(timeout=2.0)
    return 0


def _deadline() -> None:
    """End the process in any case: jobs have leases and the outbox is in the database, so nothing is lost."""
    timer = threading.Timer(STOP_SECONDS - 0.5, os._exit, (0,))
    timer.daemon = True
    timer.start()


def worker(options: argparse.Namespace) -> int:
    """Jobs and the outbox only, in the foreground."""
    town.open_town(options.data)
    town.require_current()
    if options.once:
        print(_("{count} 件を処理しました。").format(count=_everything_due()))
        return 0
    from tomoni.cli.background import Background
    from tomoni.config.env import env
    from tomoni.core import logs

    logs.use_stdout()  # like `serve`: a serving process has no other answer
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_ignored: ended.set())
    threads = Background(options.threads or env().job_threads).start()
    print(_("裏の仕事を受け持っています。止めるには Ctrl+C を押してください。"))
    ended.wait()
    _deadline()
    threads.stop(timeout=STOP_SECONDS - 1)
    return 0


def _everything_due() -> int:
    from tomoni.core import audit, jobs, outbox

    handled = 0
    while turn := outbox.drain() + jobs.drain():
        handled += turn
    audit.seal()
    return handled


def grown(data: Path, host: str, port: int, workers: int) -> int:
    """`--workers N`: granian's WSGI workers, and one more process for event streams, outbox and jobs.

    Event streams listen on the next port; the reverse proxy sends `/events/` there. Without a proxy the
    WSGI workers answer `/events/` with 204, and pages do without live notices.
    """
    from granian import Granian
    from granian.constants import Interfaces

    from tomoni.config.env import env

    check_port(host, port + 1)
    command = [sys.executable, "-m", "tomoni.cli", "serve", "--data", str(data)]
    command += ["--host", host, "--port", str(port + 1), "--role", "events"]
    side = subprocess.Popen(command)  # jobs and mails run there: its log is ours
    print(
        _(
            "{url} で動いています（{count} プロセス）。/events/ は {events} へ送ってください。止めるには Ctrl+C を押してください。"
        ).format(url=shown_url(host, port), count=workers, events=shown_url(host, port + 1))
    )
    try:
        Granian(
            "tomoni.config.wsgi:served",
            address=host,
            port=port,
            interface=Interfaces.WSGI,
            workers=workers,
            blocking_threads=max(1, env().server_threads // workers),
            websockets=False,
            log_enabled=False,
            respawn_failed_workers=True,
            workers_kill_timeout=int(STOP_SECONDS),
            backlog=1024,
        ).serve()
    finally:
        side.terminate()
        try:
            side.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            side.kill()
    return 0
