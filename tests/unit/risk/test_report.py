"""A profile on a terminal: a table for a reader, and JSON by the names of the published cases."""

import json
import re
from pathlib import Path

import pytest

from vetting.risk import report
from vetting.risk.engine import assess_vector
from vetting.risk.factsfile import read

from .golden import CASES, GOLDEN
from .test_words import FORBIDDEN

EXPECTED = Path(__file__).with_name("expected")
UNSCORED = [name for name, case in CASES.items() if case["score"] is None]


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_json_has_the_fields_of_a_published_case(case):
    found = json.loads(json.dumps(report.as_json(assess_vector(case["vector"]))))

    exact = {"status", "score", "band", "confidence", "unscored", "vector", "opposition", "support"}
    assert {name: found[name] for name in exact} == {name: case[name] for name in exact}
    for name in case.keys() - exact - {"id", "what"}:
        assert found[name] == pytest.approx(case[name], abs=1e-4), name
    assert found["version"] == "1.0"
    assert len(found["reasons"]) == min(len(found["phi"]), 4)


def test_json_has_both_days_the_next_step_and_the_what_ifs():
    moment = GOLDEN["timeline"][1]

    found = report.as_json(assess_vector(moment["vector"]))

    assert (found["as_of"], found["known"]) == (moment["as_of"], moment["known"])
    assert found["review"] == "complete the search, ask the candidate"
    assert found["what_ifs"][0]["sentence"] == "If matter 1 were not on record: 20, Moderate."
    assert report.as_json(assess_vector(CASES["G03"]["vector"]))["known"] == "2021-11-23"


@pytest.mark.parametrize("name", ["G03", "G04", "G06", "G18", "G37", "timeline-2"])
def test_the_table_for_a_reader(name):
    vector = CASES[name]["vector"] if name in CASES else GOLDEN["timeline"][1]["vector"]

    assert report.as_text(assess_vector(vector)) + "\n" == (EXPECTED / f"{name}.txt").read_text()


@pytest.mark.parametrize("name", UNSCORED)
def test_the_table_of_an_unscored_profile_has_no_number_of_it(name):
    text = report.as_text(assess_vector(CASES[name]["vector"]))

    assert not re.search(r"Concern on record|Band|Interval|Lead|Confidence", text)


def test_beside_an_unscored_profile_stands_no_number_of_a_what_if():
    found = report.as_json(assess_vector(CASES["G18"]["vector"]))["what_ifs"]

    assert {name for each in found for name in each} == {"tag", "change", "vector", "status", "moves", "sentence"}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_no_table_holds_a_forbidden_word(case):
    assert not FORBIDDEN.search(report.as_text(assess_vector(case["vector"])))


def test_proceedings_are_named_with_their_stage_and_value():
    (found,) = read(json.dumps(GOLDEN["proceedings"][1]))

    assert report.controlled_as_json(found) == {
        "id": "R03",
        "what": "complaint, then inquiry opened by an independent authority",
        "version": "1.0",
        "vector": None,
        "controlling": ["K2", "R", "", ""],
        "kappa": pytest.approx(0.55),
        "stage": "K2R",
        "reasons": ["an authority has opened an inquiry into the allegation"],
    }
    assert report.controlled_as_text(found) == (
        "R03 complaint, then inquiry opened by an independent authority: K2R, 0.55"
        " (an authority has opened an inquiry into the allegation)"
    )


def test_proceedings_without_a_name_are_called_what_they_are():
    (found,) = read('{"proceedings": []}')

    assert report.controlled_as_text(found) == "Proceedings: K0U, 0.45 (alleged; no proceeding is known)"
