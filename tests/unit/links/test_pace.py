"""How fast an answer must come, by a clock that is moved by hand."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from allegations.links.exchange import Failure, Limits
from allegations.links.guard import Phase
from allegations.links.pace import Pace

BEGAN = 1_000.0
LIMITS = Limits(header_s=20.0, rate_bytes=200.0, rate_window_s=10.0)
ENOUGH = 2_000  # bytes in a window


class Watched:
    """A transfer that begins at `BEGAN`, under the watch of a pace that is looked at as the wire looks: when it is due.

    Moments are in seconds since then; `looks` are those at which it was looked, `stop` is what came of the last one.
    """

    def __init__(self, limits: Limits = LIMITS, phase: Phase = Phase.ANSWER) -> None:
        self.guard, self.looks, self.stop = SimpleNamespace(phase=phase), [], None
        self.answer = SimpleNamespace(head_at=None, body=SimpleNamespace(wire=0))
        self.pace = Pace(self.guard, self.answer, limits, BEGAN)

    @property
    def due(self) -> float:
        return self.pace.due - BEGAN

    def head(self, moment: float) -> None:
        """Let the head have come at this moment."""
        self.until(moment)
        self.answer.head_at = BEGAN + moment

    def body(self, moment: float, length: int) -> None:
        """Let this much more of the body come at this moment, before anybody looks."""
        self.until(moment)
        self.answer.body.wire += length

    def until(self, moment: float) -> None:
        """Look whenever it is due before this moment."""
        while self.stop is None and self.due < moment:
            self.look(self.due)

    def look(self, moment: float) -> None:
        self.looks.append(moment)
        assert len(self.looks) < 1_000  # it would be looked at for ever
        self.stop = self.pace.look(BEGAN + moment)

    @property
    def failure(self) -> Failure | None:
        return self.stop and self.stop.failure


@pytest.fixture
def watched() -> Watched:
    return Watched()


# The head


@pytest.mark.parametrize(
    ("phase", "failure"),
    [
        (Phase.NAME, Failure.CONNECT_TIMEOUT),
        (Phase.CONNECT, Failure.CONNECT_TIMEOUT),
        (Phase.ANSWER, Failure.SLOW),
    ],
)
def test_a_head_that_does_not_come_is_late_when_its_time_is_over(phase, failure):
    watched = Watched(phase=phase)
    watched.until(20.0)
    assert watched.failure is None

    watched.look(20.0)

    assert watched.failure is failure


@pytest.mark.parametrize("header_s", [3.0, 10.0, 25.0, 27.5])
def test_somebody_looks_when_the_time_of_the_head_is_over_whatever_a_window_takes(header_s):
    watched = Watched(Limits(header_s=header_s, rate_window_s=10.0))

    watched.until(header_s + 0.001)

    assert (watched.failure, watched.looks[-1]) == (Failure.SLOW, header_s)


def test_a_head_in_time_is_not_late_however_short_its_time_was(watched):
    watched.head(19.999)
    watched.body(20.0, ENOUGH)
    watched.until(29.998)

    assert watched.failure is None


# The body


@pytest.mark.parametrize(("length", "failure"), [(ENOUGH, None), (ENOUGH - 1, Failure.SLOW), (0, Failure.SLOW)])
def test_a_window_begins_with_the_head_and_is_judged_at_its_end(watched, length, failure):
    watched.head(4.0)
    watched.body(13.5, length)
    watched.until(14.0)
    assert watched.failure is None

    watched.look(14.0)

    assert watched.failure is failure


def test_no_window_is_judged_before_its_end(watched):
    watched.head(4.0)
    for moment in (4.0, 9.0, 13.999):
        watched.look(moment)
        assert (watched.failure, watched.due) == (None, 14.0)


def test_no_later_window_is_judged_before_its_end_either(watched):
    watched.head(4.0)
    watched.body(14.0, ENOUGH)
    for moment in (14.0, 14.5, 19.0, 23.999):
        watched.look(moment)
        assert (watched.failure, watched.due) == (None, 24.0)


@pytest.mark.parametrize("window_s", [3.0, 10.0])
def test_the_end_of_the_first_window_is_not_missed_though_the_head_came_between_two_looks(window_s):
    watched = Watched(Limits(header_s=20.0, rate_window_s=window_s))
    watched.head(7.0)
    watched.until(7.001 + window_s)

    assert (watched.failure, watched.looks[-1]) == (Failure.SLOW, 7.0 + window_s)


def test_what_is_slow_is_told_with_the_measure(watched):
    watched.head(0.0)
    watched.until(10.001)

    assert watched.stop.sentence == "The answer came slower than 200 bytes a second."


@pytest.mark.parametrize("piece", [ENOUGH // 20, ENOUGH])
def test_a_steady_body_is_read_over_many_windows(watched, piece):
    watched.head(0.25)
    for number in range(300):
        watched.body(0.5 + number * piece / LIMITS.rate_bytes, piece)

    assert watched.failure is None
    assert len(watched.looks) >= 15


@pytest.mark.parametrize("windows", [1, 2, 7])
def test_a_body_that_stops_is_slow_at_the_end_of_the_window_in_which_nothing_came(watched, windows):
    watched.head(0.0)
    for number in range(windows):
        watched.body(10.0 * number + 5.0, ENOUGH)
    watched.until(10.0 * (windows + 1) + 0.001)

    assert (watched.failure, watched.looks[-1]) == (Failure.SLOW, 10.0 * (windows + 1))


def test_a_lot_in_one_window_pays_for_no_other(watched):
    watched.head(0.0)
    watched.body(1.0, 50 * ENOUGH)
    watched.body(15.0, ENOUGH - 1)
    watched.until(20.001)

    assert (watched.failure, watched.looks[-1]) == (Failure.SLOW, 20.0)


def test_a_look_that_comes_late_asks_for_no_more_than_one_window_and_gives_the_next_its_whole_time(watched):
    """As on a machine that is busy: what it was late by is not the fault of the other side."""
    watched.head(0.0)
    watched.body(9.0, ENOUGH)
    watched.look(35.0)
    watched.look(44.0)
    assert (watched.failure, watched.due) == (None, 45.0)

    watched.answer.body.wire += ENOUGH
    watched.look(45.0)

    assert (watched.failure, watched.due) == (None, 55.0)


def test_where_nothing_is_asked_for_nothing_is_slow():
    watched = Watched(Limits(rate_bytes=0.0, rate_window_s=10.0))
    watched.head(0.0)
    watched.until(500.0)

    assert (watched.failure, len(watched.looks)) == (None, 49)
