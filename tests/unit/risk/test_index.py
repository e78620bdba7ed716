"""The index joins parts under their ceilings; one part alone stays what it is."""

import pytest

from vetting.risk.facts import MatterCoding, Stage
from vetting.risk.index import Ceiling, Leaf, Placed, joined, nested, tier_of, tiers
from vetting.risk.scales import Tier

from .strategies import METHOD


def test_without_a_scored_matter_the_index_has_no_parts():
    assert nested({}, METHOD) == Ceiling(1.0, ())


@pytest.mark.parametrize(
    ("values", "cap", "whole"),
    [
        ([0.3], 0.75, 0.3),
        ([0.3, 0.3], 0.75, 0.75 * (1 - 0.6**2)),
        ([0.75, 0.1], 0.75, 0.75),
        ([0.1, 0.2, 0.3], 1.0, 1 - 0.9 * 0.8 * 0.7),
    ],
)
def test_parts_close_the_distance_to_their_cap(values, cap, whole):
    assert joined(values, cap) == pytest.approx(whole, abs=1e-15)


@pytest.mark.parametrize(
    ("severity", "link", "stage", "tier"),
    [
        (2, 2, Stage("K7", "R"), Tier.PETTY),
        (1, 4, Stage(), Tier.PETTY),
        (3, 2, Stage("K7", "R"), Tier.INSTITUTIONAL),
        (3, 3, Stage("K4", "R"), Tier.UNRESOLVED),
        (3, 4, Stage("K7", "N"), Tier.UNRESOLVED),
        (5, 4, Stage("K5", "U"), Tier.FOUND),
        (5, 3, Stage("K6", "P"), Tier.FOUND),
        (3, 4, Stage("K7", "U"), Tier.FINAL),
    ],
)
def test_a_matter_has_the_tier_of_its_codes(severity, link, stage, tier):
    assert tier_of(MatterCoding(1, severity, link, stage)) is tier


def test_tiers_hold_their_classes_under_their_caps():
    placed = [
        Placed(1, Tier.UNRESOLVED, 5, 0.2),
        Placed(2, Tier.UNRESOLVED, 4, 0.1),
        Placed(3, Tier.INSTITUTIONAL, 5, 0.05),
    ]

    found = tiers(placed, METHOD.nominal, METHOD)

    assert found == {
        Tier.UNRESOLVED: Ceiling(0.75, [Ceiling(0.75, [Leaf(2, 0.1)], 0.7), Ceiling(0.75, [Leaf(1, 0.2)], 1.0)]),
        Tier.INSTITUTIONAL: Ceiling(0.1, [Ceiling(0.1, [Leaf(3, 0.05)], 1.0)]),
    }


def test_tiers_nest_in_the_order_of_what_was_decided():
    by_tier = {tier: Ceiling(1.0, [Leaf(tag, 0.1)]) for tag, tier in enumerate(Tier)}

    root = nested(by_tier, METHOD)

    open_matters, final = root.parts
    unresolved, found = open_matters.parts
    assert (root.cap, open_matters.cap, unresolved.cap) == (1.0, 0.80, 0.75)
    assert (unresolved.parts, found, final) == (
        [by_tier[tier] for tier in (Tier.PETTY, Tier.INSTITUTIONAL, Tier.UNRESOLVED)],
        by_tier[Tier.FOUND],
        by_tier[Tier.FINAL],
    )
