"""Let the next attempt of a job end at once."""

import sys

import django

django.setup()

from tomoni.core.models import Job  # noqa: E402

row = Job.objects.get(pk=sys.argv[1])
Job.objects.filter(pk=row.pk).update(kwargs={**row.kwargs, "seconds": 0})
