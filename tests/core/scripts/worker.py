"""A worker: dispatcher and job threads until killed. `worker.py LEASE_SECONDS THREADS`."""

import sys
import threading
from datetime import timedelta

import django

django.setup()

import sample_jobs  # noqa: E402, F401

from tomoni.core.jobs import run, runner  # noqa: E402
from tomoni.core.outbox import dispatcher  # noqa: E402

run.LEASE = timedelta(seconds=float(sys.argv[1]))
runner.HEARTBEAT_SECONDS = float(sys.argv[1]) / 4
stop = threading.Event()
runner.Runner(stop, int(sys.argv[2])).start()
print("ready", flush=True)
dispatcher.run(stop)
