"""One timer for a moment that moves all the time."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace

import pytest

from allegations.links.alarm import Alarm


@dataclass
class Clock:
    """A loop whose time is moved by hand."""

    now: float = 0.0
    timers: list[tuple[float, object]] = field(default_factory=list)

    def time(self):
        return self.now

    def call_at(self, when, callback):
        timer = (when, callback)
        self.timers.append(timer)
        return SimpleNamespace(when=lambda: when, cancel=lambda: self.timers.remove(timer))

    def reach(self, now):
        self.now = now
        for timer in [timer for timer in self.timers if timer[0] <= now]:
            self.timers.remove(timer)
            timer[1]()


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def rung():
    return []


@pytest.fixture
def alarm(clock, rung):
    return Alarm(clock, lambda: rung.append(clock.now))


def test_it_rings_once_when_it_is_due(alarm, clock, rung):
    alarm.at(5.0)
    for now in (4.0, 5.0, 6.0):
        clock.reach(now)

    assert (rung, clock.timers) == ([5.0], [])


def test_a_moment_that_moves_away_takes_no_new_timer_before_the_old_one_looked(alarm, clock, rung):
    alarm.at(1.0)
    for later in (2.0, 3.0, 4.0):
        alarm.at(later)
    assert [when for when, _ in clock.timers] == [1.0]

    for now in (1.0, 3.0, 4.0):
        clock.reach(now)

    assert rung == [4.0]


def test_a_moment_that_comes_nearer_is_kept(alarm, clock, rung):
    alarm.at(9.0)
    alarm.at(1.0)
    clock.reach(1.0)

    assert (rung, clock.timers) == ([1.0], [])


@pytest.mark.parametrize(("later", "rings_at"), [(0.0009, 5.0), (0.002, 5.002)])
def test_a_moment_as_good_as_reached_is_not_waited_for_anew(alarm, clock, rung, later, rings_at):
    alarm.at(5.0)
    alarm.at(5.0 + later)
    for now in (5.0, 5.0 + later):
        clock.reach(now)

    assert (rung, clock.timers) == ([rings_at], [])


@pytest.mark.parametrize(("asked", "rings_at"), [(3.0, 3.0), (8.0, 5.0)])
def test_of_two_moments_the_earlier_one_counts(alarm, clock, rung, asked, rings_at):
    alarm.at(5.0)
    alarm.no_later_than(asked)
    for now in (3.0, 5.0, 8.0):
        clock.reach(now)

    assert rung == [rings_at]


def test_it_can_be_put_off_for_ever(alarm, clock, rung):
    alarm.at(1.0)
    alarm.at(None)
    clock.reach(2.0)
    alarm.at(3.0)
    alarm.stop()
    clock.reach(4.0)

    assert (rung, clock.timers) == ([], [])
