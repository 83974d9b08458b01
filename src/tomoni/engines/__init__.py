"""Engines: pure computation, no Django, no I/O, no clock."""
