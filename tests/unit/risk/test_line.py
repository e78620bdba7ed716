"""The line over time: the same numbers as the profiles of its days, and no more of them than asked."""

import itertools
from dataclasses import replace
from datetime import date, timedelta

from vetting.risk import line
from vetting.risk.asof import facts_on
from vetting.risk.engine import assess
from vetting.risk.records import Check

from .test_asof import AL_RAISI, ARTICLE, JUDGE, LATER_SOURCE

TODAY = date(2026, 11, 27)
RECORDED = date(2022, 5, 11)


def test_each_moment_says_what_the_profile_of_its_day_says():
    for known in (None, TODAY):
        found = line.moments(AL_RAISI, until=TODAY, known=known)
        assert len(found) > 2
        for each in found:
            profile = assess(facts_on(AL_RAISI, each.day, known))
            scored = profile.score is not None
            assert (each.status, each.score, each.band) == (profile.status, profile.score, profile.band)
            assert (each.eci, each.i90) == ((profile.eci, profile.i90) if scored else (None, None))
            assert (each.vector, each.known) == (profile.vector, known or each.day)


def test_the_line_as_published_moves_on_the_days_of_recording_and_the_one_as_known_on_those_of_happening():
    published = [each.day for each in line.moments(AL_RAISI, until=TODAY)]
    known = [each.day for each in line.moments(AL_RAISI, until=TODAY, known=TODAY)]
    assert {ARTICLE, LATER_SOURCE, RECORDED} <= {*published}
    assert JUDGE in known
    assert RECORDED not in known


def test_without_a_number_a_moment_has_neither_index_nor_interval():
    empty = replace(AL_RAISI, matters=())
    [only] = line.moments(empty, until=TODAY)
    assert (only.score, only.band, only.eci, only.i90) == (None,) * 4


def test_what_moved_is_said_between_two_moments():
    found = line.moments(AL_RAISI, until=TODAY)
    reasons = {after.day: line.why(before, after) for before, after in itertools.pairwise(found)}
    assert reasons[LATER_SOURCE] == ("matter 3: put on record",)
    assert reasons[RECORDED][0].startswith("matter 1, stage: a complaint has been filed")


def test_the_days_that_moved_come_newest_first_and_at_most_so_many():
    assert line.days_moved(AL_RAISI, until=TODAY, most=9) == [RECORDED, LATER_SOURCE, ARTICLE]
    assert line.days_moved(AL_RAISI, until=TODAY, most=2) == [RECORDED, LATER_SOURCE]
    assert line.days_moved(AL_RAISI, until=ARTICLE, most=9) == [ARTICLE]
    assert line.days_moved(replace(AL_RAISI, matters=()), until=TODAY, most=9) == []


def test_a_long_record_costs_no_more_than_the_last_moments():
    weeks = [date(2022, 1, 1) + timedelta(weeks=each) for each in range(60)]
    checks = tuple(Check(kind=1, lapses=day + timedelta(days=3), recorded=day) for day in weeks)
    found = line.moments(replace(AL_RAISI, checks=checks), until=TODAY)
    assert len(found) == line.MOST_MOMENTS
    assert found == sorted(found, key=lambda each: each.day)
    assert found[-1].day == weeks[-1] + timedelta(days=3)
