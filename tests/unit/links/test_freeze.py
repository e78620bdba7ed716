"""When failures are our own, no link pays for them."""

from collections import Counter, deque
from dataclasses import replace
from datetime import timedelta
from heapq import heapify, heappop, heappush

import pytest

from allegations.links.freeze import FreezeRules, Observation, heard_since, weather, withhold
from allegations.links.judgement import VERDICTS, Klass, conclude
from allegations.links.memory import LinkPast, State
from allegations.links.schedule import Tier, next_check
from allegations.links.states import advance, describe

from .test_states import DAY, HOUR, START, link


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


def misled(count, since=None, before=True):
    """Hosts whose names lead to a private address, with whether they answered before."""
    return [Observation(f"x{n}.example", Klass.REFUSED, False, "u", since, misled=before) for n in range(count)]


@pytest.mark.parametrize(
    ("refused", "answering", "held"), [(100, 0, True), (30, 70, True), (5, 0, True), (4, 0, False), (4, 96, False)]
)
def test_names_that_all_lead_to_private_places_at_once_are_our_name_servers_fault(refused, answering, held):
    judgement = conclude("REFUSED_SSRF", "x was refused: 10.0.0.1 is private.")
    sky = weather(misled(refused) + window(0, answering))
    withheld = withhold(judgement, "x0.example", "u", sky)
    after = advance(link(State.ALIVE), withheld, START)

    assert (withheld.klass is Klass.OWN_FAULT) is held
    assert after.state is (State.ALIVE if held else State.REFUSED)
    if held:
        due = next_check(after, withheld, Tier.PUBLISHED, START) - START
        assert due <= HOUR
        assert f"{refused} of them as their names led to no public place" in withheld.signals[-1]
        assert withheld.verdict == "REFUSED_SSRF"


def test_hosts_that_never_answered_are_refused_at_once_however_many():
    sky = weather(misled(100, before=False))

    assert not sky.frozen
    assert withhold(conclude("REFUSED_SSRF", "x"), "x0.example", "u", sky).klass is Klass.REFUSED


def test_names_that_lead_to_private_places_for_long_are_refused_in_the_end():
    """A name server that hides some hosts for good freezes nothing once others have answered."""
    sky = weather(misled(30, START - HOUR) + window(0, 70), heard=START)

    assert not sky.frozen
    assert withhold(conclude("REFUSED_SSRF", "x"), "x0.example", "u", sky).klass is Klass.REFUSED


def test_other_refusals_hold_while_a_name_server_misleads_us():
    sky = weather(misled(100))

    for verdict in ("REFUSED_URL", "REFUSED_SCHEME", "REFUSED_PORT", "ROBOTS_DENIED", "OK"):
        assert withhold(conclude(verdict, "x"), "x0.example", "u", sky).klass is VERDICTS[verdict]
    assert withhold(conclude("GONE_404", "x"), "x0.example", "u", sky).klass is Klass.OWN_FAULT


def silent(count, since):
    return [Observation(f"old{n}.example", Klass.UNREACHABLE, True, "u", since) for n in range(count)]


def test_a_host_that_was_silent_while_others_answered_says_nothing_of_our_network():
    before, after = START - HOUR, START + HOUR

    assert not weather(silent(20, before) + window(0, 20), heard=START).frozen
    assert not weather(silent(20, before), heard=START).frozen
    assert weather(silent(20, after) + window(0, 20), heard=START).frozen
    assert weather(silent(5, after), heard=START).frozen
    assert weather(silent(5, before), heard=None).frozen


def test_those_that_were_silent_before_do_not_hide_that_all_others_fail():
    assert weather(silent(500, START - HOUR) + window(5, 0), heard=START).frozen
    assert weather(silent(500, START - HOUR) + window(5, 15), heard=START).reason.startswith("5 of 20 hosts")


def test_three_hosts_that_answer_are_enough_to_be_heard():
    answers = [("a", START), ("a", START - HOUR), ("b", START - 2 * HOUR), ("c", START - 3 * HOUR), ("d", START - DAY)]

    assert heard_since(answers) == START - 3 * HOUR
    assert heard_since(answers[:3]) is None
    assert heard_since(answers, FreezeRules(heard=1)) == START


# Over weeks

WINDOW = timedelta(minutes=10)
JUDGED = {verdict: conclude(verdict, "x") for verdict in ("DNS_NXDOMAIN", "GONE_404", "OK", "CONNECT_TIMEOUT")}


