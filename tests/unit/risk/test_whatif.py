"""What would change this: every single difference, its outcome, and the nearest that move band or status."""

from dataclasses import replace

import pytest
from hypothesis import given

from vetting.risk.engine import assess_vector, point_of, what_ifs_of
from vetting.risk.facts import Stage
from vetting.risk.scales import STAGES, Status
from vetting.risk.scoring import point
from vetting.risk.whatif import WhatIf, nearest, what_ifs

from .golden import CASES
from .strategies import DRAWN_PROPERTY, candidacies
from .test_words import FORBIDDEN

HEAD = "CIRP:1.0/I:golden/D:20240101/Q:1/C:9.12/RR:D"
SEED = CASES["G03"]["vector"]
ASKED_IN_VAIN = "among them asking the candidate to reply, and added nothing to the record"


def of(vector):
    return what_ifs(assess_vector(vector))


def test_a_vector_has_the_what_ifs_of_its_profile_whose_draws_they_do_not_need():
    assert what_ifs_of(SEED) == of(SEED) != ()
    assert point_of(SEED) == replace(assess_vector(SEED), i90=None, envelope=None, band_prob=None)


def changed(vector, words):
    """The vector of the one what-if whose change has these words."""
    return next(each.vector for each in of(vector) if words in each.change)


MATTER = "/m1:S4L4K2R+B2"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("matter 1 were not on record", ""),
        ("the link to matter 1 were coded one step lower", "/m1:S4L3K2R+B2"),
        ("matter 1 were coded one class of severity lower", "/m1:S3L4K2R+B2"),
        ("named the person a suspect in matter 1", "/m1:S4L4K3R+B2"),
        ("charged on matter 1", "/m1:S4L4K4R+B2"),
        ("found against the person on matter 1", "/m1:S4L4K5R+B2"),
        ("convicted the person on matter 1", "/m1:S4L4K6R+B2"),
        ("decided finally against the person on matter 1", "/m1:S4L4K7R+B2"),
        ("closed matter 1 on the merits", "/m1:S4L4K2R~X2R+B2"),
        ("acquitted the person on matter 1", "/m1:S4L4K2R~X3R+B2"),
        ("exonerated on matter 1", "/m1:S4L4K2R~X4R+B2"),
        ("grade B2 supported matter 1", "/m1:S4L4K2R+B2+B2"),
        ("grade B2 refuted matter 1", "/m1:S4L4K2R+B2-B2"),
    ],
)
def test_each_difference_is_the_one_that_its_words_name(words, expected):
    assert changed(HEAD + MATTER, words) == HEAD + expected


def test_no_act_is_offered_that_would_not_be_an_advance():
    changes = [each.change for each in of(HEAD + "/m1:S4L4K6R+B2")]

    assert [change for change in changes if "independent" in change and "grade" not in change] == [
        "an independent court had decided finally against the person on matter 1",
        "an independent court had acquitted the person on matter 1",
    ]


def test_the_same_act_before_a_better_forum_is_no_advance():
    assert not [each for each in of(HEAD + "/m1:S4L4K4N+B2") if "charged" in each.change]


def test_an_acquittal_is_not_offered_twice():
    changes = [each.change for each in of(HEAD + "/m1:S4L4K0U~X3R+B2")]

    assert not [change for change in changes if "acquitted" in change or "closed" in change]


def test_a_later_conviction_escapes_the_acquittal_on_record():
    assert changed(HEAD + "/m1:S4L4K0U~X3R+B2", "decided finally") == HEAD + "/m1:S4L4K7R+B2"


def test_a_charge_does_not_escape_it():
    assert changed(HEAD + "/m1:S4L4K0U~X3P+B2", "charged") == HEAD + "/m1:S4L4K4R~X3P+B2"


def test_grades_stay_sorted():
    assert changed(HEAD + "/m1:S4L4K2R+A1+C3-D3", "supported") == HEAD + "/m1:S4L4K2R+A1+B2+C3-D3"
    assert changed(HEAD + "/m1:S4L4K2R+A1+C3-D3", "refuted") == HEAD + "/m1:S4L4K2R+A1+C3-B2-D3"


def test_the_other_matters_stay_as_they_are():
    three = HEAD + "/m2:S4L4K2R+B2/m5:S3L4K0U+B2/m7:S1L4K0U+B2"

    assert changed(three, "matter 5 were not") == HEAD + "/m2:S4L4K2R+B2/m7:S1L4K0U+B2"
    assert changed(three, "link to matter 5") == HEAD + "/m2:S4L4K2R+B2/m5:S3L3K0U+B2/m7:S1L4K0U+B2"
    assert not [each for each in of(three) if each.tag == 7 and "severity" in each.change]
    assert {each.tag for each in of(three)} == {2, 5, 7}


