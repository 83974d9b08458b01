"""Print a job as JSON."""

import json
import sys

import django

django.setup()

from tomoni.core.models import Job  # noqa: E402

row = Job.objects.get(pk=sys.argv[1])
print(json.dumps({"state": row.state, "attempts": row.attempts, "result": row.result, "error": row.error}))
