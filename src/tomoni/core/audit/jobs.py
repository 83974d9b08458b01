"""Verification as a job: every night, and when somebody asks."""

from __future__ import annotations

import logging
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tomoni.core.audit.seal import seal
from tomoni.core.audit.verify import verify
from tomoni.core.jobs import job, periodic, progress

log = logging.getLogger("tomoni.audit")


def _verify() -> dict[str, Any]:
    seal()
    found = verify(on_progress=progress)
    if found.ok:
        message = _("%(count)s件の記録はすべて元のままです。") % {"count": f"{found.entries:,}"}
    else:
        log.error("audit chain broken", extra={"first_broken": found.first_broken, "reason": found.reason})
        message = _("%(place)s番目の記録に問題があります。") % {"place": found.first_broken} + found.message
    return {"url": reverse("core:audit"), "message": message, "ok": found.ok}


@job(label=gettext_lazy("監査の記録の点検"))
def verify_audit(*, actor_id: int) -> dict[str, Any]:
    """Verify because a person asked."""
    return _verify()


@periodic("daily", at="03:00")
@job(label=gettext_lazy("監査の記録の点検"))
def verify_audit_nightly() -> dict[str, Any]:
    """Verify every night."""
    return _verify()
