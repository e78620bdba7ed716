"""Confidence follows findings, independent origins and what is refuted, each to its border."""

import pytest

from vetting.risk.confidence import matter_confidence, profile_confidence
from vetting.risk.facts import Stage
from vetting.risk.scales import Confidence
from vetting.risk.versions import parameters

RULES = parameters().rules
ALLEGED = Stage()
HIGH, MODERATE, LOW, VERY_LOW = Confidence.HIGH, Confidence.MODERATE, Confidence.LOW, Confidence.VERY_LOW


@pytest.mark.parametrize(
    ("stage", "origins", "strongest", "refuted", "confidence"),
    [
        (Stage("K5", "R"), 1, 0.5, 0.0, HIGH),
        (Stage("K5", "R"), 1, 0.5, 0.149, HIGH),
        (Stage("K5", "R"), 1, 0.5, 0.15, MODERATE),
        (Stage("K5", "R"), 1, 0.5, 0.30, LOW),
        (Stage("K5", "R", "X3", "N"), 1, 0.5, 0.0, MODERATE),
        (Stage("K5", "P"), 1, 0.5, 0.0, MODERATE),
        (Stage("K7", "N"), 1, 0.9, 0.0, LOW),
        (ALLEGED, 3, 0.72, 0.0, HIGH),
        (ALLEGED, 3, 0.7199, 0.0, MODERATE),
        (ALLEGED, 2, 0.9, 0.0, MODERATE),
        (ALLEGED, 2, 0.58, 0.299, MODERATE),
        (ALLEGED, 2, 0.5799, 0.0, LOW),
        (ALLEGED, 1, 0.9, 0.0, LOW),
        (ALLEGED, 3, 0.9, 0.599, LOW),
        (ALLEGED, 3, 0.9, 0.60, VERY_LOW),
        (ALLEGED, 0, 0.4, 0.0, VERY_LOW),
    ],
)
def test_a_matter_has_the_confidence_of_its_row(stage, origins, strongest, refuted, confidence):
    assert matter_confidence(stage, origins, strongest, refuted, RULES) is confidence


@pytest.mark.parametrize(
    ("contributions", "confidence"),
    [
        ([], None),
        ([(80.0, HIGH), (20.0, LOW)], HIGH),
        ([(79.0, HIGH), (21.0, LOW)], LOW),
        ([(20.0, VERY_LOW), (50.0, HIGH), (30.0, MODERATE)], MODERATE),
        ([(0.1, VERY_LOW), (0.4, HIGH)], HIGH),
        ([(60.0, HIGH), (20.0, MODERATE), (20.0 + 3e-10, LOW)], MODERATE),
    ],
)
def test_a_profile_has_the_lowest_confidence_of_its_largest_contributors(contributions, confidence):
    assert profile_confidence(contributions, RULES) is confidence
