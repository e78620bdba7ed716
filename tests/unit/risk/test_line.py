"""The line over time: the same numbers as the profiles of its days, and no more of them than asked."""

import itertools
from dataclasses import replace
from datetime import date, timedelta

from vetting.risk import line
from vetting.risk.asof import facts_on
from vetting.risk.coding import encode
from vetting.risk.engine import assess
from vetting.risk.facts import Checks, Voices
from vetting.risk.records import Check, Record
from vetting.risk.versions import parameters

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
    assert reasons[LATER_SOURCE] == ("matter 3: added",)
    assert reasons[RECORDED][0].startswith("matter 1, stage: a complaint has been filed")


def test_the_days_that_moved_come_newest_first_and_at_most_so_many():
    assert line.days_moved(AL_RAISI, until=TODAY, most=9) == [RECORDED, LATER_SOURCE, ARTICLE]
    assert line.days_moved(AL_RAISI, until=TODAY, most=2) == [RECORDED, LATER_SOURCE]
    assert line.days_moved(AL_RAISI, until=ARTICLE, most=9) == [ARTICLE]
    assert line.days_moved(replace(AL_RAISI, matters=()), until=TODAY, most=9) == []


def test_the_codings_are_those_of_the_days_that_moved_the_first_day_first():
    for known in (None, TODAY):
        found = line.codings(AL_RAISI, until=TODAY, known=known)
        assert found == [(each.coding, each.version) for each in line.moments(AL_RAISI, until=TODAY, known=known)]
        assert [coding.known for coding, _ in found] == [known] * len(found)
    assert [(coding.as_of, version) for coding, version in line.codings(AL_RAISI, until=ARTICLE)] == [
        (date(2020, 1, 1), "1.0"),
        (ARTICLE, "1.0"),
    ]
    empty = replace(AL_RAISI, matters=())
    assert [coding.as_of for coding, _ in line.codings(empty, until=TODAY)] == [TODAY]


def checked(days):
    """A record whose search is valid for three days from each of these on."""
    checks = tuple(Check(kind=1, lapses=day + timedelta(days=3), recorded=day) for day in days)
    return replace(AL_RAISI, checks=checks)


def test_only_the_last_days_of_a_long_record_are_looked_at():
    weeks = [date(2000, 1, 1) + timedelta(weeks=each) for each in range(line.MOST_DAYS)]
    record, last = checked(weeks), weeks[-1] + timedelta(days=3)
    found = line.days_moved(record, until=last, most=10_000)
    assert len(found) == line.MOST_DAYS
    assert found[0] == last
    assert [each.day for each in line.moments(record, until=last)] == found[: line.MOST_MOMENTS][::-1]


def test_days_are_those_after_the_beginning_of_time_up_to_one():
    record = Record(slug="x", checks=(Check(kind=1, lapses=date(2020, 1, 3), recorded=date.min),))
    assert line.days_until(record, date(2020, 1, 2)) == []
    assert line.days_until(record, date(2020, 1, 3)) == [date(2020, 1, 3)]


def test_what_draws_depend_on_is_the_evidence_alone():
    facts = facts_on(AL_RAISI, TODAY)
    coding, method = encode(facts, parameters("1.0")), parameters("1.0")
    other = replace(
        facts,
        as_of=date(2024, 1, 1),
        known=TODAY,
        checks=Checks(9, 12),
        reply="E",
        opposition=Voices(5, 1),
        support=Voices(2, 2),
    )
    assert line.evidence_of(encode(other, method)) == line.evidence_of(coding)
    assert line.evidence_of(encode(replace(facts, coders=2), method)) != line.evidence_of(coding)
    assert line.undated(encode(replace(facts, as_of=date(2024, 1, 1)), method), "1.0") == line.undated(coding, "1.0")


def test_another_version_is_a_reason():
    one = line.moments(AL_RAISI, until=TODAY)[-1]
    assert line.why(one, replace(one, version="1.1")) == ("method: 1.0 → 1.1",)


def test_a_long_record_costs_no_more_than_the_last_moments():
    weeks = [date(2022, 1, 1) + timedelta(weeks=each) for each in range(60)]
    found = line.moments(checked(weeks), until=TODAY)
    assert len(found) == line.MOST_MOMENTS
    assert found == sorted(found, key=lambda each: each.day)
    assert found[-1].day == weeks[-1] + timedelta(days=3)
