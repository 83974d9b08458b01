"""`serve --all towns.toml`: one server process a town, started again when it dies, and the router before them."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import sys
import time
from pathlib import Path

from tomoni.cli.commands import serve
from tomoni.cli.texts import _
from tomoni.cli.towns.plan import PlannedTown, read
from tomoni.cli.towns.router import Router
from tomoni.core import logs

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
SETTLED_SECONDS = 60.0
STOP_SECONDS = 8.0
LINE = 1024 * 1024
log = logging.getLogger("tomoni.towns")


def run(path: Path, host: str, port: int) -> int:
    """Serve every town of the file until SIGTERM or Ctrl+C."""
    serve.check_port(host, port)
    planned = read(path.expanduser().resolve(), serve.free_port)
    for town in planned:
        serve.check_port("127.0.0.1", town.port)
    logs.use_stdout()
    logs.configure(logs.settings_for(os.environ.get("TOMONI_LOG_LEVEL", "INFO")))
    proxies = int(os.environ.get("TOMONI_TRUSTED_PROXIES") or 0)
    return asyncio.run(_run(planned, host, port, proxies))


async def _run(planned: list[PlannedTown], host: str, port: int, proxies: int) -> int:
    from granian.constants import HTTPModes, Interfaces
    from granian.server.embed import Server

    router = Router({name: town.port for town in planned for name in town.hosts}, proxies)
    server = Server(
        router,
        address=host,
        port=port,
        interface=Interfaces.ASGINL,
        http=HTTPModes.http1,
        log_enabled=False,
        websockets=False,
        backlog=4096,
    )
    server.workers_kill_timeout = 2
    keepers = [Keeper(town, town.environment(proxies, port)) for town in planned]
    tasks = [asyncio.create_task(keeper.keep()) for keeper in keepers]
    ending: list[asyncio.Task[None]] = []

    async def end() -> None:
        await asyncio.gather(*(keeper.stop() for keeper in keepers))
        server.stop()

    def stop() -> None:
        if not ending:
            ending.append(asyncio.create_task(end()))

    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop)
    print(
        _("{url} で {count} の自治体を受け持っています。止めるには Ctrl+C を押してください。").format(
            url=serve.shown_url(host, port), count=len(planned)
        )
    )
    try:
        await server.serve()
    finally:
        await asyncio.gather(*(keeper.stop() for keeper in keepers))
        await asyncio.gather(*tasks)
    return 0


class Keeper:
    """Keeps one town's process alive: starts it again with growing pauses, until told to stop."""

    def __init__(self, town: PlannedTown, environment: dict[str, str]) -> None:
        self.town = town
        self.environment = environment
        self.process: asyncio.subprocess.Process | None = None
        self.ended = asyncio.Event()

    async def keep(self) -> None:
        """Start, wait for the end, pause, start again."""
        pause = FIRST_PAUSE
        while not self.ended.is_set():
            began = time.monotonic()
            try:
                code = await self._once()
            except OSError as error:  # no memory or no file descriptors left for a process
                log.error("town not started", extra={"town": self.town.name}, exc_info=error)
                code = -1
            if self.ended.is_set():
                return
            if time.monotonic() - began > SETTLED_SECONDS:
                pause = FIRST_PAUSE
            log.error("town ended", extra={"town": self.town.name, "code": code, "again_in": pause})
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.ended.wait(), pause)
            pause = min(LONGEST_PAUSE, pause * 2)

    async def _once(self) -> int:
        command = [sys.executable, "-m", "tomoni.cli", "serve", "--data", str(self.town.data)]
        self.process = await asyncio.create_subprocess_exec(
            *command,
            *("--host", "127.0.0.1", "--port", str(self.town.port)),
            env=self.environment,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,  # Ctrl+C reaches us alone; we tell the towns
            limit=LINE,
        )
        assert self.process.stdout
        log.info("town started", extra={"town": self.town.name, "pid": self.process.pid})
        if self.ended.is_set():  # asked to stop while it was being started
            self._signal(signal.SIGTERM)
        await self._speak(self.process.stdout)
        return await self.process.wait()

    async def _speak(self, stream: asyncio.StreamReader) -> None:
        """Pass its log on, each line with the town's name."""
        while True:
            try:
                line = await stream.readline()
            except ValueError:  # longer than a line may be: dropped
                continue
            if not line:
                return
            text = line.decode("utf-8", "replace").rstrip("\n")
            if text.startswith("{"):
                print(f'{{"town": "{self.town.name}", {text[1:]}', flush=True)
            elif text:
                print(f"[{self.town.name}] {text}", flush=True)

    async def stop(self) -> None:
        """Ask it to end, then insist."""
        self.ended.set()
        if self.process is None or self.process.returncode is not None:
            return
        self._signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(self.process.wait(), STOP_SECONDS)
        except TimeoutError:
            self._signal(signal.SIGKILL)

    def _signal(self, number: int) -> None:
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                self.process.send_signal(number)
