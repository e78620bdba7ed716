"""How a link's state follows from its checks."""

import doctest
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allegations.links import memory, states, wording
from allegations.links.exchange import Certificate, Failure
from allegations.links.freeze import Weather, withhold
from allegations.links.judgement import VERDICTS, Kind, Klass, Known, conclude
from allegations.links.memory import LinkPast, State, pack, unpack
from allegations.links.rules import Rules
from allegations.links.states import (
    STEPS,
    advance,
    confirm,
    describe,
    doubted,
    established,
    learns,
    noticed,
    transition,
)  # fmt: skip
from allegations.links.verdicts import judge

from .asking import unhurried
from .webpages import copy_of, exchange, paragraphs, site_page

START = datetime(2026, 11, 24, 9, tzinfo=UTC)
PAGE, OTHER = (site_page(f"Story {seed}", paragraphs(seed)) for seed in (1, 2))
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
KINDS = frozenset({Kind.TITLE, Kind.PROBE})
CATCH_ALL = frozenset({Kind.PROBE, Kind.UNLIKE})
PROVIDER = frozenset({Kind.PROVIDER})
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
    assert not any(doctest.testmod(module).failed for module in (states, memory, wording))


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
        ("GONE_CONTENT", "suspect", "suspect"),
        ("PAYWALLED", "alive", "alive"),
        ("CONSENT_WALL", "alive", "alive"),
        ("NEEDS_JS", "new", "alive"),
        ("DEFERRED", "new", "alive"),
        ("ROBOTS_DENIED", "new", "alive"),
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
        (
            [(0, seen("SOFT_GONE", CATCH_ALL)), (40, seen("SOFT_GONE", CATCH_ALL)), (72, seen("SOFT_GONE", CATCH_ALL))],
            "gone",
        ),
        ([(hours, seen("GONE_CONTENT", PROVIDER)) for hours in (0, 40, 72)], "gone"),
        ([(hours, seen("GONE_CONTENT", PROVIDER)) for hours in (0, 40, 71)], "suspect"),
        ([(hours, seen("GONE_CONTENT", PROVIDER)) for hours in (0, 72)], "suspect"),
        ([(0, "GONE_404"), (40, "BLOCKED_AUTH"), (72, "BLOCKED_AUTH"), (100, "BLOCKED_AUTH")], "blocked"),
        ([(0, "GONE_404"), (40, "GONE_404"), (60, "CONSENT_WALL"), (72, "GONE_404")], "gone"),
        ([(0, "MOVED_PERM"), (1, "CONSENT_WALL")], "moved"),
        ([(0, "SLOW"), (1, "CONSENT_WALL")], "alive"),
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


@pytest.mark.parametrize("verdict", ["OK_NOT_MODIFIED", "OK"])
def test_a_link_that_was_taken_over_takes_proof_on_any_detour(verdict):
    past = lived((0, "USURPED"), (1, "REFUSED_SSRF"))
    other = lived((2, seen("OK", similarity=0.1)), past=past)

    assert (past.state, other.state, other.proposed) == (State.REFUSED, State.REFUSED, State.USURPED)
    assert lived((2, seen(verdict)), past=past).state is State.REFUSED
    assert lived((2, seen(verdict, similarity=0.9)), past=past).state is State.ALIVE


def test_a_wall_of_consent_brings_nothing_back_that_was_missed():
    gone = lived((0, "GONE_410"), (24, "GONE_410"))

    assert lived((30, "CONSENT_WALL"), past=gone).state is State.GONE
    assert lived((30, "CONSENT_WALL"), past=gone).last_ok_at == gone.last_ok_at
    assert lived((30, seen("PAYWALLED", similarity=0.9)), past=gone).state is State.ALIVE
    assert lived((30, "PAYWALLED"), past=gone).state is State.GONE


def test_a_wall_of_consent_answers_no_question():
    asked = lived(*((hours, "DNS_NXDOMAIN") for hours in (0, 24, 48, 168)))
    silent = lived((0, "SLOW"), (1, "SLOW"), (2, "SLOW"), (48, "SLOW"))
    wall, doubted_wall = lived((200, "CONSENT_WALL"), past=asked), lived((200, "CONSENT_WALL"), past=silent)

    assert (wall.state, wall.proposed) == (State.UNREACHABLE, State.GONE)
    assert (doubted_wall.state, doubted_wall.proposed) == (State.UNREACHABLE, State.USURPED)


