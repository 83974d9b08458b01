"""Long work (長い処理): `@job`, progress, cancel, retry, periods; survives `kill -9` of the worker."""

from tomoni.core.jobs.define import JobTask, job
from tomoni.core.jobs.periodic import periodic
from tomoni.core.jobs.run import Cancelled, attempt, check_cancelled, current_job_id, drain, progress

__all__ = [
    "Cancelled",
    "JobTask",
    "attempt",
    "check_cancelled",
    "current_job_id",
    "drain",
    "job",
    "periodic",
    "progress",
]
