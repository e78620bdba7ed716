"""The risk profile: what an assessment says, frozen and ready to be stored as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from vetting.risk import words
from vetting.risk.facts import Checks, Coding
from vetting.risk.scales import Confidence, Status, Tier

Interval = tuple[float, float]


@dataclass(frozen=True, slots=True)
class OriginShare:
    """One supporting origin: its best grade, the strength of it, and its points of the index."""

    grade: str
    strength: float
    points: float


@dataclass(frozen=True, slots=True)
class MatterLine:
    """One matter of a profile: G, L, kappa, e and f make x = L kappa e (1 - f); points are out of 100.

    `alone` is what the matter would give by itself, `phi` its Shapley share of the index. Where it
    is not scored, `x`, `alone` and `phi` are 0 and `why_not` says why.
    """

    tag: int
    severity: int
    link: int
    stage: str
    tier: Tier
    scored: bool
    why_not: str | None
    G: float
    L: float
    kappa: float
    e: float
    f: float
    x: float
    alone: float
    phi: float
    confidence: Confidence | None
    admissible_origins: int
    clusters: tuple[OriginShare, ...]
    refuting: tuple[str, ...]
    arithmetic: str
    wording: str


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason code in words: a matter that contributes, without its conduct, which only the caller knows."""

    tag: int
    points: float
    severity: str
    link: str
    stage: str
    origins: str

    def sentence(self, conduct: str) -> str:
        """Return the reason with the conduct as alleged put in its place."""
        return " – ".join((self.severity, f"{conduct} (alleged)", self.link, self.stage, self.origins))


@dataclass(frozen=True, slots=True)
class Profile:
    """The assessment of one candidacy on one day, by one version of the method.

    Index values run from 0 to 100. `score` and `band` are None for the three statuses that carry no
    number. `i90`, `envelope` and `band_prob` stay None until the draws are made, and `i90` and
    `band_prob` for good where nothing is scored.
    """

    version: str
    vector: str
    vector_sha256: str
    coding: Coding
    status: Status
    score: int | None
    band: str | None
    eci: float
    lead: float
    petty: float
    institutional: float
    unresolved: float
    finding: float
    final: float
    phi: Mapping[str, float]
    confidence: Confidence | None
    coverage: Checks
    opposition: Interval
    support: Interval
    unscored: int
    matters: tuple[MatterLine, ...]
    reasons: tuple[Reason, ...]
    sentence: str
    i90: Interval | None = None
    envelope: Interval | None = None
    band_prob: Mapping[str, float] | None = None

    @property
    def printed_score(self) -> str:
        """The score as pages print it: "<1" where a scored matter rounds down to 0, "" without a score."""
        return "" if self.score is None else words.printed(self.score)

    def to_json(self) -> dict[str, Any]:
        """Return the profile as plain JSON values; the coding is left out, for the vector says the same."""
        content = asdict(self)
        del content["coding"]
        plain: dict[str, Any] = json.loads(json.dumps(content))
        return plain | {"printed_score": self.printed_score}
