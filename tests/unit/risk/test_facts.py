"""Facts outside the code lists are refused in words, and counts become a breadth."""

from dataclasses import replace
from datetime import date

import pytest

from vetting.risk.facts import (
    CandidacyFacts,
    Checks,
    Citation,
    Coding,
    FactsError,
    MatterCoding,
    MatterFacts,
    Proceeding,
    Stage,
    Voices,
)
from vetting.risk.scoring import point
from vetting.risk.status import breadth

FACTS = CandidacyFacts(slug="golden", as_of=date(2024, 1, 1), checks=Checks(9, 12))


@pytest.mark.parametrize(
    ("make", "wrong"),
    [
        (lambda: MatterFacts(1, 6, 4), "6 is no severity"),
        (lambda: MatterFacts(1, 5, 5), "5 is no link"),
        (lambda: MatterFacts(0, 5, 4), "numbered from 1, not 0"),
        (lambda: Citation("a", "G2"), "'G2' is no evidence grade"),
        (lambda: Proceeding("K9"), "'K9' is no stage or exoneration code"),
        (lambda: Proceeding("K4", "Q"), "'Q' is no forum grade"),
        (lambda: Stage("X3"), "'X3' is no adverse stage"),
        (lambda: Checks(13, 12), "13 of 12 checks is not possible"),
        (lambda: Voices(-1, 2), "cannot be below zero"),
        (lambda: replace(FACTS, slug="a/b"), "'a/b' is no slug"),
        (lambda: replace(FACTS, coders=3), "3 is no number of coders"),
        (lambda: replace(FACTS, reply="Z"), "'Z' is no reply state"),
        (lambda: point(replace(FACTS, matters=(MatterFacts(1, 5, 4),) * 2)), "distinct, ascending numbers"),
        (
            lambda: point(replace(FACTS, matters=(MatterFacts(1, 5, 4, Stage("K4", "R", "X2", "R")),))),
            "does not discount K4",
        ),
        (lambda: MatterCoding(1, 5, 4, Stage(), ("B2", "A1")), "not sorted"),
        (lambda: Coding(slug="a", as_of=FACTS.as_of, known=FACTS.as_of, checks=FACTS.checks), "is left out"),
    ],
)
def test_what_is_not_on_the_scales_is_refused_in_words(make, wrong):
    with pytest.raises(FactsError, match=wrong):
        make()


@pytest.mark.parametrize(
    ("voices", "expected"),
    [
        (None, (0.0, 0.0)),
        (Voices(50, 20), (66.67, 66.67)),
        (Voices(19, None), (19.81, 53.19)),
        (Voices(0, None), (0.0, 0.0)),
        (Voices(None, 10), (37.8, 70.71)),
        (Voices(None, None), (5.91, 100.0)),
    ],
)
def test_counts_become_a_breadth_and_unknown_counts_a_range(voices, expected):
    assert breadth(voices) == expected


def test_a_day_of_knowledge_equal_to_the_day_itself_leaves_no_trace():
    assert point(replace(FACTS, known=FACTS.as_of)) == point(FACTS)
