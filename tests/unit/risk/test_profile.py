"""A profile says of every matter what it is made of, and of one that is not scored that it adds nothing."""

import pytest

from vetting.risk import words
from vetting.risk.engine import assess_vector
from vetting.risk.profile import MatterLine, OriginShare
from vetting.risk.scales import Confidence, Status, Tier

from .golden import CASES

HEAD = "CIRP:1.0/I:golden/D:20240101/Q:1/C:9.12/RR:D"


def close(value):
    return pytest.approx(value, abs=1e-6)


def test_a_scored_matter_has_its_factors_its_share_and_its_words():
    (line,) = assess_vector(f"{HEAD}/m3:S4L3K4P~X3N+B2+C3-C2").matters

    kappa = (0.45 + 0.25 * 0.6) * (1 - 0.2 * 0.9)
    b2, c3 = 0.724569, 0.474342
    e = b2 + b2 * (1 - b2) * 0.75 * c3
    x = 0.7 * kappa * e * (1 - 0.591608)
    assert line == MatterLine(
        tag=3,
        severity=4,
        link=3,
        stage="K4P~X3N",
        tier=Tier.UNRESOLVED,
        scored=True,
        why_not=None,
        G=0.7,
        L=0.7,
        kappa=close(kappa),
        e=close(e),
        f=close(0.591608),
        x=close(x),
        alone=pytest.approx(70 * x, abs=1e-4),
        phi=pytest.approx(70 * x, abs=1e-4),
        confidence=Confidence.LOW,
        admissible_origins=2,
        clusters=(
            OriginShare("B2", close(b2), pytest.approx(70 * x * (b2 + e - c3) / 2 / e, abs=1e-4)),
            OriginShare("C3", close(c3), pytest.approx(70 * x * (c3 + e - b2) / 2 / e, abs=1e-4)),
        ),
        refuting=("C2",),
        arithmetic="severity ceiling 70 × link .70 × stage .49 × evidence .80 × unrefuted .41 = 7.8",
        wording=f"acquitted or cleared by a court or tribunal; also on record: {words.STAGE_WORDING['K4']}"
        " (forum: partly independent)",
    )


def test_a_matter_that_is_not_scored_adds_nothing():
    context, scored = assess_vector(f"{HEAD}/m1:S5L1K0U+A1+B2/m2:S1L4K0U+B2").matters

    assert (context.scored, context.x, context.alone, context.phi, context.confidence) == (False, 0.0, 0.0, 0.0, None)
    assert [origin.points for origin in context.clusters] == [0.0, 0.0]
    assert (context.arithmetic, context.e > 0, context.G) == ("", True, 1.0)
    assert scored.phi > 0


def test_only_a_score_is_printed():
    printed = {name: assess_vector(CASES[name]["vector"]).printed_score for name in ("G01", "G20")}

    assert printed == {"G01": "", "G20": "32"}


@pytest.mark.parametrize(
    ("reply", "status"), [("N", Status.PRELIMINARY), ("S", Status.ASSESSED), ("X", Status.ASSESSED)]
)
def test_a_complete_search_without_a_question_is_preliminary(reply, status):
    assert assess_vector(f"{HEAD[:-1]}{reply}/m1:S4L4K0U+B2").status is status


def test_the_strongest_origin_decides_on_confidence():
    (line,) = assess_vector(f"{HEAD}/m1:S4L4K0U+B2+C3").matters

    assert line.confidence is Confidence.MODERATE


def test_reasons_follow_the_shares_however_small_and_equal_ones_their_numbers():
    profile = assess_vector(f"{HEAD}/m1:S1L2K0U+B3/m2:S1L2K0U+B2/m3:S1L2K0U+B2")

    assert [reason.tag for reason in profile.reasons] == [2, 3, 1]
