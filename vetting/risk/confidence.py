"""Confidence: how firmly evidence carries a matter and a profile, kept apart from how grave it is."""

from __future__ import annotations

from collections.abc import Iterable

from vetting.risk.facts import Stage
from vetting.risk.scales import CONFIDENCE_ORDER, Confidence

LARGEST_SHARE = 0.80
"""The largest contributors that together make this share of the index decide the profile's confidence."""


def matter_confidence(stage: Stage, origins: int, strongest: float, refuted: float) -> Confidence:
    """Return the confidence in one matter (method 1.0, section 2.4).

    `origins` counts the admissible ones, `strongest` is the strength of the best, `refuted` is what
    the refuting origins amount to.
    """
    by_independent_court = stage.is_finding and stage.forum == "R" and not stage.exoneration
    if refuted < 0.15 and (by_independent_court or (origins >= 3 and strongest >= 0.72)):
        return Confidence.HIGH
    if refuted < 0.30 and (stage.is_finding or (origins >= 2 and strongest >= 0.58)):
        return Confidence.MODERATE
    return Confidence.LOW if refuted < 0.60 and origins >= 1 else Confidence.VERY_LOW


def profile_confidence(contributions: Iterable[tuple[float, Confidence]]) -> Confidence | None:
    """Return the lowest confidence among the largest contributors, or None when nothing contributes.

    `contributions` pairs the points of each scored matter with the confidence in it.
    """
    ordered = sorted(contributions, key=lambda pair: round(-pair[0], 9))
    whole = sum(points for points, _ in ordered)
    held, seen = 0.0, []
    for points, confidence in ordered:
        seen.append(confidence)
        held += points
        if held >= LARGEST_SHARE * whole - 1e-9:
            break
    return min(seen, key=CONFIDENCE_ORDER.index, default=None)
