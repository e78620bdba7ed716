"""What the point score promises whatever the facts; the numbers are those of the method's list."""

import re
from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations, permutations
from math import factorial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vetting.risk.attribution import origin_shares
from vetting.risk.evidence import corroborated
from vetting.risk.facts import CandidacyFacts, Checks, MatterFacts, Proceeding, Stage
from vetting.risk.scales import STAGES, UNEXAMINED, Status
from vetting.risk.scoring import point, score_of
from vetting.risk.stages import controlling, kappa
from vetting.risk.status import band, is_covered, published, status_of
from vetting.risk.vector import parse, to_vector

from .strategies import (
    METHOD,
    NOT_FINDINGS,
    PROPERTY,
    adverse_acts,
    candidacies,
    cluster,
    clusters,
    exonerations,
    matters,
    numbered,
    one_matter,
    proceedings,
    scored_matters,
    stages,
    voices,
    with_matters,
)

TOLERANCE = 1e-9
strengths = st.lists(st.floats(0, 0.9), min_size=1, max_size=6)


def eci(facts):
    return point(facts).eci


@PROPERTY
@given(candidacies())
def test_01_the_index_stays_below_100(facts):
    profile = point(facts)

    assert 0 <= profile.eci < 100
    assert profile.score is None or 0 <= profile.score <= 99
    assert all(0 <= line.x < 1 and 0 <= line.e < 1 for line in profile.matters)


def test_01_no_pile_of_final_decisions_reaches_100():
    profile = point(pile((5,), ("K7",), (4,)))

    assert profile.eci < 100
    assert profile.score == 99


@PROPERTY
@given(candidacies())
def test_a_score_is_what_its_profile_says(facts):
    profile = point(facts)
    score = score_of(profile.coding, METHOD)

    assert (score.status, score.score, score.band, score.eci) == (
        profile.status,
        profile.score,
        profile.band,
        profile.eci,
    )


@PROPERTY
@given(candidacies(), st.randoms())
def test_02_order_is_irrelevant(facts, random):
    def shuffled(items):
        return tuple(random.sample(items, len(items)))

    def reordered(matter):
        stage = matter.stage if isinstance(matter.stage, Stage) else shuffled(matter.stage)
        return replace(
            matter,
            stage=stage,
            supporting=shuffled([shuffled(each) for each in matter.supporting]),
            refuting=shuffled(matter.refuting),
        )

    other = replace(facts, matters=shuffled([reordered(matter) for matter in facts.matters]))

    assert point(other) == point(facts)


@PROPERTY
@given(candidacies())
def test_03_a_vector_and_its_coding_say_the_same(facts):
    profile = point(facts)

    assert parse(profile.vector) == profile.coding
    assert to_vector(parse(profile.vector)) == profile.vector


def with_first(facts, **changes):
    """Return the candidacy with its first matter changed."""
    return replace(facts, matters=(replace(facts.matters[0], **changes), *facts.matters[1:]))


@PROPERTY
@given(candidacies(min_size=1), clusters)
def test_04_one_more_supporting_origin_never_lowers(facts, origin):
    more = with_first(facts, supporting=(*facts.matters[0].supporting, origin))

    assert eci(more) >= eci(facts) - TOLERANCE


@PROPERTY
@given(candidacies(scored_matters, min_size=1), clusters)
def test_05_one_more_refuting_origin_never_raises(facts, origin):
    more = with_first(facts, refuting=(*facts.matters[0].refuting, origin))

    assert eci(more) <= eci(facts) + TOLERANCE


@PROPERTY
@given(candidacies(scored_matters, min_size=1), st.sampled_from("BCDE"), st.sampled_from("2345"))
def test_06_a_better_grade_never_lowers(facts, letter, digit):
    worse, better_letter, better_digit = (
        eci(with_first(facts, supporting=(*facts.matters[0].supporting, cluster(grade))))
        for grade in (letter + digit, chr(ord(letter) - 1) + digit, letter + chr(ord(digit) - 1))
    )

    assert min(better_letter, better_digit) >= worse - TOLERANCE


