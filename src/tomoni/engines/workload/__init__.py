"""Workload survey (業務量調査): tables of cells in, hours by section and kind of work out. Pure."""
