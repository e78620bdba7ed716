"""What moved between two profiles of one candidacy is said in words, and nothing else is."""

from dataclasses import replace

import pytest
from hypothesis import given

from vetting.risk.engine import assess_vector
from vetting.risk.moves import between
from vetting.risk.scales import Status
from vetting.risk.scoring import point

from .golden import CASES, GOLDEN
from .strategies import DRAWN_PROPERTY, candidacies

HEAD = "CIRP:1.0/I:golden/D:20240101/Q:1/C:9.12/RR:D"
MATTER = "/m1:S5L3K1U+B2"


def move(before, after):
    return between(assess_vector(before), assess_vector(after))


@pytest.mark.parametrize(
    ("before", "after", "reasons"),
    [
        (MATTER, MATTER, []),
        (MATTER, "/m1:S4L3K1U+B2", ["matter 1, severity: grave → very serious"]),
        (MATTER, "/m1:S5L2K1U+B2", ["matter 1, link: alleged responsibility as superior → institutional role"]),
        (
            MATTER,
            "/m1:S5L3K2R+B2",
            [
                "matter 1, stage: a complaint has been filed; no authority has examined it (K1U)"
                " → an authority has opened an inquiry into the allegation (K2R)"
            ],
        ),
        (MATTER, "/m1:S5L3K1U+B2+C3", ["matter 1, supporting origins: B2 → B2, C3"]),
        (MATTER, "/m1:S5L3K1U+B2-C3", ["matter 1, refuting origins: none → C3"]),
        ("/m8:S1L4K0U+B2", "/m1:S1L4K0U+B2", ["matter 1: added", "matter 8: removed"]),
        (
            MATTER + "/m2:S1L4K0U+B2",
            MATTER + "/m3:S1L4K0U+B2",
            ["matter 2: removed", "matter 3: added"],
        ),
    ],
)
def test_what_is_coded_differently_in_a_matter_is_named(before, after, reasons):
    assert list(move(HEAD + before, HEAD + after).reasons) == reasons


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("C:9.12", "C:9.11", "checks done: 9 of 12 → 9 of 11"),
        ("RR:D", "RR:E", "reply: denied, or answered without evidence → answered with evidence"),
        ("Q:1", "Q:2", "coders: 1 → 2"),
    ],
)
def test_search_reply_and_coders_are_named(old, new, reason):
    assert move(HEAD, HEAD.replace(old, new)).reasons == (reason,)


def test_who_objects_moves_nothing():
    assert move(HEAD, HEAD + "/OB:500.60/SB:3.2").reasons == ()


def test_a_version_is_named():
    profile = assess_vector(HEAD + MATTER)

    assert between(profile, replace(profile, version="1.1")).reasons == ("method: 1.0 → 1.1",)


def test_of_another_version_the_factors_of_each_matter_that_both_have_are_named():
    before = assess_vector(HEAD + MATTER + "/m2:S3L2K0U+B2/m4:S3L2K0U+B2")
    first, second, third = before.matters
    unscored = replace(third, scored=False, kappa=0.9)
    after = replace(before, version="1.1", matters=(replace(first, kappa=0.9, e=0.5), second, unscored))

    assert between(before, after).reasons == (
        "method: 1.0 → 1.1",
        f"matter 1, stage: {first.kappa:.3f} → 0.900",
        f"matter 1, evidence: {first.e:.3f} → 0.500",
        "matter 4, scored: yes → no",
    )
    assert between(after, before).reasons[-1] == "matter 4, scored: no → yes"


def test_of_another_version_a_matter_that_only_one_has_has_no_factors():
    before = assess_vector(HEAD + MATTER)
    after = replace(before, version="1.1", matters=(replace(before.matters[0], tag=7, kappa=0.9),))

    assert between(before, after).reasons == ("method: 1.0 → 1.1",)


def test_a_band_is_crossed_downwards_as_upwards():
    low, high = (assess_vector(CASES[case]["vector"]) for case in ("G03", "G07"))
    assert between(low, high).crosses
    assert between(high, low).crosses
    assert not between(low, low).crosses


def test_the_published_timeline_moves_when_the_judge_is_seised():
    before, after = (assess_vector(moment["vector"]) for moment in GOLDEN["timeline"][2:4])

    found = between(before, after)

    assert found.points == pytest.approx(40.630484 - 36.929712, abs=1e-6)
    assert (found.statuses, found.bands) == ((Status.PRELIMINARY,) * 2, ("Substantial", "Substantial"))
    assert not found.crosses


@pytest.mark.parametrize(("before", "after"), [("G03", "G07"), ("G01", "G02"), ("G01", "G20"), ("G20", "G30")])
def test_another_band_or_status_is_a_crossing(before, after):
    found = move(CASES[before]["vector"], CASES[after]["vector"])

    assert found.crosses
    assert found.bands == (CASES[before]["band"], CASES[after]["band"])


@DRAWN_PROPERTY
@given(candidacies(), candidacies())
def test_profiles_without_a_reason_between_them_have_one_number(one, other):
    before, after = point(one), point(replace(other, slug=one.slug))

    if not between(before, after).reasons:
        assert (before.eci, before.status) == (after.eci, after.status)
