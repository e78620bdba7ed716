"""The line over time: inside its box, running to the right, with gaps where there is no number."""

import itertools
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vetting.plots.stepline import HEIGHT, TOP, Step, level, step_line
from vetting.plots.timeaxis import axis

START = date(2020, 10, 1)
EXAMPLES = settings(max_examples=100, deadline=None, database=None)
days = st.lists(st.integers(0, 4000), min_size=1, max_size=12, unique=True).map(
    lambda found: [START + timedelta(days=each) for each in sorted(found)]
)
values = st.none() | st.floats(0, 99.999)


@st.composite
def lines(draw):
    """Steps in the order of their days, some without a number, and a last day."""
    found = []
    for day in draw(days):
        value = draw(values)
        low, high = sorted((value, draw(st.floats(0, 99.999)))) if value is not None else (None, None)
        found.append(Step(day, value, low, high, "Not assessed"))
    return found, found[-1].day + timedelta(days=draw(st.integers(0, 900)))


@EXAMPLES
@given(lines())
def test_everything_stands_inside_the_box(drawn):
    steps, until = drawn
    line = step_line(steps, axis((step.day for step in steps), until=until, start=8))
    across = [x for tread in line.treads for x in (tread.start, tread.end)]
    across += [x for box in (*line.ribbons, *line.gaps) for x in (box.x, box.x + box.width)] + [*line.marks]
    down = [y for riser in line.risers for y in (riser.start, riser.end)] + [tread.y for tread in line.treads]
    down += [y for box in line.ribbons for y in (box.y, box.bottom)]
    assert all(8 - 1e-9 <= x <= 100 + 1e-9 for x in across)
    assert all(TOP - 1e-9 <= y <= TOP + HEIGHT + 1e-9 for y in down)
    assert all(box.height >= 0 and box.width > 0 for box in line.ribbons)


@EXAMPLES
@given(lines())
def test_a_line_runs_to_the_right_and_leaves_no_day_out(drawn):
    steps, until = drawn
    line = step_line(steps, axis((step.day for step in steps), until=until, start=8))
    stretches = sorted([(t.start, t.end) for t in line.treads] + [(gap.x, gap.x + gap.width) for gap in line.gaps])
    assert list(line.marks) == sorted(set(line.marks))
    assert stretches[0][0] == 8
    assert stretches[-1][1] == pytest.approx(100)
    assert all(end == pytest.approx(start) for (_, end), (start, _) in itertools.pairwise(stretches))
    assert len(line.gaps) == sum(step.value is None for step in steps)


@EXAMPLES
@given(lines())
def test_every_tread_lies_in_its_ribbon_and_every_riser_joins_two_treads(drawn):
    steps, until = drawn
    line = step_line(steps, axis((step.day for step in steps), until=until))
    for tread, box in zip(line.treads, line.ribbons, strict=True):
        assert (box.x, box.end) == pytest.approx((tread.start, tread.end))
        assert box.y - 1e-9 <= tread.y <= box.bottom + 1e-9
    ends = {(tread.end, tread.y) for tread in line.treads}
    starts = {(tread.start, tread.y) for tread in line.treads}
    for riser in line.risers:
        assert (riser.x, riser.start) in ends
        assert (riser.x, riser.end) in starts


def test_without_a_number_there_is_a_gap_with_words_and_never_a_level():
    steps = [Step(START, None, words="Not assessed"), Step(date(2021, 11, 23), 24.6, 17.0, 32.0)]
    line = step_line(steps, axis((step.day for step in steps), until=date(2021, 12, 1)))
    [gap], [tread] = line.gaps, line.treads
    assert (gap.words, gap.x, gap.fits) == ("Not assessed", 0, True)
    assert tread.start == pytest.approx(gap.width)
    assert tread.y == level(24.6) < level(0)
    assert line.risers == ()


def test_a_gap_too_narrow_for_its_words_keeps_them_for_the_table():
    steps = [Step(START, 3.0), Step(date(2021, 1, 1), None), Step(date(2021, 1, 2), 3.0)]
    line = step_line(steps, axis((step.day for step in steps), until=date(2026, 1, 1)))
    assert [gap.fits for gap in line.gaps] == [False]
    assert line.ribbons == line.risers == ()


def test_the_scale_runs_from_a_hundred_at_the_top_to_nothing():
    assert [level(value) for value in (100, 50, 0, -1, 101)] == [TOP, TOP + HEIGHT / 2, TOP + HEIGHT, TOP + HEIGHT, TOP]
