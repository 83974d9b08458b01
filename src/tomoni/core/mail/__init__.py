"""Mail (メール): queued in the transaction, sent by the outbox, each with a visible fate."""

from tomoni.core.mail.queue import send_later

__all__ = ["send_later"]
