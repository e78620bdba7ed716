"""The draws: the index under a thousand plausible sets of weights and grading errors.

Random numbers are keyed by content and not by position, so that adding a source never reshuffles
the draws of the others; the draws of the weights are the same for all candidates.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray

from vetting.risk.facts import Coding, MatterCoding
from vetting.risk.index import BELOW_ONE, Placed, nested, tier_of, tiers
from vetting.risk.matters import link_value, why_not_scored
from vetting.risk.parameters import Parameters, Range, Weights
from vetting.risk.prng import uniforms
from vetting.risk.stages import kappa
from vetting.risk.versions import parameters

Draws = NDArray[np.float64]

NEIGHBOURS = {
    code: (scale[max(rank - 1, 0)], scale[min(rank + 1, len(scale) - 1)])
    for scale in ("ABCDE", "12345", "F", "6")
    for rank, code in enumerate(scale)
}
"""The codes before and after each half of a grade; what cannot be judged has no neighbour."""

LINK_NEIGHBOURS = {3: (2, 4), 4: (3, 4)}
"""The links before and after those that a coder may misjudge."""


@lru_cache(maxsize=512)
def draw(coding: Coding, version: str) -> Draws | None:
    """Return the index in every draw, from 0 up to but not including 100, or None where nothing is scored (2.7).

    What is scored, and in which tier, is decided on recorded grades and never on drawn ones. The
    draws are remembered, for a candidacy is compared with all others of its contest; do not change them.
    """
    method = parameters(version)
    weights = drawn_weights(version)
    placed = [
        Placed(matter.tag, tier_of(matter), matter.severity, drawn_x(matter, coding, weights, method))
        for matter in coding.matters
        if why_not_scored(matter, method) is None
    ]
    if not placed:
        return None
    draws = 100 * np.minimum(nested(tiers(placed, weights, method), method).value(), BELOW_ONE)
    draws.setflags(write=False)
    return draws


@cache
def drawn_weights(version: str) -> Weights[Draws]:
    """Return every weight in every draw: one uniform for a group, so that ordered codes stay ordered (2.7)."""
    method = parameters(version)
    groups = {group: uniforms(f"CIRP:{version}|p|{group}", method.draws) for group in method.groups}
    return method.weights(lambda group, span, raises: triangular(groups[group], span))


def triangular(u: Draws, span: Range) -> Draws:
    """Return the quantiles `u`, from 0 to 1, of the triangular distribution over a range (2.7)."""
    low, nominal, high = span
    rising = low + np.sqrt(u * (high - low) * (nominal - low))
    falling = high - np.sqrt((1 - u) * (high - low) * (high - nominal))
    return np.where(u * (high - low) < nominal - low, rising, falling)


def drawn_x(matter: MatterCoding, coding: Coding, weights: Weights[Draws], method: Parameters) -> Draws:
    """Return the x of a scored matter in every draw."""
    key = f"CIRP:{method.version}|{coding.slug}|m{matter.tag}|"
    error = method.grade_error[coding.coders]
    x = drawn_link(matter, key, weights, method.link_error[coding.coders]) * kappa(matter.stage, weights)
    x = x * drawn_evidence(matter.supporting, f"{key}+", weights, error)
    return x * (1 - drawn_evidence(matter.refuting, f"{key}-", weights, error)) if matter.refuting else x


def drawn_link(matter: MatterCoding, key: str, weights: Weights[Draws], error: float) -> Draws:
    """Return the link value in every draw; what a finding has established is not misjudged."""
    value = link_value(matter, weights)
    if matter.link not in LINK_NEIGHBOURS or matter.stage.is_finding:
        return value
    before, after = (weights.link[link] for link in LINK_NEIGHBOURS[matter.link])
    return miscoded(before, value, after, uniforms(f"{key}L", len(value)), error)


def miscoded(before: Draws, value: Draws, after: Draws, u: Draws, error: float) -> Draws:
    """Return `value`, or in the lowest `error` of `u` the code before it and in the highest the one after."""
    return np.where(u < error, before, np.where(u >= 1 - error, after, value))


def drawn_evidence(grades: Sequence[str], key: str, weights: Weights[Draws], error: float) -> Draws:
    """Return what origins of these grades, one or more, amount to in every draw."""
    strengths = np.array(
        [
            np.sqrt(
                misgraded(grade[0], weights.reliability, f"{key}{grade}#{nth}|r", error)
                * misgraded(grade[1], weights.credibility, f"{key}{grade}#{nth}|c", error)
            )
            for grade, nth in numbered(grades)
        ]
    )
    strengths.sort(axis=0)
    best: Draws = strengths[-1]
    missed: Draws = np.prod(1 - strengths[:-1], axis=0)
    return best + best * (1 - best) * (1 - weights.dependence) * (1 - missed)


def misgraded(code: str, values: Mapping[str, Draws], key: str, error: float) -> Draws:
    """Return the value of half a grade in every draw, now and then that of a grade one step off."""
    before, after = (values[neighbour] for neighbour in NEIGHBOURS[code])
    return miscoded(before, values[code], after, uniforms(key, len(values[code])), error)


def numbered(grades: Sequence[str]) -> list[tuple[str, int]]:
    """Return each grade with its number among equals.

    >>> numbered(["B2", "B2", "C3"])
    [('B2', 1), ('B2', 2), ('C3', 1)]
    """
    return [(grade, grades[: place + 1].count(grade)) for place, grade in enumerate(grades)]
