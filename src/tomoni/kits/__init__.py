"""Kits: installable solutions as data (キット)."""
