"""Agreement of graders, against values from the literature."""

import pytest

from allegations.agreement import ENOUGH, agreement, alpha

# Krippendorff (2011), example D: four observers, twelve units; 0 where an observer gave no value.
OBSERVERS = ["123321412000", "123322412503", "033323422510", "123324412510"]
UNITS = [[int(value) for value in column if value != "0"] for column in zip(*OBSERVERS, strict=True)]


def nominal(one, other, totals):
    return 1


def interval(one, other, totals):
    return (one - other) ** 2


def test_alpha_of_the_textbook_example():
    assert alpha(UNITS) == pytest.approx(0.815, abs=5e-4)
    assert alpha(UNITS, nominal) == pytest.approx(0.743, abs=5e-4)
    assert alpha(UNITS, interval) == pytest.approx(0.849, abs=5e-4)


def test_alpha_of_two_observers_in_the_textbook():
    # Examples A (ten units, two values) and B (twelve units, four values) of the same paper.
    first = zip([0, 1, 0, 0, 0, 0, 0, 0, 1, 0], [1, 1, 1, 0, 0, 1, 0, 0, 0, 0], strict=True)
    second = zip(map(ord, "aabbdcccedda"), map(ord, "babbbccceddd"), strict=True)
    assert alpha(first, nominal) == pytest.approx(0.095, abs=5e-4)
    assert alpha(second, nominal) == pytest.approx(0.692, abs=5e-4)


def test_alpha_is_one_for_full_agreement_nothing_without_variation_and_below_zero_for_opposites():
    assert alpha([(1, 1), (2, 2), (5, 5)]) == 1
    assert alpha([(3, 3)] * 40) is None
    assert alpha([(1, 5), (5, 1)] * 20) < 0
    assert alpha([(1,), (2,)]) is None


def test_the_further_grades_lie_apart_the_lower_is_alpha():
    common = [(value, value) for value in range(5)] * 10
    assert alpha([*common, (0, 1)]) > alpha([*common, (0, 2)]) > alpha([*common, (0, 4)])


def test_grades_are_counted_by_their_distance():
    found = agreement([("5", "5"), ("5", "4"), ("4", "5"), ("5", "3"), ("1", "5")], "12345")
    assert (found.pairs, found.same, found.near, found.placed) == (5, 1, 3, 5)


def test_what_cannot_be_judged_is_near_to_nothing_but_itself():
    found = agreement([("F", "F"), ("F", "E"), ("B", "A")], "EDCBA")
    assert (found.pairs, found.same, found.near, found.placed) == (3, 1, 2, 1)


@pytest.mark.parametrize(("count", "told"), [(ENOUGH - 1, False), (ENOUGH, True)])
def test_a_coefficient_is_told_from_a_stated_number_on(count, told):
    found = agreement([("5", "5"), *[("1", "2")] * (count - 1)], "12345")
    assert (found.is_enough, found.alpha is not None) == (told, told)
