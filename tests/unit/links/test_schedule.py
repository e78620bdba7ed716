"""When a link is checked next."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allegations.links.judgement import VERDICTS, conclude
from allegations.links.memory import LinkPast, State, Strikes
from allegations.links.schedule import Schedule, Tier, after_not_kept, next_check
from allegations.links.states import advance

from .asking import unhurried

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
OK = conclude("OK")


def waits(past=None, judgement=OK, tier=Tier.PUBLISHED, schedule=Schedule()):  # noqa: B008 (it is frozen)
    return next_check(past or LinkPast(url="u", state=State.ALIVE), judgement, tier, NOW, schedule) - NOW


def near(expected, found):
    return 0.9 * expected <= found <= 1.1 * expected


@pytest.mark.parametrize(
    ("tier", "pace", "expected"),
    [
        (Tier.UNDER_REVIEW, 0, 12 * HOUR),
        (Tier.PUBLISHED_HOT, 0, 24 * HOUR),
        (Tier.PUBLISHED, 0, 7 * DAY),
        (Tier.BACKGROUND, 0, 30 * DAY),
        (Tier.PUBLISHED, 1, 10.5 * DAY),
        (Tier.PUBLISHED, 50, 30 * DAY),
        (Tier.BACKGROUND, 50, 90 * DAY),
        (Tier.PUBLISHED, -2, 7 * DAY / 2.25),
        (Tier.UNDER_REVIEW, -50, 6 * HOUR),
    ],
)
def test_an_answering_link_is_asked_by_tier_and_pace(tier, pace, expected):
    assert near(expected, waits(LinkPast(url="u", state=State.ALIVE, pace=pace), tier=tier))


@pytest.mark.parametrize(
    ("state", "failures", "hours"),
    [
        *((State.SUSPECT, count, hours) for count, hours in ((1, 6), (2, 24), (3, 48), (9, 48))),
        *((State.UNREACHABLE, count, hours) for count, hours in ((1, 1), (2, 4), (3, 12), (4, 24), (9, 24))),
    ],
)
def test_trouble_is_looked_at_again_by_its_ladder(state, failures, hours):
    wait = waits(LinkPast(url="u", state=state, failures=failures))

    assert hours * HOUR <= wait <= 1.1 * hours * HOUR


def test_the_ladder_of_a_suspect_spans_what_being_gone_takes():
    past, now = LinkPast(url="u", state=State.ALIVE), NOW
    for _ in range(4):
        past = advance(past, conclude("GONE_404"), now)
        checked, now = now, next_check(past, conclude("GONE_404"), Tier.PUBLISHED, now)

    assert (past.state, past.failures) == (State.GONE, 4)
    assert checked - NOW < 4 * DAY


@pytest.mark.parametrize(
    ("tier", "expected"), [(Tier.UNDER_REVIEW, 12 * HOUR), (Tier.PUBLISHED, DAY), (Tier.BACKGROUND, DAY)]
)
def test_a_link_whose_rules_could_not_be_read_is_due_again_within_a_day(tier, expected):
    unread = replace(conclude("ROBOTS_DENIED"), retry_after_s=3600)

    assert near(expected, waits(judgement=unread, tier=tier))
    assert waits(judgement=replace(unread, retry_after_s=2 * 86_400), tier=tier) == 2 * DAY
    assert waits(judgement=conclude("ROBOTS_DENIED"), tier=tier) == waits(tier=tier)
    ladder = Schedule(unreachable=(HOUR, 6 * HOUR))
    assert near(6 * HOUR, waits(judgement=unread, tier=tier, schedule=ladder))


def test_denied_checks_double_their_distance_up_to_two_weeks():
    found = [
        waits(
            LinkPast(url="u", state=State.BLOCKED, blocked=Strikes(count)), conclude("BLOCKED_AUTH"), Tier.UNDER_REVIEW
        )
        for count in (1, 2, 3, 40)
    ]

    assert all(map(near, (12 * HOUR, 24 * HOUR, 48 * HOUR, 14 * DAY), found))


def test_no_setting_makes_us_hurry():
    hurried = Schedule(
        suspect=(timedelta(seconds=1),), gone=timedelta(0), shortest=timedelta(0), published=timedelta(0)
    )

    for state in (State.SUSPECT, State.GONE, State.ALIVE):
        assert waits(LinkPast(url="u", state=state, failures=1), schedule=hurried) == timedelta(minutes=15)


def test_a_schedule_of_ones_own_is_kept():
    own = Schedule.from_mapping({"published_hours": 24, "growth": 2, "suspect_hours": [2, 3], "gone_days": 10})

    assert near(48 * HOUR, waits(LinkPast(url="u", state=State.ALIVE, pace=1), schedule=own))
    assert near(3 * HOUR, waits(LinkPast(url="u", state=State.SUSPECT, failures=7), schedule=own))
    assert near(10 * DAY, waits(LinkPast(url="u", state=State.GONE), conclude("GONE_404"), schedule=own))


@pytest.mark.parametrize(
    ("tier", "days"), [(Tier.UNDER_REVIEW, 0.5), (Tier.PUBLISHED_HOT, 1), (Tier.PUBLISHED, 7), (Tier.BACKGROUND, 30)]
)
def test_a_changed_page_is_asked_in_half_the_time_and_an_unchanged_one_in_half_as_much_again(tier, days):
    past, expected = LinkPast(url="u", state=State.ALIVE), days * DAY
    for changed in (False, False, True, True, False):
        past = advance(past, replace(OK, changed=changed), NOW)
        expected *= 0.5 if changed else 1.5
        assert near(expected, waits(past, tier=tier))


def test_a_page_that_never_changed_is_asked_sooner_at_its_first_change():
    for tier in Tier:
        past = LinkPast(url="u", state=State.ALIVE)
        for _ in range(40):
            past = advance(past, replace(OK, changed=False), NOW)
        settled, past = waits(past, tier=tier), advance(past, replace(OK, changed=True), NOW)
        assert waits(past, tier=tier) <= settled / 2 + HOUR


def test_a_check_that_was_put_off_is_made_up_for_soon():
    put_off = replace(conclude("DEFERRED"), retry_after_s=40.0)

    assert waits(LinkPast(url="u", state=State.GONE), put_off) == timedelta(minutes=15)
    assert waits(judgement=replace(put_off, retry_after_s=7200.0)) == 2 * HOUR


OF_HOST = replace(conclude("OWN_FAULT"), of_host=True)


@pytest.mark.parametrize(
    ("judgement", "hours"), [(conclude("OWN_FAULT"), (0.25, 1, 4, 12, 24, 24)), (OF_HOST, (1, 4, 12, 24, 72, 72))]
)
@pytest.mark.parametrize("state", [State.NEW, State.ALIVE, State.UNREACHABLE, State.SUSPECT, State.BLOCKED])
def test_what_counts_for_nothing_is_asked_again_ever_later(judgement, hours, state):
    for times, rung in enumerate(hours, 1):
        past = LinkPast(url="u", state=state, failures=1, withheld=times)
        assert max(0.5 * rung * HOUR, HOUR / 4) <= waits(past, judgement) <= max(1.5 * rung, 0.5) * HOUR


def test_what_failed_together_is_asked_together_again():
    for rung in range(1, 7):
        moments = {
            next_check(LinkPast(url=str(n), withheld=rung), OF_HOST, Tier.PUBLISHED, NOW + (n + 1) * HOUR / 1e3)
            for n in range(100)
        }
        assert len(moments) == 1


def test_an_own_fault_hastens_no_link():
    assert waits(LinkPast(url="u", state=State.UNREACHABLE, failures=9, withheld=1), conclude("OWN_FAULT")) >= 12 * HOUR
    assert near(30 * DAY, waits(LinkPast(url="u", state=State.GONE, withheld=1), conclude("OWN_FAULT")))


def test_a_server_that_asks_for_time_has_it_also_where_its_answer_counts_for_nothing():
    limited = replace(conclude("OWN_FAULT"), retry_after_s=5 * 3600.0)

    assert waits(LinkPast(url="u", withheld=1), limited) >= 5 * HOUR


def test_how_often_what_is_withheld_is_asked_may_be_set():
    own = Schedule.from_mapping({"withheld_hours": [2, 6], "incident_hours": 48})

    assert (own.withheld, own.incident) == ((2 * HOUR, 6 * HOUR), (48 * HOUR,))


def test_an_answer_that_could_not_be_kept_is_asked_for_ever_later():
    assert [after_not_kept(times) for times in (0, 1, 2, 3, 4, 99)] == [
        HOUR, HOUR, 4 * HOUR, 12 * HOUR, 24 * HOUR, 24 * HOUR,
    ]  # fmt: skip


def test_a_server_is_not_asked_before_it_wants_to_be():
    limited = replace(conclude("RATE_LIMITED"), retry_after_s=5 * 3600.0)

    assert waits(LinkPast(url="u", state=State.ALIVE, failures=1), limited) == 5 * HOUR


@pytest.mark.parametrize(
    ("state", "days"), [(State.GONE, 30), (State.USURPED, 30), (State.REFUSED, 7), (State.RETIRED, 90)]
)
def test_settled_links_are_asked_seldom(state, days):
    assert near(days * DAY, waits(LinkPast(url="u", state=state), conclude("GONE_404")))


def test_links_do_not_come_in_a_herd():
    moments = {next_check(LinkPast(url=str(n), state=State.ALIVE), OK, Tier.PUBLISHED, NOW) for n in range(200)}

    assert len(moments) == 200
    assert max(moments) - min(moments) > 1 * DAY
    assert waits() == waits()


@unhurried
@given(
    st.sampled_from(list(State)),
    st.integers(-100, 100),
    st.integers(0, 100),
    st.sampled_from(sorted(VERDICTS)),
    st.sampled_from(list(Tier)),
    st.text(),
)
def test_the_next_check_is_neither_at_once_nor_beyond_a_season(state, pace, count, verdict, tier, url):
    past = LinkPast(url=url, state=state, pace=pace, failures=count, blocked=Strikes(count))

    assert timedelta(minutes=15) <= waits(past, conclude(verdict), tier) <= 100 * DAY