class Years:
    """Links that are checked as the schedule says; time is a number, and `answer(host, now)` gives the verdict."""

    def __init__(self, urls, pace=timedelta(seconds=0.3)):
        self.pasts = {url: LinkPast(url=url) for url in urls}
        self.due = [(START + n * pace, url) for n, url in enumerate(self.pasts)]
        self.seen, self.answers, self.asked, self.frozen = deque(), deque(maxlen=500), Counter(), Counter()

    def asked_all(self, day):
        """Nobody looks until this day; then all links are due."""
        self.due = [(START + day * DAY, url) for _, url in self.due]
        return self

    def until(self, day, answer, of_host=False):
        heapify(self.due)
        while self.due[0][0] < START + day * DAY:
            now, batch = self.due[0][0], []
            most = 1 if of_host else 64  # of one host, one at a time
            while self.due and len(batch) < most and self.due[0][0] <= now + timedelta(seconds=10):
                batch.append(heappop(self.due)[1])
            self._check(batch, now, answer, HOUR if of_host else WINDOW)
        return self

    def _check(self, batch, now, answer, window):
        judged = {url: JUDGED[answer(host_of(url), now)] for url in batch}
        observed = [
            Observation(host_of(url), found.klass, found.network, url, self.pasts[url].silent_since)
            for url, found in judged.items()
        ]
        while self.seen and self.seen[0][0] < now - window:
            self.seen.popleft()
        sky = weather([one for _, one in self.seen] + observed, heard=heard_since(reversed(self.answers)))
        for url, found in judged.items():
            found = withhold(found, host_of(url), url, sky)
            past = self.pasts[url] = advance(self.pasts[url], found, now)
            heappush(self.due, (next_check(past, found, Tier.PUBLISHED, now), url))
        self.seen.extend((now, one) for one in observed)
        self.answers.extend((one.host, now) for one in observed if not one.network)
        self.asked[(now - START).days] += len(batch)
        self.frozen[(now - START).days] += sky.frozen

    def states(self, answer=None, verdict=None):
        return Counter(p.state for url, p in self.pasts.items() if answer is None or answer(host_of(url), 0) == verdict)

    def words(self, now):
        return {describe(past, now) for past in self.pasts.values()}


def host_of(url):
    return url.split("/")[2]


def corpus(size):
    return [f"https://h{n}.example/a" for n in range(size)]


def a_quarter_dead(host, now):
    number = int(host[1:].partition(".")[0]) % 20
    return "DNS_NXDOMAIN" if number < 6 else "GONE_404" if number < 8 else "OK"


def all_well(host, now):
    return "OK"


def offline(host, now):
    return "CONNECT_TIMEOUT"


@pytest.mark.parametrize("size", [40, 400])
def test_a_corpus_with_many_dead_hosts_thaws_and_its_missing_pages_become_gone(size):
    lived = Years(corpus(size)).until(16, a_quarter_dead)

    assert lived.frozen[0]
    assert not any(lived.frozen[day] for day in range(1, 16))
    assert lived.states(a_quarter_dead, "GONE_404").keys() == {State.GONE}
    assert lived.states(a_quarter_dead, "OK").keys() == {State.ALIVE}
    assert lived.states(a_quarter_dead, "DNS_NXDOMAIN").keys() == {State.UNREACHABLE}
    assert all(p.proposed is State.GONE for p in lived.pasts.values() if p.state is State.UNREACHABLE)
    assert lived.asked[15] < size


def test_many_hosts_that_died_while_nobody_looked_freeze_for_a_day_at_most():
    lived = Years(corpus(400)).until(1, all_well).asked_all(90).until(106, a_quarter_dead)

    assert {day for day, times in lived.frozen.items() if times} == {90}
    assert lived.states(a_quarter_dead, "GONE_404").keys() == {State.GONE}


@pytest.mark.parametrize("size", [8, 14, 100])
def test_offline_from_the_start_every_link_reads_first_failure_for_weeks_and_heals(size):
    lived = Years(corpus(size)).until(40, offline)

    assert lived.words(START + 40 * DAY) == {"unreachable, first failure"}
    assert all(past.proposed is None for past in lived.pasts.values())
    assert lived.asked[39] == size
    assert lived.until(42, all_well).states().keys() == {State.ALIVE}


@pytest.mark.parametrize("size", [14, 100])
def test_offline_later_no_state_advances(size):
    lived = Years(corpus(size)).until(1, all_well).asked_all(2)
    before = dict(lived.pasts)
    lived.until(30, offline)

    assert lived.asked[29] == size
    for url, past in lived.pasts.items():
        assert replace(past, checked_at=None, reason="", silent_since=None, withheld=0) == replace(
            before[url], checked_at=None, reason=""
        )
    assert lived.until(32, all_well).states().keys() == {State.ALIVE}


def test_links_added_while_offline_stay_at_their_first_failure_beside_known_dead_hosts():
    lived = Years(corpus(100)).until(10, a_quarter_dead)
    late = [f"https://h{n}.example/a" for n in range(1000, 1020)]
    lived.pasts |= {url: LinkPast(url=url) for url in late}
    lived.due += [(START + 10 * DAY + timedelta(seconds=1), url) for url in late]
    lived.until(20, offline)

    assert {describe(lived.pasts[url], START) for url in late} == {"unreachable, first failure"}


def test_a_dead_host_with_many_links_is_let_alone_and_each_of_them_is_unreachable_in_the_end():
    lived = Years([f"https://dead.example/{n:03d}" for n in range(100)], timedelta(seconds=2))
    lived.until(60, lambda host, now: "DNS_NXDOMAIN", of_host=True)

    assert lived.asked[0] < 600
    assert sum(lived.asked[day] for day in range(30, 60)) / 30 < 60
    assert lived.states() == {State.UNREACHABLE: 100}
    assert min(past.unreachable.count for past in lived.pasts.values()) > 4
