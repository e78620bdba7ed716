"""Numbers given in a settings table: which there are, and between what bounds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def checked(table: str, given: Mapping[str, Any], bounds: Mapping[str, tuple[float, float]]) -> dict[str, float]:
    """Return the numbers of `given`, or raise ValueError with words that name the key.

    >>> checked("LINKS_RULES", {"gone_strikes": 4}, {"gone_strikes": (2, 100)})
    {'gone_strikes': 4}
    >>> checked("LINKS_RULES", {"gone_strikes": 1}, {"gone_strikes": (2, 100)})
    Traceback (most recent call last):
    ValueError: gone_strikes of LINKS_RULES is 1: it must be a number from 2 to 100.
    """
    for key, value in given.items():
        if key not in bounds:
            raise ValueError(f"{key} is no number of {table}; there are: {', '.join(sorted(bounds))}.")
        least, most = bounds[key]
        if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
            raise ValueError(f"{key} of {table} is {value!r}: it must be a number from {least:g} to {most:g}.")
    return dict(given)
