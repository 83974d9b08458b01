"""Which groups may be shown (秘匿): none with fewer than three staff, and none that can be computed back."""

from __future__ import annotations

from collections.abc import Mapping

MIN_STAFF = 3


def hidden_groups(staff: Mapping[str, int], *, total_shown: bool = True) -> frozenset[str]:
    """The groups whose figures are not shown, by the number of different staff in each.

    Groups under `MIN_STAFF` (and over zero: an empty group says nothing) are hidden. If exactly one group is
    hidden while the total is shown, it could be computed back; then the next smallest goes too.
    """
    small = {name for name, count in staff.items() if 0 < count < MIN_STAFF}
    if len(small) == 1 and total_shown:
        others = [(count, name) for name, count in staff.items() if name not in small and count > 0]
        if others:
            small.add(min(others)[1])
    return frozenset(small)
