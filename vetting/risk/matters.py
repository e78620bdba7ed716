"""One matter: its five factors, whether it is scored, and if not, why not."""

from __future__ import annotations

from typing import NamedTuple

from vetting.risk import scales
from vetting.risk.evidence import admissible_origins, corroborated, strength
from vetting.risk.facts import MatterCoding
from vetting.risk.parameters import Number, Parameters, Weights
from vetting.risk.stages import kappa


class Factors(NamedTuple):
    """Severity ceiling, link, stage, evidence and refutation of a matter, each from 0 to 1."""

    ceiling: float
    link: float
    kappa: float
    e: float
    f: float

    @property
    def x(self) -> float:
        """Link times stage times evidence times what is not refuted."""
        return self.link * self.kappa * self.e * (1 - self.f)


def factors(matter: MatterCoding, weights: Weights[float], against: Weights[float] | None = None) -> Factors:
    """Return the factors of a matter (2.3); `against` are the weights of refuting evidence, by default the same."""
    return Factors(
        weights.severity[matter.severity],
        link_value(matter, weights),
        kappa(matter.stage, weights),
        evidence(matter.supporting, weights),
        evidence(matter.refuting, against or weights),
    )


def link_value(matter: MatterCoding, weights: Weights[Number]) -> Number:
    """Return the value of a link, from 0 to 1; a superior's counts for more once a finding has established it (2.2)."""
    if matter.link == 3 and matter.stage.is_finding:
        return weights.link_established
    return weights.link[matter.link]


def evidence(grades: tuple[str, ...], weights: Weights[float]) -> float:
    """Return what origins of these grades amount to together."""
    return corroborated([strength(grade, weights) for grade in grades], weights.dependence)


def why_not_scored(matter: MatterCoding, method: Parameters) -> str | None:
    """Return why a matter is on record without being scored, or None when it is scored (2.3).

    Decided on recorded grades and nominal weights alone.
    """
    if matter.link not in scales.SCORED_LINKS:
        return f"link L{matter.link}, {scales.LINKS[matter.link]}: shown as context"
    if not matter.supporting:
        return "no supporting evidence counts"
    if not admissible_origins(matter.supporting, method):
        return "no origin is strong enough to be scored"
    if kappa(matter.stage, method.nominal) == 0:
        return f"{matter.stage.exoneration}, {scales.EXONERATIONS[matter.stage.exoneration]}"
    return None