NXDOMAIN_FOR_WEEKS = [(hours, "DNS_NXDOMAIN") for hours in range(0, 24 * 24, 48)]
TROUBLE = {
    "gone": [(0, "GONE_410"), (24, "GONE_410")],
    "no such name for weeks": NXDOMAIN_FOR_WEEKS,
    "silent for two days": [(hours, "CONNECT_TIMEOUT") for hours in (0, 1, 2, 48)],
    "silent, then denied": [*((hours, "CONNECT_TIMEOUT") for hours in (0, 1, 2, 48)), (49, "BLOCKED_FORBIDDEN")],
    "silent, then missed": [*((hours, "CONNECT_TIMEOUT") for hours in (0, 1, 2, 48)), (49, "GONE_404")],
    "silent, then refused": [*((hours, "CONNECT_TIMEOUT") for hours in (0, 1, 2, 48)), (49, "REFUSED_SSRF")],
    "missed behind a gatekeeper": [(0, "BLOCKED_AUTH"), *((hours, "GONE_404") for hours in (1, 40, 80))],
}


@pytest.mark.parametrize("never", [True, False], ids=["never alive", "alive before"])
@pytest.mark.parametrize("checks", TROUBLE.values(), ids=TROUBLE)
def test_what_cannot_be_compared_brings_nothing_back_and_waits_for_a_person(checks, never):
    lost = lived(*checks, past=link(State.NEW if never else State.ALIVE))
    unknown = seen("OK")
    first = lived((1000, unknown), past=lost)
    later = lived((1024, unknown), (1048, unknown), past=first)

    assert (first.state, first.proposed) == (later.state, later.proposed) == (lost.state, State.USURPED)
    assert first.reason == "Nothing that is known of the page tells whether this is it."
    assert not learns(first, unknown)
    assert doubted(first, unknown)
    assert first.last_ok_at == lost.last_ok_at


@pytest.mark.parametrize("checks", TROUBLE.values(), ids=TROUBLE)
def test_the_same_page_brings_a_link_back_from_any_trouble(checks):
    again = lived((1000, seen("OK", similarity=1.0)), past=lived(*checks))

    assert (again.state, again.proposed, again.long_silent) == (State.ALIVE, None, False)
    assert not doubted(again, seen("OK", similarity=1.0))


@pytest.mark.parametrize("checks", [[(0, "SLOW")], [(0, "SLOW"), (1, "SLOW"), (40, "SLOW")], [(0, "GONE_404")]])
def test_a_link_that_failed_for_a_while_comes_back_with_any_page(checks):
    back = lived((60, "OK"), past=lived(*checks))

    assert (back.state, back.proposed) == (State.ALIVE, None)
    assert learns(back, seen("OK"))


def test_a_person_says_that_what_cannot_be_compared_is_the_page():
    held = lived((1000, "OK"), past=lived(*TROUBLE["gone"]))
    said = confirm(held, State.ALIVE, START + 1001 * HOUR)

    assert (said.state, said.proposed) == (State.ALIVE, None)
    assert not doubted(said, seen("OK"))
    assert learns(lived((1002, "OK"), past=said), seen("OK"))


def test_a_pdf_that_was_gone_does_not_come_back_as_a_blog():
    file = exchange(b"%PDF-1.7 x", headers={"content-type": "application/pdf"}, payload_sha256="a" * 64)
    known = judge(file).known(file)
    gone = lived(*TROUBLE["gone"])
    blog, same = judge(exchange(OTHER), known), judge(file, known)

    assert blog.similarity is None
    assert lived((100, blog), past=gone).state is State.GONE
    assert lived((100, same), past=gone).state is State.ALIVE


def behind_a_bad_certificate(body=None, known=None):
    shown = exchange(
        PAGE if body is None else body,
        failure=Failure.TLS_EXPIRED,
        sentence="It has expired.",
        tls_verified=False,
        payload_sha256="2" * 64,
    )
    return judge(shown, known or copy_of(PAGE))


def test_the_page_behind_a_certificate_at_fault_is_never_proposed_as_gone():
    days = range(0, 24 * 24, 48)
    like = lived(*((hours, behind_a_bad_certificate()) for hours in days))
    unlike = lived(*((hours, behind_a_bad_certificate(OTHER)) for hours in days))
    then_silent = lived((24 * 25, "CONNECT_TIMEOUT"), past=like)
    for_long = lived(*((24 * day, "CONNECT_TIMEOUT") for day in range(25, 40, 2)), past=like)

    assert (like.state, like.proposed, established(like)) == (State.UNREACHABLE, None, True)
    assert (unlike.state, unlike.proposed) == (State.UNREACHABLE, State.GONE)
    assert (then_silent.proposed, for_long.proposed) == (None, State.GONE)
    assert lived((24 * 25, "OK"), past=like).state is State.UNREACHABLE
    assert lived((24 * 25, seen("OK", similarity=0.7)), past=like).state is State.ALIVE


