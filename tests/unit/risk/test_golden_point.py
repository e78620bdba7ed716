"""The point score reproduces every published case."""

import pytest

from vetting.risk.scoring import profile_of
from vetting.risk.vector import parse
from vetting.risk.versions import parameters

from .golden import CASES, EXACT, GOLDEN, NUMBERS

METHOD = parameters()


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_42_a_published_case_gives_its_published_profile(case):
    profile = profile_of(parse(case["vector"]), METHOD)

    assert {name: getattr(profile, name) for name in EXACT} == {name: case[name] for name in EXACT}
    assert [getattr(profile, name) for name in NUMBERS] == pytest.approx([case[name] for name in NUMBERS], abs=1e-6)
    assert profile.phi == pytest.approx(case["phi"], abs=1e-6)
    assert [profile.opposition, profile.support] == [tuple(case["opposition"]), tuple(case["support"])]
    assert profile.vector == case["vector"]


@pytest.mark.parametrize("moment", GOLDEN["timeline"], ids=lambda moment: moment["vector"][40:60])
def test_a_published_moment_gives_its_published_score(moment):
    profile = profile_of(parse(moment["vector"]), METHOD)

    assert (profile.status, profile.score) == (moment["status"], moment["score"])
    assert profile.eci == pytest.approx(moment["eci"], abs=1e-6)


def test_a_published_split_over_origins_holds():
    profile = profile_of(parse(CASES["G37"]["vector"]), METHOD)

    for line, split in zip(profile.matters, GOLDEN["splits"]["G37"], strict=True):
        assert [origin.grade for origin in line.clusters] == [grade for grade, _ in split["clusters"]]
        assert [origin.points for origin in line.clusters] == pytest.approx(
            [points for _, points in split["clusters"]], abs=1e-6
        )
