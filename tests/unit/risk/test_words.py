"""Labels and sentences say what was alleged or decided, and never more."""

import json
import re
from datetime import date

import pytest

from vetting.risk import compare, scales, status, words
from vetting.risk.engine import assess_vector
from vetting.risk.facts import Checks, MatterCoding, Stage
from vetting.risk.scales import Status

from .golden import CASES

FORBIDDEN = re.compile(
    r"\b(guilty|clean|safe|low risk|criminal|escaped|refused|suspicion|probability)\b", re.IGNORECASE
)


def texts(value):
    """Every string inside constants, however nested."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from (text for each in value.values() for text in texts(each))
    elif isinstance(value, tuple | list | frozenset):
        yield from (text for each in value for text in texts(each))


@pytest.mark.parametrize("module", [scales, words, compare, status], ids=lambda module: module.__name__)
def test_no_label_holds_a_forbidden_word(module):
    constants = [value for name, value in vars(module).items() if name.isupper()]

    assert [text for text in texts(constants) if FORBIDDEN.search(text)] == []


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_no_profile_holds_a_forbidden_word(case):
    profile = assess_vector(case["vector"]).to_json()

    assert [text for text in texts({**profile, "band_prob": None}) if FORBIDDEN.search(text)] == []


def test_an_exoneration_comes_first():
    assert words.stage_wording(Stage("K6", "R", "X4", "R")).startswith("exonerated")


@pytest.mark.parametrize("code", ["K3", "K4"])
def test_suspects_and_accused_are_presumed_innocent(code):
    assert "presumed innocent" in words.stage_wording(Stage(code, "R"))


def test_a_forum_that_is_not_independent_is_named():
    assert words.stage_wording(Stage("K7", "N")).endswith("(forum: documented as not independent)")


@pytest.mark.parametrize(
    ("value", "printed"), [(1.0, "1"), (0.7, ".70"), (0.45, ".45"), (0.045, ".045"), (0.997, ".997"), (0.0, ".000")]
)
def test_a_factor_is_printed_short(value, printed):
    assert words.factor(value) == printed


def test_refuted_evidence_stands_in_the_arithmetic():
    assert words.arithmetic(0.7, 1, 0.45, 0.8, 0.5) == (
        "severity ceiling 70 × link 1 × stage .45 × evidence .80 × unrefuted .50 = 12.6"
    )


@pytest.mark.parametrize("of", list(Status))
def test_every_status_has_a_sentence_that_says_how_far_the_search_came(of):
    sentence = words.status_sentence(of, Checks(9, 12), "N", 1, date(2024, 1, 1))

    assert "9 of 12 checks" in sentence


def test_the_seed_says_that_its_search_is_not_complete_and_nobody_asked():
    assert assess_vector(CASES["G03"]["vector"]).sentence == (
        "The profile is preliminary: 0 of 12 checks done. The candidate has not been asked to reply."
    )


def test_reasons_name_the_largest_contributions_first():
    profile = assess_vector(CASES["G37"]["vector"])

    assert [reason.tag for reason in profile.reasons] == [1, 3, 4, 2]
    assert profile.reasons[0].sentence("torture of a detainee") == (
        "grave – torture of a detainee (alleged) – alleged responsibility as superior – an authority has opened"
        " an inquiry into the allegation – 3 independent origins"
    )


def test_a_link_is_alleged_until_a_finding_stands():
    found = MatterCoding(1, 5, 3, Stage("K6", "R"))
    quashed = MatterCoding(1, 5, 3, Stage("K6", "R", "X4", "R"))

    assert words.link_wording(found) == "responsibility as superior, as found"
    assert words.link_wording(quashed) == "alleged responsibility as superior"


@pytest.mark.parametrize(
    ("case", "why"),
    [
        ("G04", "link L1, association"),
        ("G18", "no origin is strong enough to be scored"),
        ("G28", "X4, exonerated"),
    ],
)
def test_a_matter_that_is_not_scored_says_why(case, why):
    line = assess_vector(CASES[case]["vector"]).matters[0]

    assert not line.scored
    assert line.why_not.startswith(why)


def test_a_profile_is_plain_json():
    profile = assess_vector(CASES["G37"]["vector"]).to_json()

    assert json.loads(json.dumps(profile)) == profile
    assert profile["printed_score"] == "56"