def test_a_copy_from_behind_a_certificate_at_fault_is_doubted_only_where_it_is_unlike():
    gone = lived(*TROUBLE["gone"])

    assert not doubted(gone, behind_a_bad_certificate())
    assert doubted(gone, behind_a_bad_certificate(OTHER))
    assert doubted(gone, behind_a_bad_certificate(OTHER, Known()))
    assert not doubted(link(State.ALIVE), behind_a_bad_certificate(OTHER, Known()))


def test_strikes_count_again_once_a_clock_that_ran_ahead_is_right():
    """Ten years ahead for one check, then right: what it dated is not waited for, and was no strike."""
    ahead = lived((24 * 3650, "GONE_404"))
    back = lived((24, "GONE_404"), past=ahead)
    later = lived(*((hours, "GONE_404") for hours in (64, 96)), past=back)

    assert (back.gone.count, back.checked_at, back.since) == (1, START + DAY, START + DAY)
    assert later.state is State.GONE
    assert later.since == START + 96 * HOUR


def test_a_clock_that_goes_back_a_little_is_waited_for():
    past = lived((100, "GONE_404"))
    back = lived((0, "GONE_404"), past=past)

    assert (back.gone, back.checked_at) == (past.gone, past.checked_at)


def test_a_page_unlike_our_copy_after_long_silence_is_a_question():
    silent = lived((0, "SLOW"), (1, "SLOW"), (2, "SLOW"), (48, "SLOW"))
    other = lived((50, seen("OK", similarity=0.5)), past=silent)

    assert (other.state, other.proposed) == (State.UNREACHABLE, State.USURPED)
    assert lived((50, seen("OK", similarity=0.5)), past=lived((0, "SLOW"))).state is State.ALIVE
    assert lived((51, seen("OK", similarity=0.5)), past=other).proposed is State.USURPED
    assert lived((51, seen("OK", similarity=0.6)), past=other).proposed is None


def test_a_host_that_only_ever_times_out_is_gone_by_a_humans_word_alone():
    past = lived(*((hours, "CONNECT_TIMEOUT") for hours in range(0, 24 * 365, 24)))

    assert (past.state, past.proposed) == (State.UNREACHABLE, State.GONE)
    assert confirm(past, State.GONE, START + 366 * DAY).state is State.GONE


def test_a_certificate_with_another_owner_and_another_page_is_a_question():
    page, other = (site_page(f"Story {seed}", paragraphs(seed)) for seed in (1, 2))
    known = replace(copy_of(page), certificate=("CN=a", "O=X"))
    found = judge(exchange(other, certificate=Certificate("CN=b", "O=Y", "", "")), known)
    past = lived((0, found))

    assert (past.state, past.proposed) == (State.ALIVE, State.USURPED)


@pytest.mark.parametrize(
    ("checks", "steps"),
    [
        ([None], 0),
        ([False, False], 2),
        ([False] * 50, 12),
        ([True], -1.7095),
        ([False, True], -0.7095),
        ([False] * 50 + [True], 1.0),
        ([True] * 50, -12),
    ],
)
def test_pace_follows_change(checks, steps):
    past, compared = link(State.ALIVE), link(State.ALIVE)
    for hours, changed in enumerate(checks):
        past = lived((hours, seen("OK", changed=changed)), past=past)
        compared = compared if changed is None else noticed(compared, changed)

    assert past.pace == pytest.approx(steps, abs=0.01)
    assert compared.pace == past.pace


