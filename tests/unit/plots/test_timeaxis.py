"""The axis of days: in order, from edge to edge, quiet stretches shorter than their days."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vetting.plots.timeaxis import axis

EXAMPLES = settings(max_examples=100, deadline=None, database=None)
many_days = st.lists(st.dates(date(1990, 1, 1), date(2030, 1, 1)), min_size=1, max_size=15)


@EXAMPLES
@given(many_days, many_days)
def test_later_days_stand_further_right(knots, others):
    drawn = axis(knots, until=max(knots), start=8)
    places = [drawn.x(day) for day in sorted({*knots, *others})]
    assert places == sorted(places)
    assert all(8 <= place <= 100 for place in places)
    assert drawn.x(min(knots)) == 8
    assert drawn.x(max(knots) + timedelta(days=1)) == 100


@EXAMPLES
@given(many_days)
def test_two_knots_never_share_a_place(knots):
    drawn = axis(knots, until=max(knots))
    assert len(set(drawn.places)) == len(drawn.places)


def test_the_distance_grows_with_the_root_of_the_days():
    drawn = axis([date(2021, 1, 1), date(2021, 1, 2), date(2021, 1, 6)], until=date(2021, 1, 14))
    one, four, nine = (after - before for before, after in zip(drawn.places, drawn.places[1:], strict=False))
    assert (four / one, nine / one) == pytest.approx((2, 3))
    assert drawn.x(date(2021, 1, 4)) == pytest.approx((drawn.places[1] + drawn.places[2]) / 2)


def test_one_day_is_an_axis_too():
    drawn = axis([date(2021, 1, 1)], until=date(2021, 1, 1))
    assert (drawn.x(date(2021, 1, 1)), drawn.x(date(2021, 1, 2))) == (0, 100)
    assert axis([], until=date.max).x(date.max) == 100


def test_years_are_named_as_far_apart_as_asked():
    drawn = axis([date(2010, 6, 1)], until=date(2020, 6, 1))
    assert [year for year, _ in drawn.years(apart=1)] == list(range(2011, 2021))
    assert [year for year, _ in drawn.years(apart=25)] == [2013, 2016]
