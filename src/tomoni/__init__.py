"""Tomoni（ともに）: see the work, choose, build, connect, decide together, and measure."""

__version__ = "0.1.0.dev0"
