"""An axis of days on which quiet stretches are drawn shorter, so that a busy week and a quiet year both have room."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate, pairwise
from math import sqrt

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class TimeAxis:
    """Maps days to places from `start` to `end`, in percent of the width.

    Between two knots days are evenly spaced; the distance of two knots grows with the square root of the days
    between them.
    """

    knots: tuple[date, ...]
    places: tuple[float, ...]

    def x(self, day: date) -> float:
        """Return the place of a day; one outside the axis stands at its nearer end."""
        after = bisect_right(self.knots, day)
        if after == 0:
            return self.places[0]
        if after == len(self.knots):
            return self.places[-1]
        before, behind = self.knots[after - 1], self.knots[after]
        part = (day - before) / (behind - before)
        return self.places[after - 1] + part * (self.places[after] - self.places[after - 1])

    def years(self, *, apart: float) -> list[tuple[int, float]]:
        """Return the first days of years within the axis with their places, each at least so far from the last."""
        found: list[tuple[int, float]] = []
        for year in range(self.knots[0].year + 1, self.knots[-1].year + 1):
            x = self.x(date(year, 1, 1))
            if x - (found[-1][1] if found else self.places[0]) >= apart and self.places[-1] - x >= apart:
                found.append((year, x))
        return found


def axis(days: Iterable[date], *, until: date, start: float = 0, end: float = 100) -> TimeAxis:
    """Return the axis from the first of `days` to the end of the day `until`, on which each of them is a knot."""
    last = until + DAY if until < date.max else until
    knots = sorted({day for day in days if day < last} | {last})
    if len(knots) == 1:
        knots = [last - DAY, last]
    lengths = [sqrt((after - before).days) for before, after in pairwise(knots)]
    scale = (end - start) / sum(lengths)
    places = accumulate(lengths, lambda place, length: place + scale * length, initial=start)
    return TimeAxis(tuple(knots), (*list(places)[:-1], end))