@pytest.mark.parametrize(
    ("checks", "silent_hours", "withheld"),
    [
        ([], None, 0),
        ([(1, "SLOW"), (2, "DNS_NXDOMAIN")], 1, 0),
        ([(1, "SLOW"), (2, "OWN_FAULT"), (3, "OWN_FAULT")], 1, 2),
        ([(1, "OWN_FAULT"), (2, "OWN_FAULT"), (3, "SLOW")], 1, 0),
        ([(1, "OWN_FAULT"), (2, "GONE_404")], None, 0),
        ([(1, "SLOW"), (2, "SERVER_ERROR"), (3, "SLOW")], 3, 0),
        ([(1, "OWN_FAULT"), (2, "DEFERRED")], 1, 1),
        ([(1, "OWN_FAULT"), (2, "OK")], None, 0),
    ],
)
def test_silence_lasts_until_any_answer_and_what_was_withheld_until_a_check_counts(checks, silent_hours, withheld):
    past = lived(*checks)

    assert past.withheld == withheld
    assert past.silent_since == (None if silent_hours is None else START + silent_hours * HOUR)


def test_a_page_not_found_that_is_withheld_ends_the_silence():
    withheld = withhold(seen("GONE_404"), "news.example", "u", FREEZING)
    past = lived((1, "SLOW"), (2, withheld))

    assert (past.silent_since, past.withheld, past.state) == (None, 1, State.UNREACHABLE)


def test_a_hosts_long_silence_counts_for_each_of_its_links():
    alike = withhold(seen("SLOW"), "news.example", "u", Weather(False, "", {"news.example": "probe"}))
    spared = lived((0, alike), (24, alike), (47, alike))
    counted = lived((48, alike), (72, alike), past=spared)

    assert (spared.state, spared.failures, spared.withheld) == (State.ALIVE, 0, 3)
    assert (counted.state, counted.unreachable.count, counted.withheld) == (State.UNREACHABLE, 2, 5)
    assert lived((100, "OWN_FAULT"), past=spared).state is State.ALIVE


def test_when_the_silence_began_can_be_read_alone():
    packed = json.loads(json.dumps(pack(lived((3, "SLOW")))))

    assert memory.silent_since(packed) == START + 3 * HOUR
    assert memory.silent_since({}) is memory.silent_since({"silent_since": "nonsense"}) is None
    assert memory.silent_since({"silent_since": 7}) is None


# What is remembered


def after(answer, known, past=None):
    found = judge(answer, known)
    return advance(past or link(State.ALIVE), found, START), found


def test_a_good_page_is_remembered_with_its_owner():
    answer = exchange(PAGE, certificate=Certificate("CN=a", "O=X", "2027-01-01", "0" * 64))
    past, found = after(answer, Known())
    known = found.known(answer)

    assert learns(past, found)
    assert known == replace(copy_of(PAGE, "1" * 64), certificate=("CN=a", "O=X"))
    assert Known.from_memory(json.loads(json.dumps(pack(past) | known.as_memory()))) == known
    assert Known.from_memory({}) == Known()


def test_an_edited_page_replaces_what_is_remembered():
    past, found = after(exchange(OTHER), copy_of(PAGE))

    assert learns(past, found)


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (exchange(OTHER), State.GONE),
        (exchange(OTHER), State.USURPED),
        (exchange(OTHER, hops=("https://news.example/a", "https://other.example/b")), State.ALIVE),
        (exchange("<title>Before you continue</title>Accept all"), State.ALIVE),
        (exchange("", 304, conditional=True), State.ALIVE),
        (exchange(PAGE, payload_sha256="0" * 64), State.ALIVE),
        (exchange("", 404), State.ALIVE),
        (exchange("<title>Story 1 | The Herald</title><p>" + "Buy it. " * 30
                  + '<meta property="article:content_tier" content="locked">'), State.ALIVE),
    ],
)  # fmt: skip
def test_what_is_in_doubt_or_no_page_is_not_remembered(answer, state):
    past, found = after(answer, copy_of(PAGE), link(state))

    assert not learns(past, found)


def test_a_page_in_doubt_does_not_prove_itself_at_the_next_check():
    past, known = link(State.GONE), copy_of(PAGE)
    for hour in range(5):
        answer = exchange(OTHER)
        found = judge(answer, known)
        past = advance(past, found, START + hour * DAY)
        known = found.known(answer) if learns(past, found) else known

    assert (past.state, past.proposed) == (State.GONE, State.USURPED)


