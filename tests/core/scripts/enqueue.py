"""Queue a job and print its id. `enqueue.py FUNCTION KEY=VALUE…` (numbers where they are)."""

import json
import sys

import django

django.setup()

import sample_jobs  # noqa: E402

arguments = dict(pair.split("=", 1) for pair in sys.argv[2:])
values = {k: json.loads(v) if v.replace(".", "").isdigit() else v for k, v in arguments.items()}
print(getattr(sample_jobs, sys.argv[1]).enqueue(**values).id)
