"""Confidence: how firmly evidence carries a matter and a profile, kept apart from how grave it is."""

from __future__ import annotations

from collections.abc import Iterable

from vetting.risk.facts import Stage
from vetting.risk.rules import ConfidenceRow, Rules
from vetting.risk.scales import CONFIDENCE_ORDER, Confidence


def matter_confidence(stage: Stage, origins: int, strongest: float, refuted: float, rules: Rules) -> Confidence:
    """Return the confidence in one matter (2.4).

    `origins` counts the admissible ones, `strongest` is the strength of the best, from 0 to 1,
    `refuted` is what the refuting origins amount to, from 0 to 1.
    """
    for row in rules.confidence:
        carried = has_finding(stage, row) or (origins >= row.origins and strongest >= row.strongest)
        if refuted < row.refuted_below and carried:
            return row.level
    return rules.lowest_confidence


def has_finding(stage: Stage, row: ConfidenceRow) -> bool:
    """Tell whether a finding against the person is of the kind that meets a row by itself."""
    return stage.is_finding and stage.forum in row.forums and not (row.undisputed and stage.exoneration)


def profile_confidence(contributions: Iterable[tuple[float, Confidence]], rules: Rules) -> Confidence | None:
    """Return the lowest confidence among the largest contributors, or None when nothing contributes.

    `contributions` pairs the points of each scored matter with the confidence in it. The largest
    that together make the decisive share of the index decide; of equals, those given first.
    """
    ordered = sorted(contributions, key=lambda pair: round(-pair[0], 9))
    whole = sum(points for points, _ in ordered)
    held, seen = 0.0, []
    for points, confidence in ordered:
        seen.append(confidence)
        held += points
        if held >= rules.decisive_share * whole - 1e-9:
            break
    return min(seen, key=CONFIDENCE_ORDER.index, default=None)
