"""Comparison of two candidacies: how often one index exceeds the other over their shared draws."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vetting.risk.draws import draw
from vetting.risk.profile import Profile
from vetting.risk.versions import parameters

HIGHER = "higher recorded concern than"
NOT_DISTINGUISHABLE = "not distinguishable from"
NOT_COMPARABLE = "not comparable with"


class ComparisonError(ValueError):
    """Two profiles were made by different versions of the method."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """What may be said of two candidacies: the slug named first, the words, the slug named second.

    `probability` is that of the first being above the second; None where either has nothing scored.
    """

    first: str
    words: str
    second: str
    probability: float | None


def compare(a: Profile, b: Profile) -> Comparison:
    """Return what may be said of `a` and `b` (2.8); where one is higher, it is named first.

    Raises ComparisonError when their versions differ.
    """
    above = probability_above(a, b)
    if above is None:
        return Comparison(a.coding.slug, NOT_COMPARABLE, b.coding.slug, None)
    surely = parameters(a.version).rules.surely_above
    if above >= surely:
        return Comparison(a.coding.slug, HIGHER, b.coding.slug, above)
    if 1 - above >= surely:
        return Comparison(b.coding.slug, HIGHER, a.coding.slug, 1 - above)
    return Comparison(a.coding.slug, NOT_DISTINGUISHABLE, b.coding.slug, above)


def probability_above(a: Profile, b: Profile) -> float | None:
    """Return in which share of the draws `a` is above `b`, from 0 to 1, a tie counting half.

    None where either has nothing scored; ComparisonError when their versions differ.
    """
    if a.version != b.version:
        raise ComparisonError(f"Version {a.version} of the method is not comparable with {b.version}.")
    draws_a, draws_b = draw(a.coding, a.version), draw(b.coding, b.version)
    if draws_a is None or draws_b is None:
        return None
    return float(np.mean(draws_a > draws_b) + np.mean(draws_a == draws_b) / 2)
