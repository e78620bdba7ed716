"""How a link's state follows from its checks."""

import doctest
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allegations.links import memory, states
from allegations.links.judgement import VERDICTS, Kind, Klass, conclude
from allegations.links.memory import LinkPast, State, pack, unpack
from allegations.links.states import STEPS, advance, confirm, describe, established

from .asking import unhurried

START = datetime(2026, 11, 24, 9, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
KINDS = frozenset({Kind.TITLE, Kind.PROBE})
UNREACHABLE = [verdict for verdict, klass in VERDICTS.items() if klass is Klass.UNREACHABLE]
BLOCKED = [verdict for verdict, klass in VERDICTS.items() if klass is Klass.BLOCKED]


def seen(verdict, kinds=frozenset(), **more):
    return replace(conclude(verdict, "A signal.", kinds=kinds), **more)


def link(state=State.NEW):
    """Return a link in this state without any history of failures."""
    known = None if state is State.NEW else START - 30 * DAY
    return LinkPast(url="https://news.example/", state=state, since=known, last_ok_at=known, checked_at=known)


def lived(*checks, past=None):
    """Advance a link over (hours since the start, judgement or verdict)."""
    past = past or link(State.ALIVE)
    for hours, judgement in checks:
        judgement = seen(judgement) if isinstance(judgement, str) else judgement
        past = advance(past, judgement, START + hours * HOUR)
    return past


def test_examples_in_the_modules_hold():
    assert doctest.testmod(states).failed == doctest.testmod(memory).failed == 0


def test_every_class_has_a_step():
    assert STEPS.keys() == set(Klass)


@pytest.mark.parametrize(
    ("verdict", "new", "alive"),
    [
        ("OK", "alive", "alive"),
        ("MOVED_PERM", "moved", "moved"),
        ("GONE_404", "suspect", "suspect"),
        ("GONE_410", "suspect", "suspect"),
        ("SOFT_GONE", "suspect", "suspect"),
        ("USURPED", "usurped", "usurped"),
        ("BLOCKED_FORBIDDEN", "blocked", "alive"),
        ("CONNECT_TIMEOUT", "unreachable", "unreachable"),
        ("SERVER_ERROR", "unreachable", "unreachable"),
        ("DNS_TEMPFAIL", "unreachable", "unreachable"),
        ("RATE_LIMITED", "new", "alive"),
        ("TEMP_UNAVAILABLE", "new", "alive"),
        ("OWN_FAULT", "unreachable", "alive"),
        ("REFUSED_SSRF", "refused", "refused"),
        ("TOO_LARGE", "new", "alive"),
    ],
)
def test_the_first_observation(verdict, new, alive):
    assert lived((0, verdict), past=link()).state == new
    assert lived((0, verdict)).state == alive


@pytest.mark.parametrize(
    ("checks", "state"),
    [
        ([(0, "GONE_404"), (40, "GONE_404"), (72, "GONE_404")], "gone"),
        ([(0, "GONE_404"), (40, "GONE_404"), (71, "GONE_404")], "suspect"),
        ([(0, "GONE_404"), (72, "GONE_404")], "suspect"),
        ([(0, "GONE_404"), (61, "GONE_404"), (72, "GONE_404")], "suspect"),
        ([(hours, "GONE_404") for hours in range(12)], "suspect"),
        ([(0, "GONE_410"), (24, "GONE_410")], "gone"),
        ([(0, "GONE_410"), (23, "GONE_410")], "suspect"),
        ([(0, "GONE_404"), (24, "GONE_410")], "suspect"),
        ([(0, "GONE_404"), (40, "OK"), (72, "GONE_404")], "suspect"),
        ([(0, "GONE_404"), (40, "GONE_404"), (60, "OK"), (72, "GONE_404")], "suspect"),
        ([(0, "GONE_404"), (40, "GONE_404"), (60, "OWN_FAULT"), (72, "GONE_404")], "gone"),
        ([(0, "GONE_404"), (40, "RATE_LIMITED"), (72, "RATE_LIMITED")], "suspect"),
        ([(0, seen("SOFT_GONE", KINDS)), (40, seen("SOFT_GONE", KINDS)), (72, seen("SOFT_GONE", KINDS))], "gone"),
        ([(0, "SOFT_GONE"), (40, "SOFT_GONE"), (72, "SOFT_GONE")], "suspect"),
        ([(hours, seen("SOFT_GONE", frozenset({Kind.TITLE, Kind.ROOT}))) for hours in (0, 40, 80)], "suspect"),
        ([(hours, seen("SOFT_GONE", frozenset({Kind.PROBE}))) for hours in (0, 40, 80)], "suspect"),
        ([(0, "BLOCKED_AUTH"), (1, "BLOCKED_AUTH")], "blocked"),
        ([(0, "BLOCKED_AUTH"), (1, "SERVER_ERROR"), (2, "BLOCKED_AUTH")], "blocked"),
        ([(0, "BLOCKED_AUTH"), (1, "OK"), (2, "BLOCKED_AUTH")], "alive"),
        ([(0, "BLOCKED_AUTH"), (1, "GONE_404"), (2, "BLOCKED_AUTH")], "suspect"),
        ([(0, "BLOCKED_AUTH"), (1, "BLOCKED_AUTH"), (2, "SLOW"), (3, "SLOW")], "blocked"),
        ([(0, "GONE_404"), (1, "SLOW"), (20, "SLOW")], "suspect"),
        ([(0, "GONE_404"), *((hours, "SLOW") for hours in (1, 20, 40, 49))], "unreachable"),
        ([(0, "GONE_404"), (40, "GONE_404"), *((h, "SLOW") for h in (41, 42, 43, 90)), (91, "GONE_404")], "suspect"),
        ([(0, "SLOW"), (1, "GONE_404")], "suspect"),
        ([(0, "MOVED_PERM"), (1, seen("OK_NOT_MODIFIED"))], "moved"),
        ([(0, "MOVED_PERM"), (1, "OK")], "alive"),
    ],
)
def test_a_series_of_observations(checks, state):
    assert lived(*checks).state == state


def test_blocked_then_missing_takes_a_human():
    past = lived((0, "BLOCKED_FORBIDDEN"), (1, "GONE_404"), (40, "GONE_404"), (80, "GONE_404"))

    assert (past.state, past.proposed, past.guarded) == (State.SUSPECT, State.GONE, True)
    assert confirm(past, State.GONE, START + 81 * HOUR).state is State.GONE
    assert confirm(past, State.ALIVE, START + 81 * HOUR).gone.count == 0


def test_unreachable_is_established_after_four_failures_over_two_days():
    assert not established(lived((0, "SLOW"), (1, "SLOW"), (2, "SLOW"), (47, "SLOW")))
    assert not established(lived((0, "SLOW"), (24, "SLOW"), (48, "SLOW")))
    assert established(lived((0, "SLOW"), (1, "SLOW"), (2, "SLOW"), (48, "SLOW")))


def test_a_lost_host_is_proposed_as_gone_and_stays_unreachable():
    days = [(day * 24, "CONNECT_TIMEOUT") for day in range(0, 16, 2)]
    early, late = lived(*days[:-1]), lived(*days)
    unknown = lived(*((hours, "DNS_NXDOMAIN") for hours in (0, 24, 48, 168)))
    mixed = lived((0, "SLOW"), *((hours, "DNS_NXDOMAIN") for hours in (24, 48, 168)))

    assert (early.state, early.proposed) == (State.UNREACHABLE, None)
    assert (late.state, late.proposed) == (unknown.state, unknown.proposed) == (State.UNREACHABLE, State.GONE)
    assert mixed.proposed is None


def test_hiccups_and_faults_of_our_own_never_establish_anything():
    past = lived(*((hours, verdict) for hours in range(0, 900, 20) for verdict in ("DNS_TEMPFAIL", "OWN_FAULT")))

    assert past.state is State.UNREACHABLE
    assert past.unreachable.count == 0
    assert not established(past)
    assert past.proposed is None


def test_a_page_unlike_our_copy_does_not_heal_a_lost_link():
    gone = lived((0, "GONE_410"), (24, "GONE_410"))
    other, same = seen("OK", similarity=0.2), seen("OK", similarity=0.6)

    assert (lived((30, other), past=gone).state, lived((30, other), past=gone).proposed) == ("gone", "usurped")
    assert lived((30, same), past=gone).state is State.ALIVE
    assert lived((30, other)).state is State.ALIVE


def test_a_page_taken_over_is_not_healed_by_an_answer_alone():
    past = lived((0, "USURPED"))

    assert lived((1, "OK"), past=past).state is State.USURPED
    assert lived((1, seen("OK", similarity=0.9)), past=past).state is State.ALIVE


def test_pace_follows_change():
    assert lived((0, seen("OK", changed=False)), (1, seen("OK", changed=False))).pace == 2
    assert lived((0, seen("OK", changed=False)), (1, seen("OK", changed=True))).pace == -2
    assert lived((0, "OK")).pace == 0


@pytest.mark.parametrize(
    ("past", "words"),
    [
        (link(), "not checked yet"),
        (lived((0, "CONNECT_REFUSED"), past=link()), "unreachable, first failure"),
        (lived((0, "DNS_TEMPFAIL"), past=link()), "unreachable, first failure"),
        (lived((0, "OWN_FAULT"), past=link()), "unreachable, first failure"),
        (lived((0, "OWN_FAULT"), (1, "OWN_FAULT"), past=link()), "unreachable, first failure"),
        (lived((0, "SLOW"), (1, "SLOW"), (20, "SLOW"), past=link()), "unreachable, 3 failures since 24 November 2026"),
        (lived((0, "SLOW")), "unreachable, first failure, last known good on 25 October 2026"),
        (lived((0, "OK")), "answering, last seen 24 November 2026"),
        (lived((47, "OK")), "answering, last seen today"),
        (lived((0, "MOVED_PERM")), "moved and answering, last seen 24 November 2026"),
        (lived((0, "GONE_404")), "page not found, first failure, last known good on 25 October 2026"),
        (
            lived((0, "GONE_410"), (24, "GONE_410")),
            "gone since 25 November 2026, last known good on 25 October 2026",
        ),
        (lived((0, "BLOCKED_AUTH"), past=link()), "access denied to our checks, first failure"),
        (lived((0, "REFUSED_SSRF"), past=link()), "not checked for safety since 24 November 2026"),
        (lived((0, "TOO_LARGE"), past=link()), "no finding yet: A signal."),
    ],
)
def test_the_words_for_a_state(past, words):
    assert describe(past, START + 47 * HOUR) == words


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("verdict", VERDICTS)
def test_no_single_observation_leads_to_gone(state, verdict):
    for kinds in (frozenset(), frozenset(Kind)):
        after = advance(link(state), seen(verdict, kinds), START)
        assert state is State.GONE or after.state is not State.GONE
        assert after.proposed is not State.GONE


@pytest.mark.parametrize("state", [State.GONE, State.USURPED])
@pytest.mark.parametrize("verdict", ["GONE_404", "SOFT_GONE", "SLOW", "BLOCKED_AUTH", "DNS_TEMPFAIL", "OWN_FAULT"])
def test_a_settled_link_is_not_moved_by_further_trouble(state, verdict):
    assert lived(*((hours, verdict) for hours in range(0, 800, 50)), past=link(state)).state is state


@pytest.mark.parametrize("verdict", VERDICTS)
def test_a_retired_link_stays_as_it_is(verdict):
    assert advance(link(State.RETIRED), seen(verdict), START) == link(State.RETIRED)


CHECKS = st.lists(
    st.tuples(st.integers(0, 400), st.sampled_from(sorted(VERDICTS)), st.sampled_from([frozenset(), KINDS])),
    max_size=30,
)


def over_time(past, checks):
    now = START
    for hours, verdict, kinds in checks:
        now += hours * HOUR
        past = advance(past, seen(verdict, kinds), now)
    return past, now


@unhurried
@given(st.sampled_from([s for s in State if s is not State.GONE]), CHECKS)
def test_gone_takes_answers_that_say_so_on_two_days(state, checks):
    past, _ = over_time(link(state), checks)

    if past.state is State.GONE:
        said = [v for _, v, _ in checks if VERDICTS[v] in (Klass.GONE, Klass.SOFT_GONE)]
        assert len(said) >= 2
        assert past.since - past.first_failed_at >= DAY


@unhurried
@given(
    st.sampled_from([s for s in State if s is not State.GONE]),
    st.lists(st.tuples(st.integers(0, 1000), st.sampled_from(BLOCKED + UNREACHABLE + ["OWN_FAULT", "DNS_TEMPFAIL"]))),
)
def test_denied_and_failed_checks_never_lead_to_gone(state, checks):
    past, _ = over_time(link(state), [(hours, verdict, frozenset()) for hours, verdict in checks])

    assert past.state is not State.GONE


@unhurried
@given(st.lists(st.tuples(st.integers(0, 1000), st.sampled_from(BLOCKED))))
def test_denied_checks_do_not_even_propose_gone(checks):
    past, _ = over_time(link(), [(hours, verdict, frozenset()) for hours, verdict in checks])

    assert past.proposed is None


@unhurried
@given(st.sampled_from([s for s in State if s is not State.RETIRED]), CHECKS)
def test_one_good_answer_heals(state, checks):
    past, now = over_time(link(state), checks)

    healed = advance(past, seen("OK", similarity=0.6), now)

    assert (healed.state, healed.failures, healed.proposed, healed.last_ok_at) == (State.ALIVE, 0, None, now)
    fresh = replace(link(State.ALIVE), since=healed.since, checked_at=now, last_ok_at=now)
    assert healed == replace(fresh, reason="A signal.", pace=healed.pace)


@unhurried
@given(CHECKS)
def test_a_past_survives_being_stored(checks):
    past, _ = over_time(link(), checks)

    assert unpack(json.loads(json.dumps(pack(past)))) == past
    assert unpack({}) == LinkPast()