# Words


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
        (lived((0, "ROBOTS_DENIED")), "not checked since 25 October 2026: A signal"),
        (lived((0, "OK"), (40, "NEEDS_JS")), "not checked since 24 November 2026: A signal"),
        (lived((0, "MOVED_PERM"), (40, "TOO_LARGE")), "not checked since 24 November 2026: A signal"),
        (lived((0, "RATE_LIMITED"), (40, "RATE_LIMITED")), "not seen since 25 October 2026: A signal"),
        (lived((0, "OWN_FAULT")), "not seen since 25 October 2026: A signal"),
        (lived((0, "BLOCKED_AUTH")), "not seen since 25 October 2026: A signal"),
        (lived((0, "ROBOTS_DENIED"), (20, "OK")), "answering, last seen 25 November 2026"),
        (
            confirm(lived((0, "GONE_410"), (24, "GONE_410")), State.ALIVE, START + 25 * HOUR),
            "answering, last seen 25 October 2026",
        ),
        (
            lived((0, seen("MOVED_OFFSITE", similarity=0.1, asks_human=True))),
            "what answers may be another’s page, last known good on 25 October 2026",
        ),
        (
            lived((0, "GONE_410"), (24, "GONE_410"), (40, "OK")),
            "gone since 25 November 2026, what answers may be another’s page, last known good on 25 October 2026",
        ),
    ],
)
def test_the_words_for_a_state(past, words):
    assert describe(past, START + 47 * HOUR) == words


@pytest.mark.parametrize("verdict", UNREACHABLE)
def test_a_person_is_asked_about_silence_only_where_nobody_answered(verdict):
    silent = verdict.startswith(("DNS_", "CONNECT_"))

    assert (wording.question(State.GONE, verdict) == wording.SILENCE) is silent
    assert wording.question(State.GONE, verdict).startswith("The host answers") is not (silent or verdict == "SLOW")
    assert wording.question(State.GONE, "GONE_404") == "Is the page gone?"


@pytest.mark.parametrize("state", [s for s in State if s not in (State.NEW, State.ALIVE, State.MOVED)])
def test_beside_every_state_but_answering_stands_when_it_was_last_good(state):
    assert describe(replace(link(state), failures=3), START).endswith("last known good on 25 October 2026")


@pytest.mark.parametrize(
    ("checks", "found"),
    [
        ([(0, "OK")], None),
        ([(0, "GONE_404")], ("alive", "suspect", "A signal.")),
        (
            [(0, "GONE_404"), (40, "GONE_404"), (72, "GONE_404")],
            ("suspect", "gone", "3 checks from 24 November 2026 to 27 November 2026 found: A signal."),
        ),
        (
            [(0, "GONE_410"), (24, "GONE_410")],
            ("suspect", "gone", "2 checks from 24 November 2026 to 25 November 2026 found: A signal."),
        ),
        (
            [(0, "BLOCKED_AUTH"), (24, "BLOCKED_AUTH")],
            ("alive", "blocked", "2 checks from 24 November 2026 to 25 November 2026 found: A signal."),
        ),
        ([(0, "SLOW")], ("alive", "unreachable", "A signal.")),
        ([(0, "SLOW"), (1, "OK")], ("unreachable", "alive", "A signal.")),
        ([(0, "USURPED")], ("alive", "usurped", "A signal.")),
    ],
)
def test_the_words_for_an_audit_row(checks, found):
    before = lived(*checks[:-1])

    assert transition(before, lived(checks[-1], past=before)) == found


# Properties


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
@given(st.sampled_from([s for s in State if s is not State.RETIRED]), CHECKS)
def test_after_great_trouble_nothing_that_cannot_be_compared_brings_a_link_back(state, checks):
    past, now = link(state), START
    troubled = state in (State.GONE, State.USURPED)
    for hours, verdict, kinds in checks:
        judgement, now = seen(verdict, kinds), now + hours * HOUR
        past = advance(past, judgement, now)
        if troubled:
            assert past.state not in (State.NEW, State.ALIVE, State.MOVED)
            assert not learns(past, judgement)
            assert doubted(past, judgement)
        troubled = troubled or past.state in (State.GONE, State.USURPED) or past.proposed or established(past)


@unhurried
@given(st.sampled_from(list(State)), CHECKS, st.integers(8 * 24, 100_000), CHECKS)
def test_no_clock_that_ran_ahead_keeps_strikes_from_counting(state, checks, ahead, more):
    past, now = over_time(link(state), checks)
    once = advance(past, seen("GONE_404"), now + ahead * HOUR)
    back = advance(once, seen("SLOW"), now)

    if state is not State.RETIRED:
        assert back.checked_at == now
        assert back.unreachable.last == now
        assert back.gone.last is None or back.gone.last <= now


@unhurried
@given(CHECKS)
def test_a_past_survives_being_stored(checks):
    past, _ = over_time(link(), checks)

    assert unpack(json.loads(json.dumps(pack(past)))) == past
    assert unpack({}) == LinkPast()


