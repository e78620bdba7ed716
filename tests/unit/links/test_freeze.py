"""When failures are our own, no link pays for them."""

import pytest

from allegations.links.freeze import FreezeRules, Observation, weather, withhold
from allegations.links.judgement import VERDICTS, Klass, conclude
from allegations.links.memory import LinkPast, State
from allegations.links.states import advance, describe

from .test_states import START, link


def window(failing, answering):
    bad = [Observation(f"bad{n}.example", Klass.UNREACHABLE, True, "u") for n in range(failing)]
    good = [Observation(f"good{n}.example", Klass.ALIVE, False, "u") for n in range(answering)]
    return bad + good


@pytest.mark.parametrize(
    ("failing", "answering", "frozen"),
    [(5, 15, True), (4, 16, False), (19, 1, True), (20, 0, True), (0, 40, False), (21, 79, True), (20, 80, False)],
)
def test_more_than_a_fifth_of_twenty_hosts_freezes(failing, answering, frozen):
    assert weather(window(failing, answering)).frozen is frozen


@pytest.mark.parametrize(
    ("failing", "answering", "frozen"), [(19, 0, True), (18, 1, False), (5, 0, True), (4, 0, False)]
)
def test_of_fewer_hosts_all_must_fail(failing, answering, frozen):
    assert weather(window(failing, answering)).frozen is frozen


def test_a_host_counts_once_and_only_when_nothing_of_it_answers():
    many = [Observation("one.example", Klass.UNREACHABLE, True, str(n)) for n in range(50)]
    mixed = [
        Observation(f"h{n}.example", klass, klass is Klass.UNREACHABLE, "u")
        for n in range(20)
        for klass in (Klass.UNREACHABLE, Klass.ALIVE)
    ]

    assert not weather(many + window(0, 19)).frozen
    assert not weather(mixed).frozen
    assert weather([]).frozen is False


def test_server_errors_are_not_our_network():
    assert not weather([Observation(f"h{n}.example", Klass.UNREACHABLE, False, "u") for n in range(30)]).frozen


def test_frozen_failures_move_no_state_but_a_new_link_says_what_it_knows():
    sky = weather(window(20, 0))
    withheld = withhold(conclude("CONNECT_TIMEOUT", "Late."), "bad0.example", "u", sky)

    for state in set(State) - {State.NEW}:
        assert advance(link(state), withheld, START).state is state
    new = advance(advance(LinkPast(), withheld, START), withheld, START)
    assert (new.state, new.failures, new.unreachable.count) == (State.UNREACHABLE, 1, 0)
    assert describe(new, START) == "unreachable, first failure"
    assert (withheld.verdict, withheld.klass) == ("CONNECT_TIMEOUT", Klass.OWN_FAULT)
    assert "20 of 20 hosts" in withheld.signals[-1]


@pytest.mark.parametrize(
    ("verdict", "held"), [("OK", False), ("REFUSED_SSRF", False), ("GONE_404", True), ("SLOW", True)]
)
def test_good_answers_hold_in_any_weather(verdict, held):
    judgement = conclude(verdict, "x")

    assert (withhold(judgement, "a.example", "u", weather(window(20, 0))) != judgement) is held
    assert withhold(judgement, "a.example", "u", weather(window(0, 20))) == judgement


def test_in_a_hosts_incident_one_address_stands_for_all():
    sky = weather([Observation("one.example", Klass.UNREACHABLE, True, f"u{n}") for n in range(5)])
    late, missing = conclude("SLOW", "x"), conclude("GONE_404", "x")

    assert sky.probes == {"one.example": "u0"}
    assert withhold(late, "one.example", "u0", sky) == late
    assert withhold(late, "one.example", "u1", sky).klass is Klass.OWN_FAULT
    assert withhold(late, "other.example", "u1", sky) == late
    assert withhold(missing, "one.example", "u1", sky) == missing


def test_an_incident_takes_five_addresses_and_more_than_half():
    def seen(failing, answering):
        return [Observation("one.example", Klass.UNREACHABLE, n < failing, f"u{n}") for n in range(failing + answering)]

    assert weather(seen(4, 0)).probes == weather(seen(3, 3)).probes == {}
    assert weather(seen(3, 2)).probes.keys() == {"one.example"}


def test_how_much_freezes_may_be_set():
    early = FreezeRules.from_mapping({"host_share": 0.1, "urls": 3})

    assert weather(window(3, 17), early).frozen
    assert not weather(window(3, 17)).frozen
    assert weather([Observation("one.example", Klass.UNREACHABLE, True, f"u{n}") for n in range(3)], early).probes


@pytest.mark.parametrize("verdict", VERDICTS)
def test_in_a_freeze_only_a_good_answer_a_refusal_and_what_was_not_asked_still_count(verdict):
    withheld = withhold(conclude(verdict, "x"), "a.example", "u", weather(window(20, 0)))

    counts = VERDICTS[verdict] in (Klass.ALIVE, Klass.REFUSED, Klass.SKIPPED)
    assert withheld.verdict == verdict
    assert (withheld.klass is Klass.OWN_FAULT) is (not counts)
