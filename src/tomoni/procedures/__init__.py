"""Procedures: resident forms, submissions, status (手続)."""
