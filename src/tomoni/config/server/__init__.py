"""The embedded server: a small ASGI root that streams events itself and runs Django in threads."""
