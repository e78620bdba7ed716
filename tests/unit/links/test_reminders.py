"""A link that a person left as it is: it is proposed again once the trouble has lasted as long again."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from allegations.links.judgement import Judgement, Kind, Klass
from allegations.links.memory import LinkPast, State, Strikes
from allegations.links.reminders import put_off
from allegations.links.rules import Rules
from allegations.links.states import advance, established

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
DAY = timedelta(days=1)
RULES = Rules()
LONG = Strikes(9, NOW - 20 * DAY, NOW)
CASES = {
    "no answer": (
        LinkPast(state=State.UNREACHABLE, unreachable=LONG, proposed=State.GONE),
        Judgement("CONNECT_TIMEOUT", Klass.UNREACHABLE, ("No answer.",)),
        12,  # two of the fourteen days are what being unreachable takes
    ),
    "no such name": (
        LinkPast(state=State.UNREACHABLE, unreachable=LONG, unknown_name=LONG, proposed=State.GONE),
        Judgement("DNS_NXDOMAIN", Klass.UNREACHABLE, ("No such name.",)),
        8,  # the first counts as the beginning of seven days
    ),
    "not found behind a gatekeeper": (
        LinkPast(state=State.SUSPECT, gone=LONG, guarded=True, proposed=State.GONE),
        Judgement("GONE_404", Klass.GONE, ("Not found.",)),
        4,
    ),
}


@pytest.mark.parametrize(("past", "judgement", "days"), CASES.values(), ids=CASES)
def test_trouble_that_goes_on_is_proposed_again_and_not_at_once(past, judgement, days):
    past, moment, passed = put_off(past, NOW, RULES), NOW, 0
    assert past.proposed is None
    while past.proposed is None:
        moment, passed = moment + DAY, passed + 1
        past = advance(past, judgement, moment, RULES)
    assert (past.proposed, passed) == (State.GONE, days)


def test_a_link_that_counts_as_unreachable_goes_on_to():
    past = LinkPast(state=State.UNREACHABLE, unreachable=LONG, proposed=State.GONE, failures=9)
    left = put_off(past, NOW, RULES)
    assert established(left, RULES)
    assert (left.state, left.failures) == (State.UNREACHABLE, 9)


def test_what_is_not_established_is_counted_from_the_beginning():
    left = put_off(LinkPast(state=State.UNREACHABLE, unreachable=Strikes(2, NOW - DAY, NOW)), NOW, RULES)
    assert left.unreachable == Strikes()


def test_the_question_whether_a_page_was_taken_over_is_another_one():
    past = LinkPast(state=State.SUSPECT, soft_kinds=frozenset({Kind.PROBE}), proposed=State.USURPED)
    assert put_off(past, NOW, RULES) == replace(past, proposed=State.USURPED)