@PROPERTY
@given(candidacies(), st.sampled_from("NSXDE"))
def test_07_the_reply_changes_no_number(facts, reply):
    one, other = point(facts), point(replace(facts, reply=reply))

    assert (one.eci, one.score, one.phi, one.confidence) == (other.eci, other.score, other.phi, other.confidence)


@PROPERTY
@given(candidacies(), voices, voices)
def test_08_opposition_and_support_change_nothing_but_themselves(facts, opposition, support):
    one, other = point(facts), point(replace(facts, opposition=opposition, support=support))

    assert (
        replace(
            other,
            coding=one.coding,
            vector=one.vector,
            vector_sha256=one.vector_sha256,
            opposition=one.opposition,
            support=one.support,
        )
        == one
    )


@PROPERTY
@given(proceedings, exonerations)
def test_09_an_exoneration_never_raises_a_stage(acts, exoneration):
    assert stage_value((*acts, exoneration)) <= stage_value(acts) + TOLERANCE


@PROPERTY
@given(proceedings, adverse_acts)
def test_10_an_adverse_act_never_lowers_a_stage(acts, act):
    assert stage_value((*acts, act)) >= stage_value(acts) - TOLERANCE


def stage_value(acts):
    return kappa(controlling(acts, METHOD), METHOD.nominal)


@PROPERTY
@given(matters(stage=proceedings), st.integers(1, 30))
def test_11_the_number_of_private_complaints_changes_nothing(matter, count):
    once = replace(matter, stage=(*matter.stage, Proceeding("K1")))
    often = replace(matter, stage=(*matter.stage, *[Proceeding("K1")] * count))

    assert point(one_matter(often)) == point(one_matter(once))


@PROPERTY
@given(proceedings, st.randoms())
def test_12_the_order_of_proceedings_is_irrelevant(acts, random):
    assert controlling(random.sample(acts, len(acts)), METHOD) == controlling(acts, METHOD)


@PROPERTY
@given(matters(stage=stages(tuple(UNEXAMINED))))
def test_13_what_nobody_examined_stays_at_or_below_45(matter):
    assert eci(one_matter(matter)) <= 45 + TOLERANCE


@PROPERTY
@given(st.lists(matters(stage=stages(NOT_FINDINGS)), max_size=8))
def test_14_what_nobody_ruled_on_stays_at_or_below_75(found):
    assert eci(with_matters(*found)) <= 75 + TOLERANCE


@PROPERTY
@given(st.lists(matters(stage=stages((*NOT_FINDINGS, "K5", "K6"))), max_size=8))
def test_14_what_is_not_final_stays_at_or_below_80(found):
    assert eci(with_matters(*found)) <= 80 + TOLERANCE


STRONGEST = (cluster("A1"), cluster("A1"), cluster("A1"))


