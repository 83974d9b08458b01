"""The shape of apps: immutable specifications and snapshots."""
