"""What a version of the method fixes beside its parameter file: the shape of these numbers, not their values."""

from __future__ import annotations

from dataclasses import dataclass

from vetting.risk.scales import Confidence


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfidenceRow:
    """One row of the table of confidence; the first row that a matter meets names its level.

    It is met where less than `refuted_below` of the evidence is refuted and, besides, either a
    finding by one of `forums` stands (`undisputed`: without any exoneration) or at least `origins`
    admissible origins support the matter, the best of them with a strength of `strongest` or more.
    """

    level: Confidence
    refuted_below: float
    forums: str
    undisputed: bool
    origins: int
    strongest: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The thresholds of one version; shares and strengths run from 0 to 1.

    `half_signatories` and `half_countries` are the counts at which each half of the breadth index
    reaches one half. `interval` are the quantiles of the draws at its two ends. `surely_above` is
    the share of the draws from which one candidacy counts as higher than another. A band is named
    when its probability is `likely_band` or more. `what_if_grade` grades the origin that a what-if adds.
    """

    confidence: tuple[ConfidenceRow, ...]
    lowest_confidence: Confidence
    decisive_share: float
    half_signatories: int
    half_countries: int
    interval: tuple[float, float]
    surely_above: float
    likely_band: float
    most_reasons: int
    what_if_grade: str
