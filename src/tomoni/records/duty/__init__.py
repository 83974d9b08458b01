"""Duty (役目): deputies, approvals by several people, deadlines and how long records stay in a state."""
