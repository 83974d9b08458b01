"""API tokens: shown once, kept as a digest, scoped, expiring."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import timedelta

from django.utils.translation import gettext as _

from tomoni.core import audit, clock, privacy
from tomoni.core.actions import action
from tomoni.core.actor import Actor
from tomoni.core.errors import Forbidden, Invalid, NotFound
from tomoni.people.models import ApiToken

SCOPES = ("view", "add", "edit", "delete", "manage")
LONGEST_DAYS = 400


def digest_of(raw: str) -> str:
    """What is stored of a token: a plain SHA-256 suffices for 256 random bits."""
    return hashlib.sha256(raw.encode()).hexdigest()


@action("people.create_token", right="people.tokens")
def create_token(
    *,
    actor: Actor,
    label: str,
    scopes: Sequence[str] = ("view",),
    app_code: str = "",
    days: int = 365,
    user_id: int | None = None,
) -> str:
    """Make a token that acts with at most its owner's rights; returns the raw token, never readable again.

    For another person (`user_id`) the right `people.manage` is needed.
    """
    owner = user_id if user_id is not None else actor.id
    if owner is None or (owner != actor.id and not actor.may("people.manage")):
        raise Forbidden("people.manage")
    errors: dict[str, list[str]] = {}
    if not label.strip() or len(label) > 100:
        errors["label"] = [_("何に使うかを100文字までで書いてください。")]
    if not scopes or not set(scopes) <= set(SCOPES):
        errors["scopes"] = [_("できることを1つ以上選んでください。")]
    if not 1 <= days <= LONGEST_DAYS:
        errors["days"] = [_("期限は1日から400日までにしてください。")]
    errors |= privacy.individual_number_errors({"label": label})
    if errors:
        raise Invalid(errors)
    raw = f"tmn_{secrets.token_urlsafe(32)}"
    token = ApiToken.objects.create(
        user_id=owner,
        label=label.strip(),
        prefix=raw[:8],
        digest=digest_of(raw),
        scopes=sorted(set(scopes)),
        app_code=app_code,
        expires_at=clock.now() + timedelta(days=days),
    )
    audit.record(
        actor=actor,
        verb="token.create",
        target=f"token:{token.pk}",
        fields={"scopes": token.scopes, "app": app_code},
    )
    return raw


@action("people.revoke_token", right="people.tokens")
def revoke_token(*, actor: Actor, token_id: int) -> None:
    """Revoke one's own token, or anybody's with `people.manage`."""
    token = ApiToken.objects.filter(pk=token_id).first()
    if token is None or (token.user_id != actor.id and not actor.may("people.manage")):
        raise NotFound
    if token.revoked_at is None:
        token.revoked_at = clock.now()
        token.save(update_fields=["revoked_at"])
        audit.record(actor=actor, verb="token.revoke", target=f"token:{token.pk}")
