"""Core: audit, outbox, jobs, files, mail, search, clock (土台)."""