@unhurried
@given(st.sampled_from(list(State)), CHECKS, st.lists(st.sampled_from(BLOCKED), max_size=5))
def test_denied_checks_in_between_bring_a_link_no_nearer_to_gone(state, checks, denied):
    past, now = over_time(link(state), checks)
    guarded = past
    for hours, verdict in enumerate(denied, 1):
        guarded = advance(guarded, seen(verdict), now + hours * DAY)

    counts = (guarded.gone, guarded.gone_410, guarded.soft_gone, guarded.soft_kinds)
    assert counts == (past.gone, past.gone_410, past.soft_gone, past.soft_kinds)
    assert guarded.state is past.state or guarded.state is State.BLOCKED


@unhurried
@given(st.sampled_from([s for s in State if s is not State.GONE]), CHECKS)
def test_the_step_to_gone_rests_on_enough_evidence_of_one_sort(state, checks):
    past, now = link(state), START
    for hours, verdict, kinds in checks:
        before, now = past, now + hours * HOUR
        past = advance(past, seen(verdict, kinds), now)
        if past.state is State.GONE and before.state is not State.GONE:
            rules = Rules()
            assert before.state is State.SUSPECT
            assert not past.guarded
            assert (
                past.gone.meets(rules.gone)
                or past.gone_410.meets(rules.gone_410)
                or (past.soft_gone.meets(rules.soft_gone) and {Kind.PROBE, Kind.PROVIDER} & past.soft_kinds)
            )


FREEZING = Weather(True, "all of 20 hosts failed", {})


@unhurried
@given(st.sampled_from(list(State)), CHECKS)
def test_nothing_advances_while_we_are_frozen(state, checks):
    past, now = link(state), START
    for hours, verdict, kinds in checks:
        before, now = past, now + hours * HOUR
        judgement = withhold(seen(verdict, kinds), "news.example", "u", FREEZING)
        past = advance(past, judgement, now)
        if judgement.klass is Klass.OWN_FAULT:
            first = before.state is State.NEW and past.state is State.UNREACHABLE and past.failures == 1
            assert past.state is before.state or first
            assert (past.gone, past.soft_gone, past.unreachable, past.blocked) == (
                before.gone,
                before.soft_gone,
                before.unreachable,
                before.blocked,
            )
            assert past.proposed is before.proposed
    assert past.state is not State.GONE or state is State.GONE


@unhurried
@given(st.sampled_from([s for s in State if s not in (State.NEW, State.RETIRED)]), CHECKS)
def test_a_fault_of_our_own_changes_nothing_but_the_time_of_the_check(state, checks):
    past, now = over_time(link(state), checks)
    after_fault = advance(past, seen("OWN_FAULT"), now)

    noted = {name: getattr(after_fault, name) for name in ("checked_at", "reason", "silent_since", "withheld")}
    assert after_fault == replace(past, **noted)
    assert (after_fault.silent_since, after_fault.withheld) == (past.silent_since or now, past.withheld + 1)


@unhurried
@given(st.sampled_from(list(State)), CHECKS, st.integers(-100, 100))
def test_no_moment_lies_before_the_one_that_was(state, checks, late):
    past, now = over_time(link(state), checks)
    after_it = advance(past, seen("GONE_404"), now + late * HOUR)

    for name in ("checked_at", "since", "last_ok_at"):
        before, then = getattr(past, name), getattr(after_it, name)
        assert before is None or then >= before
    for strikes in (after_it.gone, after_it.unreachable, after_it.blocked, after_it.soft_gone):
        assert strikes.first is None or strikes.first <= strikes.last <= after_it.checked_at


@unhurried
@given(st.sampled_from(list(State)), CHECKS)
def test_only_the_page_itself_or_a_human_leads_out_of_a_settled_state(state, checks):
    past, now = link(state), START
    for hours, verdict, kinds in checks:
        before, now = past, now + hours * HOUR
        past = advance(past, seen(verdict, kinds), now)
        if before.state in (State.GONE, State.USURPED) and past.state is not before.state:
            assert VERDICTS[verdict] in (Klass.ALIVE, Klass.REFUSED) or verdict == "USURPED"


def test_a_stored_past_with_words_of_another_version_can_be_read():
    packed = pack(lived((0, seen("SOFT_GONE", KINDS)))) | {"kept": 1, "title": "x"}
    packed["soft_kinds"].append("a kind of later days")

    assert unpack(packed).soft_kinds == KINDS
