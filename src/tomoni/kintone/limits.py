"""How much may be asked at once. `docs/operate/kintone-api.md` says the same; kintone's own limits are never higher."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict

from tomoni.kintone.errors import KintoneError

READS = 2_000  # records a read (kintone: 500)
WRITES = 1_000  # records a write (kintone: 100)
DEFAULT_READS = 100
OFFSET = 10_000
CURSORS = 100  # of the installation (kintone: 10)
CURSOR_SIZE = 2_000  # records a step (kintone: 500)
CURSOR_MINUTES = 10
BULK = 100  # requests of a bulkRequest (kintone: 20)
COMMENTS = 100  # comments a read (kintone: 10)
APPS = 500  # apps a read (kintone: 100)
TOKENS = 20  # API tokens of a request (kintone: 9)
BODY = 64 * 1024 * 1024
REQUESTS = 30_000  # a person or token, in SECONDS, in each process
SECONDS = 60
_KEPT = 10_000


class Rate:
    """Requests of each caller in fixed windows, counted in this process's memory: a read costs no write."""

    def __init__(self, limit: int = REQUESTS, seconds: int = SECONDS) -> None:
        self.limit, self.seconds = limit, seconds
        self._lock = threading.Lock()
        self._seen: OrderedDict[str, tuple[int, int]] = OrderedDict()

    def hit(self, key: str) -> None:
        """Count one request; raises `KintoneError` 429 above the limit."""
        now = time.monotonic()
        window = int(now // self.seconds)
        with self._lock:
            found, count = self._seen.pop(key, (window, 0))
            count = count + 1 if found == window else 1
            self._seen[key] = (window, count)
            while len(self._seen) > _KEPT:
                self._seen.popitem(last=False)
        if count > self.limit:
            wait = max(1, int(self.seconds - now % self.seconds))
            raise KintoneError("GAIA_TM01", 429, retry_after=wait)


rate = Rate()
