"""Numbers from a settings table."""

import doctest
from datetime import timedelta

import pytest

from allegations.links import freeze, numbers, rules, schedule
from allegations.links.freeze import FreezeRules
from allegations.links.rules import BOUNDS, Need, Rules
from allegations.links.schedule import Schedule

HOUR = timedelta(hours=1)
TABLES = {Rules: BOUNDS, Schedule: schedule.BOUNDS, FreezeRules: freeze.BOUNDS}


def test_examples_in_the_modules_hold():
    assert not any(doctest.testmod(module).failed for module in (numbers, rules, schedule, freeze))


@pytest.mark.parametrize("table", TABLES)
def test_without_numbers_a_table_is_as_it_was(table):
    assert table.from_mapping({}) == table()


def test_rules_take_numbers():
    found = Rules.from_mapping(
        {"gone_strikes": 5, "gap_hours": 6, "host_gone_hours": 480, "alike": 0.7, "soft_kinds": 3}
    )

    assert (found.gone, found.gap, found.alike, found.soft_kinds) == (Need(5, 72 * HOUR), 6 * HOUR, 0.7, 3)
    assert found.host_gone == Need(8, 480 * HOUR)
    assert found.gone_410 == Rules().gone_410


def test_a_schedule_takes_numbers_and_ladders():
    found = Schedule.from_mapping({"published_hours": 48, "gone_days": 10, "suspect_hours": [3, 6], "growth": 2})

    assert (found.published, found.gone, found.growth) == (48 * HOUR, 240 * HOUR, 2)
    assert found.suspect == (3 * HOUR, 6 * HOUR)
    assert Schedule.from_mapping({"unreachable_hours": 2}).unreachable == (2 * HOUR,)


@pytest.mark.parametrize(("table", "bounds"), TABLES.items())
def test_every_number_may_be_given_within_its_bounds(table, bounds):
    for key, limits in bounds.items():
        for value in limits:
            table.from_mapping({key: value})
        for value in (limits[0] - 1, limits[1] + 1, "3", None, True, [], float("nan"), {}):
            with pytest.raises(ValueError, match=f"^{key} of .* must be a number from"):
                table.from_mapping({key: value})


@pytest.mark.parametrize("table", TABLES)
def test_a_number_that_does_not_exist_is_named(table):
    with pytest.raises(ValueError, match=r"^gone_strike is no number of .*; there are: .*(gone|hosts)"):
        table.from_mapping({"gone_strike": 3})


def test_no_table_makes_a_link_gone_by_one_answer_or_within_a_day():
    for key in ("gone_strikes", "gone_410_strikes", "soft_gone_strikes", "soft_kinds"):
        with pytest.raises(ValueError, match=key):
            Rules.from_mapping({key: 1})
    for key in ("gone_hours", "gone_410_hours", "soft_gone_hours"):
        with pytest.raises(ValueError, match=key):
            Rules.from_mapping({key: 23})