def pile(severities, codes, links):
    """Sixty or more matters of the strongest evidence, evenly of the severities, stages and links given."""
    kinds = [
        MatterFacts(1, severity, link, Stage(code, "U" if code in UNEXAMINED else "R"), STRONGEST)
        for severity in severities
        for code in codes
        for link in links
    ]
    return with_matters(*kinds * (60 // len(kinds) + 1))


@pytest.mark.parametrize(
    ("severities", "codes", "links", "bound"),
    [
        ((5,), ("K4",), (4,), 75),
        ((5, 2, 1), ("K4",), (4,), 75),
        ((5,), ("K6",), (4,), 80),
        ((3, 4, 5), tuple(STAGES), (2,), 10),
        ((1,), tuple(STAGES), (4,), 5.0),
        ((1, 2), tuple(STAGES), (2, 3, 4), 19.25),
        ((1, 2, 3), NOT_FINDINGS, (2, 3, 4), 43.3),
        ((1, 2, 3), (*NOT_FINDINGS, "K5", "K6"), (2, 3, 4), 58.0),
        ((1, 2, 3), tuple(STAGES), (2, 3, 4), 74.8),
        ((1, 2, 3, 4), NOT_FINDINGS, (2, 3, 4), 66.1),
        ((1, 2, 3, 4), (*NOT_FINDINGS, "K5", "K6"), (2, 3, 4), 77.5),
        ((1, 2, 3, 4), tuple(STAGES), (2, 3, 4), 95.9),
    ],
)
def test_14_15_19_no_pile_exceeds_its_guarantee(severities, codes, links, bound):
    assert eci(pile(severities, codes, links)) <= bound + 0.05


def test_14b_petty_final_decisions_lift_no_ceiling():
    grave = [MatterFacts(1, 5, 4, Stage("K4", "R"), STRONGEST)] * 58
    petty = [MatterFacts(1, severity, 4, Stage("K7", "R"), STRONGEST) for severity in (1, 2)]

    assert eci(with_matters(*grave, *petty)) <= 75 + TOLERANCE


@PROPERTY
@given(st.lists(matters(links=st.just(2)).filter(lambda matter: matter.severity >= 3), max_size=8))
def test_15_institutional_matters_stay_at_or_below_10(found):
    assert eci(with_matters(*found)) <= 10 + TOLERANCE


@PROPERTY
@given(matters(links=st.integers(0, 1)))
def test_16_association_is_never_scored(matter):
    profile = point(one_matter(matter))

    assert (profile.score, profile.eci, profile.status) == (None, 0.0, Status.NOT_SCORED)


def test_17_weak_reports_without_one_admissible_origin_score_nothing():
    weak = MatterFacts(1, 5, 4, Stage("K4", "R"), (cluster("B4"), cluster("C4"), cluster("F2")) * 100)

    assert point(one_matter(weak)).score is None


@PROPERTY
@given(strengths, st.floats(0, 1))
def test_18_weak_origins_cannot_lift_the_best_far(found, dependence):
    best, e = max(found), corroborated(found, dependence)

    assert best <= e <= best * (2 - best) + TOLERANCE


@PROPERTY
@given(scored_matters)
def test_20_graver_or_closer_never_lowers_a_matter_alone(matter):
    own = eci(one_matter(matter))

    if matter.severity < 5:
        assert eci(one_matter(replace(matter, severity=matter.severity + 1))) >= own - TOLERANCE
    if matter.link < 4:
        assert eci(one_matter(replace(matter, link=matter.link + 1))) >= own - TOLERANCE


@PROPERTY
@given(candidacies(), matters())
def test_21_a_new_matter_never_lowers(facts, matter):
    more = replace(facts, matters=numbered((*facts.matters, matter)))

    assert eci(more) >= eci(facts) - TOLERANCE


@PROPERTY
@given(candidacies(scored_matters, max_size=12, min_size=1))
def test_22_shares_sum_to_the_index_and_origins_to_their_matter(facts):
    profile = point(facts)

    assert sum(profile.phi.values()) == pytest.approx(profile.eci, abs=TOLERANCE)
    for line in profile.matters:
        assert -TOLERANCE <= line.phi <= line.alone + TOLERANCE
        assert sum(origin.points for origin in line.clusters) == pytest.approx(line.phi, abs=TOLERANCE)


def shapley(players, worth):
    """Shares by definition: what each adds, averaged over all orders of joining."""
    total = dict.fromkeys(players, 0.0)
    values = {frozenset(some): worth(some) for n in range(len(players) + 1) for some in combinations(players, n)}
    for order in permutations(players):
        for place, player in enumerate(order):
            before = frozenset(order[:place])
            total[player] += values[before | {player}] - values[before]
    return [total[player] / factorial(len(players)) for player in players]


@PROPERTY
@given(candidacies(scored_matters, max_size=5, min_size=1))
def test_23_shares_of_matters_equal_the_definition(facts):
    def worth(tags):
        return eci(replace(facts, matters=tuple(matter for matter in facts.matters if matter.tag in tags)))

    expected = shapley([matter.tag for matter in facts.matters], worth)

    assert list(point(facts).phi.values()) == pytest.approx(expected, abs=TOLERANCE)


@PROPERTY
@given(st.lists(st.floats(0.01, 0.9), min_size=1, max_size=5), st.floats(0, 1))
def test_24_shares_of_origins_equal_the_definition(found, dependence):
    expected = shapley(range(len(found)), lambda some: corroborated([found[each] for each in some], dependence))

    assert origin_shares(tuple(found), dependence) == pytest.approx(expected, abs=TOLERANCE)


@PROPERTY
@given(candidacies(matters(links=st.integers(0, 1))))
def test_28_without_evidence_there_is_no_number_and_the_search_decides_the_status(facts):
    profile = point(facts)
    covered = facts.checks.applicable and 3 * facts.checks.done >= 2 * facts.checks.applicable
    searched = Status.NOT_SCORED if facts.matters else Status.NOTHING_FOUND

    assert (profile.score, profile.band, profile.confidence, profile.reasons) == (None, None, None, ())
    assert profile.status is (searched if covered else Status.NOT_ASSESSED)


@PROPERTY
@given(candidacies(matters(stage=proceedings), min_size=1), adverse_acts | exonerations, st.integers(1, 900))
def test_29_what_happened_after_the_day_changes_nothing(facts, act, wait):
    after = replace(act, on=facts.as_of + timedelta(days=wait))
    first = facts.matters[0]
    later = replace(facts, matters=(replace(first, stage=(*first.stage, after)), *facts.matters[1:]))

    assert point(later) == point(facts)


@PROPERTY
@given(scored_matters, st.integers(1, 30))
def test_30_reprints_of_an_origin_leave_the_vector_unchanged(matter, count):
    reprinted = replace(matter, supporting=(matter.supporting[0] * count, *matter.supporting[1:]))

    assert point(one_matter(reprinted)).vector == point(one_matter(matter)).vector


@PROPERTY
@given(scored_matters)
def test_32_evidence_that_is_lost_counts_as_if_it_never_was(matter):
    lost = replace(matter, supporting=(*matter.supporting, ()))

    assert point(one_matter(lost)) == point(one_matter(matter))


@PROPERTY
@given(strengths, st.integers(0, 5), st.floats(0, 0.1), st.floats(0, 1))
def test_34_evidence_moves_at_most_twice_as_far_as_an_origin(found, place, step, dependence):
    place %= len(found)
    moved = [p + step * (each == place) for each, p in enumerate(found)]

    assert abs(corroborated(moved, dependence) - corroborated(found, dependence)) <= 2 * step + TOLERANCE


@PROPERTY
@given(candidacies(scored_matters, min_size=1))
def test_35_the_index_moves_at_most_as_far_as_a_matter_by_itself(facts):
    without = replace(facts, matters=facts.matters[1:])

    assert eci(facts) - eci(without) <= point(facts).matters[0].alone + TOLERANCE


@PROPERTY
@given(st.sampled_from("RPNU"), st.sampled_from("RPNU"))
def test_36_a_withdrawn_complaint_does_not_discount_a_charge_elsewhere(withdrawn, charged):
    charge = Proceeding("K4", charged, date(2021, 1, 1))

    assert stage_value((Proceeding("X1", withdrawn, date(2022, 1, 1)), charge)) == stage_value((charge,))


def test_37_a_dependent_acquittal_does_not_erase_a_later_independent_conviction():
    early, late = date(2019, 1, 1), date(2022, 1, 1)

    assert stage_value((Proceeding("X3", "N", early), Proceeding("K7", "R", late))) == 1
    assert stage_value((Proceeding("X3", "R", early), Proceeding("K7", "N", late))) < 0.1


@pytest.mark.parametrize(
    ("index", "score", "name"),
    [
        (9.999999999999, 10, "Moderate"),
        (9.99999, 9, "Limited"),
        (24.9999999999, 25, "Substantial"),
        (49.9, 49, "Substantial"),
        (50.0, 50, "Serious"),
        (84.999, 84, "Serious"),
        (85.0, 85, "Severe"),
        (99.9999999999999, 99, "Severe"),
        (0.2, 0, "Limited"),
    ],
)
def test_39_the_index_is_rounded_down_and_falls_in_one_band(index, score, name):
    assert (published(index), band(published(index), METHOD)) == (score, name)


def test_39_a_scored_matter_that_rounds_to_nothing_is_printed_as_less_than_one():
    petty = MatterFacts(1, 1, 4, Stage("K0", "U", "X3", "R"), (cluster("B2"),))

    profile = point(one_matter(petty))

    assert (profile.score, profile.printed_score, profile.band) == (0, "<1", "Limited")


def test_41_promised_constants_hold():
    weights = METHOD.nominal

    assert weights.stage["K0"] == weights.stage["K1"] == weights.stage["N0"]
    assert weights.link[0] == weights.link[1] == 0
    assert METHOD.ranges["STAGE"]["K4"][2] < METHOD.unresolved_cap
    assert METHOD.ranges["STAGE"]["K6"][2] <= METHOD.finding_cap


@pytest.mark.parametrize("done", range(13))
def test_the_status_follows_scored_matters_then_coverage_then_reply(done):
    covered = done >= 8

    for scored, recorded, reply in [(0, 0, "N"), (0, 2, "N"), (1, 2, "N"), (1, 2, "X")]:
        if scored:
            expected = Status.ASSESSED if covered and reply == "X" else Status.PRELIMINARY
        elif not covered:
            expected = Status.NOT_ASSESSED
        else:
            expected = Status.NOT_SCORED if recorded else Status.NOTHING_FOUND
        assert status_of(scored, recorded, covered=covered, asked=reply != "N") is expected


@pytest.mark.parametrize(
    ("done", "applicable", "covered"), [(0, 0, False), (1, 1, True), (2, 3, True), (7, 11, False), (8, 12, True)]
)
def test_two_thirds_of_the_checks_that_apply_cover_a_search(done, applicable, covered):
    assert is_covered(Checks(done, applicable), METHOD) is covered


def test_the_seed_of_the_method_page():
    facts = CandidacyFacts(
        slug="interpol21-president-alraisi",
        as_of=date(2021, 11, 23),
        checks=Checks(0, 12),
        matters=(
            MatterFacts(1, 5, 3, (Proceeding("K1"),) * 4, (cluster("B2", "B3"),)),
            MatterFacts(2, 5, 2, (), (cluster("B3"),)),
        ),
    )

    profile = point(facts)

    assert profile.eci == pytest.approx(24.642612, abs=1e-6)
    assert (profile.score, profile.band, profile.status) == (24, "Moderate", Status.PRELIMINARY)
    assert profile.matters[0].arithmetic == ("severity ceiling 100 × link .70 × stage .45 × evidence .72 = 22.8")


@pytest.mark.parametrize(("times", "expected"), [(1, 32.6), (2, 51.0), (3, 61.5), (5, 70.7)])
def test_splitting_one_matter_raises_the_index_as_the_method_admits(times, expected):
    matter = MatterFacts(1, 5, 4, Stage(), (cluster("B2"),))

    assert eci(with_matters(*[matter] * times)) == pytest.approx(expected, abs=0.05)


OF_RECORDS = {44, 46}
"""Snapshots that never change, and templates: tested where records and pages are."""


def test_each_property_of_the_method_has_its_test():
    text = "".join(path.read_text() for path in Path(__file__).parent.glob("test_*.py"))
    tested = {int(n) for name in re.findall(r"def (test_\d\w+)\(", text) for n in re.findall(r"_(\d\d)b?(?=_)", name)}

    assert tested == set(range(1, 48)) - OF_RECORDS
