"""Addresses of the room."""

from django.urls import path

from tomoni.core.views import audit, jobs, mails, notices, outbox, town
from tomoni.core.web import health, metrics

app_name = "core"
urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", metrics.metrics, name="metrics"),
    path("jobs/<str:job_id>/", jobs.job, name="job"),
    path("jobs/<str:job_id>/cancel/", jobs.job_cancel, name="job_cancel"),
    path("notices/", notices.notices, name="notices"),
    path("notices/read/", notices.notices_read, name="notices_read"),
    path("connect/mail/", mails.mail_list, name="mail_list"),
    path("connect/mail/<int:pk>/", mails.mail_detail, name="mail_detail"),
    path("connect/mail/<int:pk>/resend/", mails.mail_resend, name="mail_resend"),
    path("settings/audit/", audit.audit_list, name="audit"),
    path("settings/audit/verify/", audit.audit_verify, name="audit_verify"),
    path("settings/outbox/", outbox.outbox_list, name="outbox"),
    path("settings/outbox/<int:pk>/retry/", outbox.outbox_retry, name="outbox_retry"),
    path("settings/town/", town.edit_town, name="town"),
]
