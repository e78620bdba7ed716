"""Status, band and breadth: what is said before, with and beside the number."""

from __future__ import annotations

from fractions import Fraction
from math import floor, sqrt

from vetting.risk.facts import Checks, Voices
from vetting.risk.parameters import Parameters
from vetting.risk.profile import Interval
from vetting.risk.rules import Rules
from vetting.risk.scales import HIGHEST_SCORE, Status

SNAP = 9
"""Decimals to which an index is rounded before it is cut to a whole number, against rounding error."""


def published(eci: float) -> int:
    """Return the index, from 0 to 100, rounded down after snapping, from 0 to 99 (2.3).

    >>> published(9.9999999999), published(9.99), published(0.2)
    (10, 9, 0)
    """
    return min(floor(round(eci, SNAP)), HIGHEST_SCORE)


def band(score: int, method: Parameters) -> str:
    """Return the name of the band that a published score, from 0 to 99, falls in (2.4)."""
    return next(name for lowest, name in reversed(method.bands) if score >= lowest)


def is_covered(checks: Checks, method: Parameters) -> bool:
    """Tell whether enough of the applicable checks are done to call the search complete (2.4)."""
    return checks.applicable > 0 and Fraction(checks.done, checks.applicable) >= method.enough_coverage


def status_of(scored: int, recorded: int, *, covered: bool, asked: bool) -> Status:
    """Return the status of a profile with so many scored matters out of so many on record (2.4).

    `covered` tells whether the search is complete enough, `asked` whether the candidate was asked to reply.
    """
    if scored:
        return Status.ASSESSED if covered and asked else Status.PRELIMINARY
    if not covered:
        return Status.NOT_ASSESSED
    return Status.NOT_SCORED if recorded else Status.NOTHING_FOUND


def breadth(voices: Voices | None, rules: Rules) -> Interval:
    """Return how broad opposition or support is, lowest and highest, from 0 to 100 with two decimals (2.4).

    An unknown number of countries lies between one and one for each signatory; an unknown number of
    signatories between one for each country and no limit.
    """
    if voices is None:
        return 0.0, 0.0
    n, c = voices.signatories, voices.countries
    fewest = n if n is not None else c or 1
    widest = c if c is not None else n
    low = half(fewest, rules.half_signatories) * half(1 if c is None else c, rules.half_countries)
    high = half(n, rules.half_signatories) * half(widest, rules.half_countries)
    return round(100 * sqrt(low), 2), round(100 * sqrt(high), 2)


def half(count: int | None, at_half: int) -> float:
    """Return the share that a count reaches, one half at `at_half`; a count without limit reaches 1."""
    return 1.0 if count is None else count / (count + at_half)
