"""Every write of people and departments."""
