"""What a reviewer does next follows from status, band and confidence by one table."""

from dataclasses import replace

import pytest

from vetting.risk.engine import assess_vector
from vetting.risk.review import PRESSING, UNSCORED, VERSION, pressing, review_action
from vetting.risk.scales import Confidence, Status

from .golden import CASES

SCORED = assess_vector(CASES["G20"]["vector"])
LOW, HIGH = (Confidence.VERY_LOW, Confidence.LOW), (Confidence.MODERATE, Confidence.HIGH)

ASK, URGENT = "complete the search, ask the candidate", "complete the search, ask the candidate: urgent"
REFER = "refer to the electing body with the file"
TABLE = [
    (Status.PRELIMINARY, "Limited", ASK, ASK),
    (Status.PRELIMINARY, "Moderate", ASK, ASK),
    (Status.PRELIMINARY, "Substantial", ASK, URGENT),
    (Status.PRELIMINARY, "Serious", ASK, URGENT),
    (Status.PRELIMINARY, "Severe", ASK, URGENT),
    (Status.ASSESSED, "Limited", "note", "note"),
    (Status.ASSESSED, "Moderate", "ask the candidate", "ask the candidate"),
    (Status.ASSESSED, "Substantial", "enhanced review: seek independent origins", "enhanced review, brief the panel"),
    (Status.ASSESSED, "Serious", "enhanced review", REFER),
    (Status.ASSESSED, "Severe", REFER, REFER),
]


@pytest.mark.parametrize(("status", "band", "low", "high"), TABLE)
def test_the_table_decides(status, band, low, high):
    for levels, action in ((LOW, low), (HIGH, high)):
        for confidence in levels:
            assert review_action(replace(SCORED, status=status, band=band, confidence=confidence)) == action


@pytest.mark.parametrize(
    ("case", "action"),
    [
        ("G01", "complete the search"),
        ("G02", "watch, and check again when the checks lapse"),
        ("G18", "watch, and check again when the checks lapse"),
        ("G03", "complete the search, ask the candidate"),
    ],
)
def test_what_is_not_scored_is_searched_or_watched(case, action):
    assert review_action(assess_vector(CASES[case]["vector"])) == action


def test_the_table_has_a_version_of_its_own():
    assert VERSION == "1"


def test_every_action_has_a_place_among_all_and_what_refers_presses_most():
    actions = {*UNSCORED.values(), *(action for *_, low, high in TABLE for action in (low, high))}
    assert {pressing(action) for action in actions} == {*range(len(PRESSING))}
    assert [pressing(each) for each in (REFER, URGENT, ASK, "note")] == [0, 2, 5, len(PRESSING) - 1]
