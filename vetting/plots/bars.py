"""Bars on the scale of the index, and bars of counts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Shift:
    """A bar from one value to another on a scale from 0 to 100, in percent of the width."""

    start: float
    width: float
    end: float


def shift(before: float, after: float) -> Shift:
    """Return the bar from one index to another; `end` is where the second one stands.

    >>> shift(40, 10)
    Shift(start=10, width=30, end=10)
    """
    return Shift(min(before, after), abs(after - before), after)


def lengths(counts: Iterable[int]) -> list[float]:
    """Return the length of a bar for each count, in percent of the longest.

    >>> lengths([2, 4, 0])
    [50.0, 100.0, 0.0]
    """
    counts = list(counts)
    most = max(counts, default=0)
    return [100 * count / most if most else 0.0 for count in counts]
