"""Pages of the builder."""
