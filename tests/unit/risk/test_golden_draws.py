"""The draws reproduce every published random number, interval, envelope and comparison."""

import pytest

from vetting.risk.compare import compare, probability_above
from vetting.risk.engine import assess_vector
from vetting.risk.prng import uniform, uniforms

from .golden import CASES, GOLDEN, under_another_name


@pytest.mark.parametrize(("key", "published"), GOLDEN["prng"]["samples"].items())
def test_a_key_gives_its_published_numbers(key, published):
    places = [0, 1, 999]

    assert [uniform(key, place) for place in places] == published
    assert uniforms(key, 1000)[places].tolist() == published


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_42_a_published_case_gives_its_published_uncertainty(case):
    profile = assess_vector(case["vector"])

    assert profile.envelope == pytest.approx(case["envelope"], abs=1e-4)
    assert profile.band_prob == case.get("band_prob")
    if "i90" in case:
        assert profile.i90 == pytest.approx(case["i90"], abs=1e-4)
    else:
        assert profile.i90 is None


@pytest.mark.parametrize("pair", GOLDEN["comparisons"], ids=lambda pair: f"{pair['a']}-{pair['b']}")
def test_a_published_pair_gives_its_published_probability(pair):
    a = assess_vector(CASES[pair["a"]]["vector"])
    b = assess_vector(under_another_name(CASES[pair["b"]]["vector"]))

    assert probability_above(a, b) == (None if pair["p"] is None else pytest.approx(pair["p"], abs=1e-9))


HU_BY_ROLE = "CIRP:1.0/I:interpol21-ec-hu/D:20211123/Q:1/C:0.12/RR:N/m1:S4L2K0U+B3"
CLOSED = CASES["G08"]["vector"].replace("K2R", "K0U~X2R")
FOUR_ORIGINS = CASES["G21"]["vector"].replace("+B2+B2", "+B2+B2+B2+B2")


@pytest.mark.parametrize(
    ("first", "second", "probability"),
    [
        (CASES["G03"]["vector"], HU_BY_ROLE, 1.0),
        (CASES["G07"]["vector"], HU_BY_ROLE, 1.0),
        (CASES["G08"]["vector"], CLOSED, 0.973),
        (CASES["G21"]["vector"], FOUR_ORIGINS, 0.155),
    ],
)
def test_pairs_of_the_method_page_give_their_probability(first, second, probability):
    a, b = assess_vector(first), assess_vector(under_another_name(second))

    assert probability_above(a, b) == pytest.approx(probability, abs=1e-9)


def test_the_higher_of_two_is_named_first():
    seed, role = assess_vector(CASES["G03"]["vector"]), assess_vector(HU_BY_ROLE)

    for found in (compare(seed, role), compare(role, seed)):
        assert (found.first, found.words, found.second, found.probability) == (
            "interpol21-president-alraisi",
            "higher recorded concern than",
            "interpol21-ec-hu",
            1.0,
        )


@pytest.mark.parametrize(("other", "words"), [("G21", "not distinguishable from"), ("G01", "not comparable with")])
def test_a_pair_without_clear_order_gets_no_order(other, words):
    found = compare(assess_vector(CASES["G20"]["vector"]), assess_vector(under_another_name(CASES[other]["vector"])))

    assert found.words == words
