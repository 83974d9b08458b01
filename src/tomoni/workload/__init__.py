"""Workload: hours by section and kind of work (業務量)."""
