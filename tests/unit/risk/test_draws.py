"""What the draws promise whatever the facts; the numbers are those of the method's list."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vetting.risk.compare import probability_above
from vetting.risk.draws import draw, drawn_weights, miscoded
from vetting.risk.engine import assess, assess_vector
from vetting.risk.facts import MatterFacts, Stage
from vetting.risk.prng import uniform, uniforms
from vetting.risk.scoring import point
from vetting.risk.uncertainty import interval
from vetting.risk.versions import CURRENT, parameters

from .strategies import (
    DRAWN_PROPERTY,
    NOT_FINDINGS,
    PROPERTY,
    candidacies,
    cluster,
    clusters,
    matters,
    one_matter,
    scored_matters,
    stages,
    voices,
    with_matters,
)

TOLERANCE = 1e-9
STRONGEST = (cluster("A1"), cluster("A1"), cluster("A1"))


def draws_of(facts):
    return draw(point(facts).coding, CURRENT)


@DRAWN_PROPERTY
@given(candidacies(scored_matters, min_size=2), st.randoms(), st.sampled_from("NSXDE"), voices)
def test_02_07_08_order_reply_and_opposition_change_no_draw(facts, random, reply, opposition):
    shuffled = tuple(random.sample(facts.matters, len(facts.matters)))
    other = replace(facts, matters=shuffled, reply=reply, opposition=opposition)

    assert np.array_equal(draws_of(other), draws_of(facts))


@pytest.mark.parametrize(("code", "bound"), [("K4", 75), ("K6", 80)])
def test_14_no_draw_of_a_pile_exceeds_its_ceiling(code, bound):
    pile = with_matters(*[MatterFacts(1, 5, 4, Stage(code, "R"), STRONGEST)] * 60)

    assert draws_of(pile).max() <= bound + TOLERANCE


def test_14b_petty_final_decisions_lift_no_ceiling_in_any_draw():
    grave = [MatterFacts(1, 5, 4, Stage("K4", "R"), STRONGEST)] * 58
    petty = [MatterFacts(1, severity, 4, Stage("K7", "R"), STRONGEST) for severity in (1, 2)]

    assert draws_of(with_matters(*grave, *petty)).max() <= 75 + TOLERANCE


@DRAWN_PROPERTY
@given(st.lists(matters(stage=stages(NOT_FINDINGS), supporting=st.just(STRONGEST)), min_size=1, max_size=6))
def test_14_no_draw_of_what_nobody_ruled_on_exceeds_75(found):
    draws = draws_of(with_matters(*found))

    assert draws is None or draws.max() <= 75 + TOLERANCE


@DRAWN_PROPERTY
@given(candidacies(scored_matters, min_size=1))
def test_25_interval_and_envelope_contain_the_point(facts):
    profile = assess(facts)

    assert profile.i90[0] <= profile.eci <= profile.i90[1]
    assert profile.envelope[0] - TOLERANCE <= profile.eci <= profile.envelope[1] + TOLERANCE
    assert sum(profile.band_prob.values()) == pytest.approx(1)
    assert assess(facts) == profile


@PROPERTY
@given(st.text(max_size=40), st.integers(0, 999))
def test_26_scalar_and_vectorised_numbers_agree_bit_for_bit(key, place):
    assert uniforms(key, 1000)[place] == uniform(key, place)


@DRAWN_PROPERTY
@given(candidacies(scored_matters, min_size=1), clusters)
def test_27_one_more_origin_raises_or_keeps_every_draw(facts, origin):
    first, *others = facts.matters
    more = replace(facts, matters=(replace(first, supporting=(*first.supporting, origin)), *others))

    assert np.all(draws_of(more) >= draws_of(facts) - TOLERANCE)


def test_a_coder_is_off_below_the_error_and_from_its_counterpart_on():
    before, value, after = (np.full(4, number) for number in (1.0, 2.0, 3.0))

    assert miscoded(before, value, after, np.array([0.09, 0.1, 0.89, 0.9]), 0.1).tolist() == [1, 2, 2, 3]


def test_draws_are_remembered_and_nobody_changes_them():
    coding = point(with_matters(MatterFacts(1, 5, 4, Stage(), STRONGEST))).coding
    draws = draw(coding, CURRENT)

    assert draw(coding, CURRENT) is draws
    with pytest.raises(ValueError, match="read-only"):
        draws[0] = 0.0


@pytest.mark.parametrize(("eci", "expected"), [(500.0, (50, 950)), (20.0, (20, 950)), (990.0, (50, 990))])
def test_an_interval_is_the_nearest_rank_widened_to_the_point(eci, expected):
    assert interval(np.arange(1000.0, 0.0, -1.0), eci, parameters().rules) == expected


def test_the_envelope_moves_exonerating_forums_against_all_other_weights():
    acquitted = MatterFacts(1, 5, 4, Stage("K4", "R", "X3", "P"), (cluster("A1"),))

    profile = assess(one_matter(acquitted))

    lowest = 100 * 0.66 * (1 - 0.80 * (1 - 0.02)) * 0.85
    highest = 100 * 0.74 * (1 - 0.40 * (1 - 0.18)) * 0.95
    assert profile.envelope == pytest.approx((lowest, highest), abs=TOLERANCE)


def test_a_candidacy_is_above_itself_half_of_the_time():
    profile = point(with_matters(MatterFacts(1, 5, 4, Stage(), STRONGEST)))

    assert probability_above(profile, profile) == 0.5


@DRAWN_PROPERTY
@given(candidacies(matters(links=st.integers(0, 1))))
def test_28_without_evidence_there_is_no_interval_and_no_band(facts):
    profile = assess(facts)

    assert (profile.i90, profile.band_prob, profile.envelope) == (None, None, (0.0, 0.0))


@DRAWN_PROPERTY
@given(candidacies(scored_matters, min_size=1), candidacies())
def test_33_the_chances_of_a_pair_sum_to_one(one, other):
    a, b = point(one), point(other)

    there, back = probability_above(a, b), probability_above(b, a)

    if b.score is None:
        assert there is None
        assert back is None
    else:
        assert there + back == pytest.approx(1)


@pytest.mark.parametrize(
    ("scale", "descending"),
    [("reliability", "ABCDE"), ("credibility", "12345"), ("stage", ("K7", "K6", "K5", "K4", "K3", "K2", "K0"))],
)
def test_40_code_order_holds_in_every_draw_of_the_grades(scale, descending):
    values = [getattr(drawn_weights(CURRENT), scale)[code] for code in descending]

    assert all(np.all(higher >= lower) for higher, lower in itertools.pairwise(values))


@pytest.mark.parametrize("scale", ["severity", "link"])
def test_40_number_order_holds_in_every_draw(scale):
    values = [value for _, value in sorted(getattr(drawn_weights(CURRENT), scale).items())]

    assert all(np.all(higher >= lower) for lower, higher in itertools.pairwise(values))


@DRAWN_PROPERTY
@given(candidacies())
def test_facts_and_their_vector_give_the_same_profile(facts):
    profile = assess(facts)

    assert assess_vector(profile.vector) == profile