def test_context_has_no_difference_but_its_absence():
    changes = [each.change for each in of(CASES["G04"]["vector"])]

    assert changes == [
        "matter 1 were not on record",
        "the candidate had been asked to reply",
        f"8 of 12 checks were done, {ASKED_IN_VAIN}",
    ]


@pytest.mark.parametrize(
    ("checks", "reply", "expected"),
    [
        ("9.12", "D", []),
        ("9.12", "N", [("the candidate had been asked to reply", "C:9.12/RR:S")]),
        ("7.12", "X", [("8 of 12 checks were done and added nothing to the record", "C:8.12/RR:X")]),
        ("7.11", "X", [("8 of 11 checks were done and added nothing to the record", "C:8.11/RR:X")]),
        ("8.12", "X", []),
        ("8.12", "N", [("the candidate had been asked to reply", "C:8.12/RR:S")]),
        (
            "0.10",
            "N",
            [
                ("the candidate had been asked to reply", "C:0.10/RR:S"),
                (f"7 of 10 checks were done, {ASKED_IN_VAIN}", "C:7.10/RR:S"),
            ],
        ),
    ],
)
def test_search_and_reply_change_as_far_as_they_are_wanting(checks, reply, expected):
    head = "CIRP:1.0/I:golden/D:20240101/Q:1"
    found = of(f"{head}/C:{checks}/RR:{reply}{MATTER}")

    assert [(each.change, each.vector) for each in found if each.tag is None] == [
        (change, f"{head}/{vector}{MATTER}") for change, vector in expected
    ]


def test_an_outcome_is_what_its_vector_gives():
    seed = assess_vector(SEED)
    found = next(each for each in what_ifs(seed) if "refuted matter 1" in each.change)

    assert found.score == 8
    assert (found.eci, found.points) == pytest.approx((8.681557, 8.681557 - seed.eci), abs=1e-6)
    assert (found.band, found.status, found.moves) == ("Limited", Status.PRELIMINARY, True)
    assert found.sentence == "If one more independent origin of grade B2 refuted matter 1: 8, Limited."


def test_what_moves_neither_band_nor_status_says_so():
    assert not next(each for each in of(SEED) if "matter 2 were not" in each.change).moves


def test_the_nearest_differences_of_the_seed():
    assert [each.sentence for each in nearest(of(SEED))] == [
        "If an independent authority had opened an inquiry into matter 2: 25, Substantial.",
        "If one more independent origin of grade B2 refuted matter 1: 8, Limited.",
        f"If 8 of 12 checks were done, {ASKED_IN_VAIN}: Assessed instead of Preliminary, 24, Moderate.",
    ]


def test_where_nothing_is_scored_the_nearest_differences_move_the_status():
    assert [each.sentence for each in nearest(of(CASES["G18"]["vector"]))] == [
        "If one more independent origin of grade B2 supported matter 1: Assessed.",
        "If matter 1 were not on record: No recorded concern found.",
    ]


def candidate(points, moves=True):
    return WhatIf(None, "", "", Status.ASSESSED, 1, "Limited", 1.0, points, moves, "")


def test_the_nearest_is_the_smallest_of_each_direction():
    up, further, down, still, idle = map(candidate, (2.0, 3.0, -5.0, 0.0, 1.0))

    assert nearest((further, down, up, still)) == (up, down, still)
    assert nearest((candidate(1.0, moves=False), further)) == (further,)
    assert idle.points == 1.0
    assert nearest(()) == ()


@DRAWN_PROPERTY
@given(candidacies(max_size=3))
def test_every_what_if_is_another_vector_whose_profile_has_its_numbers(facts):
    profile = point(facts)

    for each in what_ifs(profile):
        other = assess_vector(each.vector) if each.tag == 1 else None
        assert each.vector != profile.vector
        assert not FORBIDDEN.search(each.sentence)
        if other:
            assert (each.status, each.score, each.band, each.eci) == (other.status, other.score, other.band, other.eci)


def test_a_stage_that_is_not_on_record_stays_under_the_code_list():
    for code in STAGES:
        stage = Stage(code, "U" if code in ("K0", "K1", "N0") else "P")
        assert all(assess_vector(each.vector) for each in of(f"{HEAD}/m1:S5L3{stage}+B2"))
