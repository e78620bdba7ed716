"""The point score: the profile that recorded grades give with the published weights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from vetting.risk import words
from vetting.risk.attribution import origin_shares, shares
from vetting.risk.coding import encode
from vetting.risk.confidence import matter_confidence, profile_confidence
from vetting.risk.evidence import admissible_origins, strength
from vetting.risk.facts import CandidacyFacts, Coding, MatterCoding
from vetting.risk.index import BELOW_ONE, Ceiling, Placed, nested, tier_of, tiers
from vetting.risk.matters import Factors, factors, why_not_scored
from vetting.risk.parameters import Parameters, Weights
from vetting.risk.profile import MatterLine, OriginShare, Profile, Reason
from vetting.risk.scales import SEVERITIES, Confidence, Status, Tier
from vetting.risk.status import band, breadth, is_covered, published, status_of
from vetting.risk.vector import to_vector
from vetting.risk.versions import CURRENT, parameters


@dataclass(frozen=True, slots=True)
class Index:
    """The index of scored matters and its parts, each from 0 to 100."""

    root: Ceiling[float]
    eci: float
    subtotals: dict[Tier, float]


@dataclass(frozen=True, slots=True)
class Score:
    """What a coding comes to, without words and shares: the index from 0 to 100, and what is published of it.

    `score` and `band` are None for the statuses that carry no number.
    """

    status: Status
    score: int | None
    band: str | None
    eci: float


def point(facts: CandidacyFacts, version: str = CURRENT) -> Profile:
    """Return the profile of a candidacy without its draws (2.3 to 2.6); raise FactsError or VersionError."""
    method = parameters(version)
    return profile_of(encode(facts, method), method)


def score_of(coding: Coding, method: Parameters) -> Score:
    """Return the score of a coding, the same as its profile has, in a sixth of the time (2.3, 2.4)."""
    scored = [
        (matter, factors(matter, method.nominal)) for matter in coding.matters if why_not_scored(matter, method) is None
    ]
    eci = index_of(scored, method.nominal, method).eci
    return published_as(eci, len(scored), coding, method)


def published_as(eci: float, scored: int, coding: Coding, method: Parameters) -> Score:
    """Return what is published of an index to which so many matters of a coding contribute."""
    status = status_of(
        scored, len(coding.matters), covered=is_covered(coding.checks, method), asked=coding.reply != "N"
    )
    score = published(eci) if scored else None
    return Score(status, score, None if score is None else band(score, method), eci)


def profile_of(coding: Coding, method: Parameters) -> Profile:
    """Return the profile of a coding without its draws (2.3 to 2.6)."""
    weighed = [(matter, factors(matter, method.nominal)) for matter in coding.matters]
    why_not = {matter.tag: why_not_scored(matter, method) for matter, _ in weighed}
    scored = [(matter, each) for matter, each in weighed if why_not[matter.tag] is None]
    index = index_of(scored, method.nominal, method)
    phi = {tag: 100 * share for tag, share in sorted(shares(index.root, len(scored)).items())}
    lines = tuple(line(matter, each, why_not[matter.tag], phi, method) for matter, each in weighed)
    said = published_as(index.eci, len(scored), coding, method)
    vector = to_vector(coding, method.version)
    return Profile(
        version=method.version,
        vector=vector,
        vector_sha256=sha256(vector.encode()).hexdigest(),
        coding=coding,
        status=said.status,
        score=said.score,
        band=said.band,
        eci=said.eci,
        lead=max((each.alone for each in lines), default=0.0),
        petty=index.subtotals[Tier.PETTY],
        institutional=index.subtotals[Tier.INSTITUTIONAL],
        unresolved=index.subtotals[Tier.UNRESOLVED],
        finding=index.subtotals[Tier.FOUND],
        final=index.subtotals[Tier.FINAL],
        phi={f"m{tag}": points for tag, points in phi.items()},
        confidence=profile_confidence(((each.phi, each.confidence) for each in lines if each.confidence), method.rules),
        coverage=coding.checks,
        opposition=breadth(coding.opposition, method.rules),
        support=breadth(coding.support, method.rules),
        unscored=len(weighed) - len(scored),
        matters=lines,
        reasons=reasons(coding.matters, lines, method.rules.most_reasons),
        sentence=words.status_sentence(
            said.status, coding.checks, coding.reply, len(weighed), coding.known or coding.as_of
        ),
    )


def index_of(scored: Sequence[tuple[MatterCoding, Factors]], weights: Weights[float], method: Parameters) -> Index:
    """Return the index of the scored matters, with the subtotal of every tier."""
    placed = [Placed(matter.tag, tier_of(matter), matter.severity, each.x) for matter, each in scored]
    by_tier = tiers(placed, weights, method)
    root = nested(by_tier, method)
    subtotals = {tier: 100 * by_tier[tier].value() if tier in by_tier else 0.0 for tier in Tier}
    return Index(root, 100 * min(root.value(), BELOW_ONE) if scored else 0.0, subtotals)


def line(
    matter: MatterCoding, each: Factors, why_not: str | None, phi: dict[int, float], method: Parameters
) -> MatterLine:
    """Return what the profile says about one matter."""
    scored, x = why_not is None, each.x if why_not is None else 0.0
    return MatterLine(
        tag=matter.tag,
        severity=matter.severity,
        link=matter.link,
        stage=str(matter.stage),
        tier=tier_of(matter),
        scored=scored,
        why_not=why_not,
        G=each.ceiling,
        L=each.link,
        kappa=each.kappa,
        e=each.e,
        f=each.f,
        x=x,
        alone=100 * each.ceiling * x,
        phi=phi.get(matter.tag, 0.0),
        confidence=confidence_in(matter, each.f, method) if scored else None,
        admissible_origins=admissible_origins(matter.supporting, method),
        clusters=origins(matter, each.e, phi.get(matter.tag, 0.0), method.nominal),
        refuting=matter.refuting,
        arithmetic=words.arithmetic(*each) if scored else "",
        wording=words.stage_wording(matter.stage),
    )


def confidence_in(matter: MatterCoding, refuted: float, method: Parameters) -> Confidence:
    """Return the confidence in one scored matter (2.4)."""
    return matter_confidence(
        matter.stage,
        admissible_origins(matter.supporting, method),
        max(strength(grade, method.nominal) for grade in matter.supporting),
        refuted,
        method.rules,
    )


def origins(matter: MatterCoding, e: float, phi: float, weights: Weights[float]) -> tuple[OriginShare, ...]:
    """Return the supporting origins of a matter with the points of its share that each accounts for."""
    strengths = tuple(strength(grade, weights) for grade in matter.supporting)
    parts = origin_shares(strengths, weights.dependence)
    return tuple(
        OriginShare(grade, p, phi * part / e if phi else 0.0)
        for grade, p, part in zip(matter.supporting, strengths, parts, strict=True)
    )


def reasons(matters: Sequence[MatterCoding], lines: Sequence[MatterLine], most: int) -> tuple[Reason, ...]:
    """Return the largest contributions in words, at most so many; of equals the lower number first."""
    pairs = [(matter, each) for matter, each in zip(matters, lines, strict=True) if each.scored]
    pairs.sort(key=lambda pair: (-round(pair[1].phi, 9), pair[0].tag))
    return tuple(
        Reason(
            tag=matter.tag,
            points=each.phi,
            severity=SEVERITIES[matter.severity],
            link=words.link_wording(matter),
            stage=each.wording,
            origins=words.origins_wording(len(matter.supporting), each.admissible_origins),
        )
        for matter, each in pairs[:most]
    )
