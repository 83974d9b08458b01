"""In which order calculated fields are computed; a circle is refused, with its members named."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tomoni.engines.formula.errors import FormulaError


def ordered(uses: Mapping[str, Iterable[str]]) -> list[str]:
    """The codes so that each comes after those it uses; raises `FormulaError` "cycle" with the chain.

    `uses`: for each calculated field the fields in its formula (others are ignored).
    """
    found: list[str] = []
    done: set[str] = set()
    for start in uses:
        path: list[str] = []
        waiting: list[tuple[str, bool]] = [(start, False)]
        while waiting:
            code, left = waiting.pop()
            if left:
                path.pop()
                done.add(code)
                found.append(code)
                continue
            if code in done:
                continue
            if code in path:
                chain = [*path[path.index(code) :], code]
                raise FormulaError("cycle", chain=" → ".join(chain))
            path.append(code)
            waiting.append((code, True))
            waiting.extend((other, False) for other in reversed(list(uses[code])) if other in uses)
    return found


def affected(uses: Mapping[str, Iterable[str]], changed: Iterable[str]) -> set[str]:
    """Which calculated fields depend, directly or not, on the changed fields."""
    dirty = set(changed)
    for code in ordered(uses):
        if dirty & set(uses[code]):
            dirty.add(code)
    return dirty & set(uses)
