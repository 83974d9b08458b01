"""Queue many jobs. `enqueue_many.py LOG COUNT`."""

import sys

import django

django.setup()

from django.db import transaction  # noqa: E402
from sample_jobs import count  # noqa: E402

with transaction.atomic():
    for number in range(int(sys.argv[2])):
        count.enqueue(log=sys.argv[1], number=number)
