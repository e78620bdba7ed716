"""Facts outside the code lists are refused in words, and counts become a breadth."""

from dataclasses import replace
from datetime import date

import pytest

from vetting.risk.coding import encode
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
from vetting.risk.scales import GRADES
from vetting.risk.scoring import point
from vetting.risk.status import breadth
from vetting.risk.versions import parameters

FACTS = CandidacyFacts(slug="golden", as_of=date(2024, 1, 1), checks=Checks(9, 12))


@pytest.mark.parametrize(
    ("make", "wrong"),
    [
        (lambda: MatterFacts(1, 6, 4), "6 is no severity; known are 1, 2, 3, 4, 5."),
        (lambda: MatterFacts(1, 5, 5), "5 is no link; known are 0, 1, 2, 3, 4."),
        (lambda: MatterFacts(0, 5, 4), "A matter is numbered from 1 to 999999999, not 0."),
        (lambda: MatterCoding(10**9, 5, 4), "A matter is numbered from 1 to 999999999, not 1000000000."),
        (lambda: Citation("a", "G2"), f"'G2' is no evidence grade; known are {', '.join(GRADES)}."),
        (lambda: MatterCoding(1, 5, 4, refuting=("B7",)), f"'B7' is no evidence grade; known are {', '.join(GRADES)}."),
        (
            lambda: Proceeding("K9"),
            "'K9' is no stage or exoneration code; known are K0, K1, N0, K2, K3, K4, K5, K6, K7, X1, X2, X3, X4.",
        ),
        (lambda: Proceeding("K4", "Q"), "'Q' is no forum grade; known are R, P, U, N."),
        (lambda: Stage("X3"), "'X3' is no adverse stage; known are K0, K1, N0, K2, K3, K4, K5, K6, K7."),
        (lambda: Stage("K4", "Q"), "'Q' is no forum grade; known are R, P, U, N."),
        (lambda: Stage("K4", "R", "X5", "R"), "'X5' is no exoneration code; known are X1, X2, X3, X4."),
        (lambda: Stage("K4", "R", "X3", "Q"), "'Q' is no forum grade; known are R, P, U, N."),
        (lambda: Stage("K4", "R", "X3"), "'' is no forum grade; known are R, P, U, N."),
        (lambda: Stage("K4", "R", "", "R"), "'' is no exoneration code; known are X1, X2, X3, X4."),
        (lambda: Stage("N0", "P"), "N0 carries forum U: no authority has examined it."),
        (lambda: Checks(13, 12), "13 of 12 checks is not possible; there are 12."),
        (lambda: Checks(-1, 12), "-1 of 12 checks is not possible; there are 12."),
        (lambda: Checks(1, 13), "1 of 13 checks is not possible; there are 12."),
        (lambda: Voices(-1, 2), "A count lies between 0 and 999999999, which -1 does not."),
        (lambda: Voices(1, 10**9), "A count lies between 0 and 999999999, which 1000000000 does not."),
        (lambda: replace(FACTS, slug="a/b"), "'a/b' is no slug: use letters, digits, - and _."),
        (lambda: replace(FACTS, slug=""), "'' is no slug: use letters, digits, - and _."),
        (lambda: replace(FACTS, coders=3), "3 is no number of coders; known are 1, 2."),
        (lambda: replace(FACTS, reply="Z"), "'Z' is no reply state; known are N, S, X, D, E."),
        (
            lambda: point(replace(FACTS, matters=(MatterFacts(1, 5, 4),) * 2)),
            "Matters have distinct, ascending numbers.",
        ),
        (
            lambda: Coding(
                slug="a", as_of=FACTS.as_of, checks=FACTS.checks, matters=(MatterCoding(8, 5, 4), MatterCoding(1, 5, 4))
            ),
            "Matters have distinct, ascending numbers.",
        ),
        (
            lambda: point(replace(FACTS, matters=(MatterFacts(1, 5, 4, Stage("K4", "R", "X2", "R")),))),
            "X2 (closed on the merits by an authority) does not discount K4.",
        ),
        (lambda: MatterCoding(7, 5, 4, Stage(), ("B2", "A1")), "The grades of matter 7 are not sorted."),
        (lambda: MatterCoding(7, 5, 4, refuting=("B2", "A1")), "The grades of matter 7 are not sorted."),
        (
            lambda: Coding(slug="a", as_of=FACTS.as_of, known=FACTS.as_of, checks=FACTS.checks),
            "A known date equal to the as-of date is left out.",
        ),
    ],
)
def test_what_is_not_on_the_scales_is_refused_in_words(make, wrong):
    with pytest.raises(FactsError) as refused:
        make()

    assert str(refused.value) == wrong


def test_the_ends_of_every_scale_are_on_it():
    assert Checks(0, 0).done == 0
    assert Checks(12, 12).done == 12
    assert Voices(0, 999_999_999).signatories == 0
    assert MatterFacts(999_999_999, 1, 0).tag == 999_999_999


@pytest.mark.parametrize(
    ("voices", "expected"),
    [
        (None, (0.0, 0.0)),
        (Voices(50, 20), (66.67, 66.67)),
        (Voices(19, None), (19.81, 53.19)),
        (Voices(0, None), (0.0, 0.0)),
        (Voices(None, 10), (37.8, 70.71)),
        (Voices(None, 0), (0.0, 0.0)),
        (Voices(None, None), (5.91, 100.0)),
    ],
)
def test_counts_become_a_breadth_and_unknown_counts_a_range(voices, expected):
    assert breadth(voices, parameters().rules) == expected


def test_a_day_of_knowledge_equal_to_the_day_itself_leaves_no_trace():
    assert point(replace(FACTS, known=FACTS.as_of)) == point(FACTS)


def test_a_coding_carries_all_that_its_facts_say():
    matter = MatterFacts(3, 4, 2, (Proceeding("K4", "P"),), ((Citation("a", "B3"), Citation("b", "B2")),), ((),))
    facts = CandidacyFacts(
        slug="golden",
        as_of=date(2024, 1, 1),
        known=date(2024, 2, 1),
        checks=Checks(9, 11),
        coders=2,
        reply="E",
        opposition=Voices(3, 2),
        support=Voices(1, None),
        matters=(matter, replace(matter, tag=2, refuting=((Citation("c", "C3"),),))),
    )

    assert encode(facts, parameters()) == Coding(
        slug="golden",
        as_of=date(2024, 1, 1),
        known=date(2024, 2, 1),
        checks=Checks(9, 11),
        coders=2,
        reply="E",
        opposition=Voices(3, 2),
        support=Voices(1, None),
        matters=(
            MatterCoding(2, 4, 2, Stage("K4", "P"), ("B2",), ("C3",)),
            MatterCoding(3, 4, 2, Stage("K4", "P"), ("B2",), ()),
        ),
    )
