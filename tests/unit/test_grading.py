"""Which matters ask for two graders, and what counts of several gradings of one thing."""

from itertools import product

import pytest

from allegations.grading import WEIGHT, WEIGHT_FOR, Given, Pair, Part, asks_for_two, last_pair, pairs

FIRST = Given(1, Part.FIRST, None, "5", by=1)


def pair(first, second, resolution=None):
    decided = Given(3, Part.RESOLUTION, 1, resolution) if resolution else None
    return Pair(Given(1, Part.FIRST, None, first), Given(2, Part.SECOND, 1, second), decided)


@pytest.mark.parametrize(
    ("severity", "link", "stages", "asks"),
    [
        (3, 2, (), False),
        (4, 0, (), True),
        (1, 3, (), True),
        (1, 0, ("complaint-filed", "investigation"), False),
        (1, 0, ("complaint-filed", "suspect"), True),
        (None, None, (), False),
        (None, None, ("convicted",), True),
    ],
)
def test_a_matter_asks_for_two_by_its_severity_its_link_or_its_stage(severity, link, stages, asks):
    assert asks_for_two(severity, link, stages) is asks


@pytest.mark.parametrize(
    ("severity", "usual", "asks"),
    [(3, 5, True), (2, 3, True), (3, 2, True), (3, 3, False), (None, 5, False), (1, None, False)],
)
def test_a_severity_other_than_the_usual_one_of_its_act_asks_for_two(severity, usual, asks):
    assert asks_for_two(severity, 2, (), usual) is asks


@pytest.mark.parametrize(
    ("scale", "first", "second", "against", "for_person"),
    [
        ("severity", "5", "3", "3", "5"),
        ("link", "2", "4", "2", "4"),
        ("reliability", "B", "D", "D", "B"),
        ("reliability", "F", "D", "F", "D"),
        ("credibility", "1", "3", "3", "1"),
        ("credibility", "6", "5", "5", "6"),
        ("forum", "R", "N", "N", "R"),
        ("forum", "U", "R", "U", "U"),
        ("forum", "P", "N", "N", "P"),
    ],
)
def test_of_two_that_differ_the_grade_more_favourable_to_the_person_counts(scale, first, second, against, for_person):
    for found in (pair(first, second), pair(second, first)):
        assert (found.value(scale), found.value(scale, against=False)) == (against, for_person)


def test_a_resolution_counts_whatever_the_two_said():
    assert pair("5", "3", "4").value("severity") == "4"
    assert pair("5", "3", "5").value("severity") == "5"


def test_a_source_carries_the_lower_grade_and_a_forum_in_doubt_is_not_assessed():
    assert pair("B", "D").column("reliability", against=False) == "D"
    assert pair("2", "3").column("credibility", against=False) == "2"
    assert pair("R", "N").column("forum") == "U"
    assert pair("R", "N", "P").column("forum") == "P"
    assert pair("R", "R").column("forum") == "R"


def test_two_stand_behind_a_grade_when_they_agree_or_their_difference_is_resolved():
    single = Pair(FIRST)
    states = [single, pair("5", "5"), pair("5", "3"), pair("5", "3", "3")]
    assert [(each.is_single, each.is_by_two, each.is_open) for each in states] == [
        (True, False, False),
        (False, True, False),
        (False, False, True),
        (False, True, False),
    ]


def test_gradings_are_read_in_their_order_and_a_new_first_one_starts_over():
    rows = [
        FIRST,
        Given(2, Part.SECOND, 1, "3"),
        Given(3, Part.RESOLUTION, 1, "4"),
        Given(4, Part.FIRST, None, "2"),
        Given(5, Part.SECOND, 1, "1"),
    ]
    assert [each.value("severity") for each in pairs(rows)] == ["5", "3", "4", "2", "2"]
    assert last_pair(rows).is_single
    assert last_pair([]) is None


def test_an_answer_without_a_first_grading_counts_for_nothing():
    assert list(pairs([Given(2, Part.SECOND, 1, "3")])) == []


@pytest.mark.parametrize("scale", WEIGHT)
def test_what_counts_of_two_is_one_of_them_and_never_heavier(scale):
    for first, second in product(WEIGHT[scale], repeat=2):
        for against, order in ((True, WEIGHT), (False, WEIGHT_FOR)):
            value = pair(first, second).value(scale, against=against)
            ranks = [order[scale].index(each) for each in (first, second)]
            assert order[scale].index(value) == (min(ranks) if against else max(ranks))
