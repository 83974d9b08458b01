"""What the writer fills in by itself: copies of lookups, then calculated fields in their order; and what is visible."""
