"""Data of the core, one file a part."""

from tomoni.core.models.audit import AuditEntry, AuditHead, AuditVerification
from tomoni.core.models.files import StoredFile
from tomoni.core.models.jobs import Job, PeriodicRun
from tomoni.core.models.mail import Mail
from tomoni.core.models.notices import Notice
from tomoni.core.models.outbox import Delivery, OutboxEvent
from tomoni.core.models.shared import CacheRow, OnceKey, ThrottleRow, WorkerBeat
from tomoni.core.models.town import Town

__all__ = [
    "AuditEntry",
    "AuditHead",
    "AuditVerification",
    "CacheRow",
    "Delivery",
    "Job",
    "Mail",
    "Notice",
    "OnceKey",
    "OutboxEvent",
    "PeriodicRun",
    "StoredFile",
    "ThrottleRow",
    "Town",
    "WorkerBeat",
]
