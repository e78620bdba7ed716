"""The grids of grades and of checks, and the bars: each thing in its own cell, none outside."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vetting.plots import bars, checkgrid, gradegrid

EXAMPLES = settings(max_examples=100, deadline=None, database=None)
GRADES = ["".join(pair) for pair in product(gradegrid.LETTERS, gradegrid.DIGITS)]
origins = st.lists(st.tuples(st.integers(), st.sampled_from(GRADES), st.integers(0, 9), st.booleans()), max_size=30)


@EXAMPLES
@given(origins)
def test_each_origin_is_a_dot_in_the_cell_of_its_grade_or_counted_there(found):
    dots, crowded = gradegrid.dots(found)
    assert len(dots) + sum(cell.more for cell in crowded) == len(found)
    for dot in dots:
        inside = [
            cell
            for cell in map(gradegrid.cell, GRADES)
            if cell.x < dot.x < cell.edge and cell.y < dot.y < cell.y + cell.height
        ]
        assert any((dot.origin, cell.grade) in {(each[0], each[1]) for each in found} for cell in inside)
    places = [(dot.x, dot.y) for dot in dots]
    assert len(set(places)) == len(places)


def test_a_ring_grows_with_the_repeats_up_to_a_limit():
    rings = [gradegrid.ring(repeats) for repeats in range(7)]
    assert rings[0] is None
    assert rings[1] < rings[2] < rings[3] < rings[4] == rings[5] == rings[6]


def test_the_grid_of_grades_fills_the_width():
    assert gradegrid.cell("A6").edge == pytest.approx(100)
    assert gradegrid.cell("F1").y + gradegrid.ROW == gradegrid.HEIGHT


def test_twelve_checks_stand_in_two_rows_without_touching():
    boxes = [checkgrid.box(place) for place in range(12)]
    assert len({(box.x, box.y) for box in boxes}) == 12
    assert [box.y for box in boxes] == [0] * 6 + [checkgrid.ROW] * 6
    assert all(boxes[place].edge < boxes[place + 1].x for place in range(5))
    assert max(box.edge for box in boxes) < 100


@pytest.mark.parametrize(("before", "after"), [(40, 10), (10, 40), (24.6, 24.6)])
def test_a_bar_spans_from_one_index_to_the_other(before, after):
    drawn = bars.shift(before, after)
    assert (drawn.start, drawn.start + drawn.width) == pytest.approx((min(before, after), max(before, after)))
    assert drawn.end == after


def test_bars_of_counts_are_measured_by_the_longest():
    assert bars.lengths([2, 4, 0]) == [50, 100, 0]
    assert bars.lengths([0]) == [0]
    assert bars.lengths([]) == []
