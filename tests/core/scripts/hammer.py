"""Threads that write at once; prints JSON. `hammer.py audit|throttle|outbox|periodic|files`."""

import json
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import django

django.setup()

from django.db import connection, transaction  # noqa: E402

from tomoni.core import audit, files, outbox, throttle  # noqa: E402
from tomoni.core.actor import system  # noqa: E402
from tomoni.core.errors import TooMany  # noqa: E402
from tomoni.core.models import AuditEntry, Delivery, Notice, StoredFile  # noqa: E402

ACTOR = system("test")
THREADS, ROUNDS = 8, 25


def many(work) -> list:
    gate = threading.Barrier(THREADS)

    def one(number: int) -> list:
        try:
            gate.wait()
            return [work(number, r) for r in range(ROUNDS)]
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as pool:
        return [x for found in pool.map(one, range(THREADS)) for x in found]


def write_audit(number: int, r: int) -> None:
    if number == 0:
        audit.seal()
        return
    with transaction.atomic():
        audit.record(actor=ACTOR, verb="t.write", target=f"t:{number}-{r}", fields={"a": r})
        if r % 5 == 0:
            transaction.set_rollback(True)
    if number == 1:
        audit.seal()


def hit(number: int, r: int) -> int:
    try:
        throttle.hit("one-key", limit=100, seconds=600)
    except TooMany:
        return 0
    return 1


def store(number: int, r: int) -> str:
    with transaction.atomic():
        return files.store(b"same content %d" % (r % 3), name="a.txt", actor=ACTOR).sha256


@outbox.consumer("hammer.*", name="hammer")
def consume(event: outbox.Event) -> None:
    Notice.objects.create(user_id=event.id, text="x", created_at=event.created_at)


def emit_or_drain(number: int, r: int) -> int:
    if number % 2:
        return outbox.drain()
    with transaction.atomic():
        outbox.emit("hammer.go", {"n": r})
    return 0


def main(kind: str) -> dict:
    if kind == "audit":
        many(write_audit)
        audit.seal()
        found = audit.verify()
        return {
            "ok": found.ok,
            "sealed": found.sealed,
            "unsealed": found.unsealed,
            "rows": AuditEntry.objects.count(),
        }
    if kind == "throttle":
        return {"allowed": sum(many(hit))}
    if kind == "outbox":
        many(emit_or_drain)
        outbox.drain()
        users = list(Notice.objects.values_list("user_id", flat=True))
        done = Delivery.objects.filter(state="done").count()
        return {"notices": len(users), "distinct": len(set(users)), "done": done}
    if kind == "files":
        shas = many(store)
        return {"distinct": len(set(shas)), "rows": StoredFile.objects.count()}
    raise SystemExit(2)


print(json.dumps(main(sys.argv[1])))
