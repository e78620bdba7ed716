"""The browser's script and the engine say the same, of every published case and of vectors that nobody chose."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vetting.risk.compare import probability_above
from vetting.risk.cursor import VectorError
from vetting.risk.engine import assess, assess_vector
from vetting.risk.facts import Stage
from vetting.risk.stages import controlling, kappa
from vetting.risk.status import published as rounded_down
from vetting.risk.vector import parse
from vetting.risk.words import interval_wording, printed

from . import browser as node
from .golden import CASES, EXACT, GOLDEN, NUMBERS, under_another_name
from .strategies import DRAWN_PROPERTY, METHOD, candidacies, proceedings, scored_matters
from .test_vector import REFUSED, VALID

CLOSE = {"abs": 1e-9}


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    with node.browser(tmp_path_factory.mktemp("browser")) as started:
        yield started


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_42_a_published_case_gives_its_published_profile(browser, case):
    found = browser.value("assess", case["vector"])

    assert {name: found[name] for name in EXACT} == {name: case[name] for name in EXACT}
    assert [found[name] for name in NUMBERS] == pytest.approx([case[name] for name in NUMBERS], abs=1e-6)
    assert found["phi"] == pytest.approx(case["phi"], abs=1e-6)
    assert [found["opposition"], found["support"]] == [case["opposition"], case["support"]]
    assert found["envelope"] == pytest.approx(case["envelope"], abs=1e-4)
    assert found["i90"] == (pytest.approx(case["i90"], abs=1e-4) if "i90" in case else None)
    assert found["band_prob"] == case.get("band_prob")


@pytest.mark.parametrize("moment", GOLDEN["timeline"], ids=lambda moment: moment["vector"][40:60])
def test_a_published_moment_gives_its_published_score(browser, moment):
    found = browser.value("assess", moment["vector"])

    assert (found["status"], found["score"]) == (moment["status"], moment["score"])
    assert found["eci"] == pytest.approx(moment["eci"], abs=1e-6)


@pytest.mark.parametrize(("name", "splits"), GOLDEN["splits"].items())
def test_a_published_split_over_origins_holds(browser, name, splits):
    found = browser.value("assess", CASES[name]["vector"])["splits"]

    for ours, published in zip(found, splits, strict=True):
        assert ours["tag"] == published["tag"]
        assert [grade for grade, _ in ours["clusters"]] == [grade for grade, _ in published["clusters"]]
        assert [points for _, points in ours["clusters"]] == pytest.approx(
            [points for _, points in published["clusters"]], abs=1e-6
        )


@pytest.mark.parametrize(("key", "published"), GOLDEN["prng"]["samples"].items())
def test_a_key_gives_its_published_numbers(browser, key, published):
    found = browser.value("uniforms", key, 1000)

    assert [found[place] for place in (0, 1, 999)] == published


@pytest.mark.parametrize("pair", GOLDEN["comparisons"], ids=lambda pair: f"{pair['a']}-{pair['b']}")
def test_a_published_pair_gives_its_published_probability(browser, pair):
    a, b = CASES[pair["a"]]["vector"], under_another_name(CASES[pair["b"]]["vector"])

    assert browser.value("above", a, b) == (None if pair["p"] is None else pytest.approx(pair["p"], **CLOSE))


@pytest.mark.parametrize("case", GOLDEN["proceedings"], ids=lambda case: case["id"])
def test_published_proceedings_give_their_published_stage(browser, case):
    assert browser.value("controlling", case["proceedings"]) == [
        case["controlling"],
        pytest.approx(case["kappa"], abs=1e-9),
    ]


def test_grades_and_origins_have_their_published_values(browser):
    for grade, value in GOLDEN["grades"].items():
        assert browser.value("strength", grade) == pytest.approx(value, abs=1e-6)
    for case in GOLDEN["corroborate"]:
        assert browser.value("corroborated", case["p"], case["rho"]) == pytest.approx(case["e"], **CLOSE)
        assert browser.value("shares", case["p"], case["rho"]) == pytest.approx(case["shapley"], **CLOSE)


@DRAWN_PROPERTY
@given(facts=candidacies(max_size=5) | candidacies(scored_matters, max_size=5, min_size=1))
def test_any_vector_gives_the_profile_that_the_engine_gives(browser, facts):
    profile = assess(facts)
    found = browser.value("assess", profile.vector)

    expected = profile.to_json()
    assert {name: found[name] for name in ("version", "vector", *EXACT)} == {
        name: expected[name] for name in ("version", "vector", *EXACT)
    }
    assert [found[name] for name in NUMBERS] == pytest.approx([expected[name] for name in NUMBERS], **CLOSE)
    assert found["phi"] == pytest.approx(expected["phi"], **CLOSE)
    assert found["envelope"] == pytest.approx(expected["envelope"], **CLOSE)
    assert found["i90"] == (pytest.approx(expected["i90"], **CLOSE) if expected["i90"] else None)
    assert found["band_prob"] == expected["band_prob"]
    assert (found["opposition"], found["support"]) == (expected["opposition"], expected["support"])
    ours = [origin.points for line in profile.matters if line.scored for origin in line.clusters]
    assert [points for split in found["splits"] for _, points in split["clusters"]] == pytest.approx(ours, **CLOSE)


@DRAWN_PROPERTY
@given(facts=candidacies(scored_matters, max_size=3, min_size=1), other=candidacies(max_size=3))
def test_any_two_vectors_compare_as_the_engine_compares_them(browser, facts, other):
    a, b = assess(facts), assess(other)
    expected = probability_above(a, b)

    assert browser.value("above", a.vector, b.vector) == (
        None if expected is None else pytest.approx(expected, **CLOSE)
    )


@DRAWN_PROPERTY
@given(acts=proceedings)
def test_any_proceedings_reduce_to_the_stage_that_the_engine_names(browser, acts):
    stage = controlling(acts, METHOD)
    rows = [[act.code, act.forum, act.on and act.on.isoformat()] for act in acts]

    found, value = browser.value("controlling", rows)

    assert Stage(*found) == stage
    assert value == pytest.approx(kappa(stage, METHOD.nominal), **CLOSE)


@pytest.mark.parametrize("draws", [(0.0, 0.4), (0.5, 1.5), (0.2, 3.49), (17.5, 32.5), (98.5, 99.0), (99.2, 99.96)])
def test_an_interval_is_printed_as_the_engine_prints_it(browser, draws):
    for score in map(rounded_down, (draws[0], sum(draws) / 2, draws[1])):
        assert browser.value("printed", draws, "i90", score) == interval_wording(draws, score)


@given(ends=st.lists(st.floats(0, 100), min_size=2, max_size=2).map(sorted), score=st.integers(0, 99))
def test_any_interval_is_printed_as_the_engine_prints_it(browser, ends, score):
    said = interval_wording(tuple(ends), score)

    assert browser.value("printed", ends, "i90", score) == said
    assert browser.value("printed", score, "score", score) == printed(score)
    assert all(1 <= int(end) <= 99 for end in re.findall(r"\d+", said))


@pytest.mark.parametrize(("vector", "position", "wrong"), REFUSED, ids=[row[0][-24:] or "empty" for row in REFUSED])
def test_what_the_engine_refuses_is_refused_at_the_same_place(browser, vector, position, wrong):
    refused = browser.call("assess", vector)

    assert refused["position"] == position
    assert re.match(rf"At character {position}: .+\.$", refused["message"])


@DRAWN_PROPERTY
@given(vector=st.sampled_from(VALID), data=st.data())
def test_a_changed_vector_is_refused_at_the_place_where_the_engine_refuses_it(browser, vector, data):
    place = data.draw(st.integers(0, len(vector) - 1))
    piece = st.text("CIRP:/DQBSOmLKNXU~+-.0123456789xRé\n ", max_size=3)
    changed = vector[:place] + data.draw(piece) + vector[place + data.draw(st.integers(0, 3)) :]

    found = browser.call("assess", changed)

    assert found.get("position") == refused_at(changed)
    assert "position" in found or found["value"]["vector"] == changed


def refused_at(vector):
    """The character at which the engine refuses a vector; None where it takes it."""
    try:
        parse(vector)
    except VectorError as refused:
        return refused.position
    return None


def test_the_published_vectors_are_read_alike(browser):
    for vector in VALID:
        assert browser.value("assess", vector)["eci"] == pytest.approx(assess_vector(vector).eci, **CLOSE)


def test_the_script_holds_no_weight_and_asks_nobody():
    for file in (node.SCRIPTS / "risk.js", *sorted((node.SCRIPTS / "risk").glob("*.js"))):
        text = file.read_text()
        assert not re.search(r"(?<![\w.])0?\.\d", text), file.name
        assert not re.search(r"\b(fetch|eval|Function|XMLHttpRequest|document|window)\b", text), file.name
