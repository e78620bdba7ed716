"""How long servers and hosts are left alone."""

import doctest
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allegations.links import waiting
from allegations.links.judgement import VERDICTS, conclude
from allegations.links.verdicts import judge
from allegations.links.waiting import LONGEST_S, host_limited, retry_after

from .asking import unhurried
from .webpages import exchange

LIMITED = replace(conclude("RATE_LIMITED", "x"), limits_host=True)


def test_examples_in_the_module_hold():
    assert doctest.testmod(waiting).failed == 0


@pytest.mark.parametrize(
    ("headers", "asked_at", "wait"),
    [
        ({}, None, None),
        ({"retry-after": "120"}, None, 120.0),
        ({"retry-after": " 0 "}, None, 0.0),
        ({"retry-after": "-5"}, None, None),
        ({"retry-after": "٥"}, None, None),
        ({"retry-after": "9" * 400}, None, LONGEST_S),
        ({"retry-after": "Thu, 01 Jan 1970 01:00:00 GMT"}, None, None),
        ({"retry-after": "Thu, 01 Jan 1970 01:00:00 GMT"}, 0.0, 3600.0),
        ({"retry-after": "Thu, 01 Jan 1970 01:00:00 -0000"}, 0.0, 3600.0),
        ({"retry-after": "Thu, 01 Jan 1970 00:00:00 GMT"}, 99.0, 0.0),
        ({"retry-after": "Fri, 01 Jan 9999 00:00:00 GMT"}, 0.0, LONGEST_S),
        ({"retry-after": "Fri, 99 Jan 99999 99:00:00 GMT"}, 0.0, None),
        ({"retry-after": "Wed, 25 Nov 2026 10:05:00 GMT", "date": "nonsense"}, None, None),
    ],
)
def test_what_a_server_asks_for(headers, asked_at, wait):
    assert retry_after(headers, asked_at) == wait


@unhurried
@given(st.text(max_size=60), st.text(max_size=60))
def test_no_header_breaks_the_reader(value, date):
    wait = retry_after({"retry-after": value, "date": date}, 0.0)

    assert wait is None or 0 <= wait <= LONGEST_S


@pytest.mark.parametrize(("level", "seconds"), [(0, 60), (1, 120), (2, 240), (3, 480), (9, 30_720), (99, LONGEST_S)])
def test_a_host_is_left_alone_for_twice_as_long_each_time(level, seconds):
    waits = [host_limited(LIMITED, level, f"host{n}.example") for n in range(50)]

    assert all(0.9 * seconds <= wait <= min(1.1 * seconds, LONGEST_S) for wait in waits)
    assert waits == [host_limited(LIMITED, level, f"host{n}.example") for n in range(50)]
    assert len(set(waits)) > 1 or seconds == LONGEST_S


@pytest.mark.parametrize(
    ("asked", "level", "least", "most"), [(120.0, 0, 120, 120), (10.0, 0, 54, 66), (1e9, 0, LONGEST_S, LONGEST_S)]
)
def test_what_the_server_asks_for_is_never_undercut(asked, level, least, most):
    assert least <= host_limited(replace(LIMITED, retry_after_s=asked), level, "news.example") <= most


@pytest.mark.parametrize(
    ("status", "headers", "limited"),
    [
        (429, {}, True),
        (429, {"retry-after": "5"}, True),
        (503, {"retry-after": "3600"}, True),
        (503, {}, True),
        (500, {"retry-after": "3600"}, False),
        (404, {}, False),
        (403, {}, False),
        (202, {}, False),
        (200, {}, False),
    ],
)
def test_which_answers_speak_of_the_whole_host(status, headers, limited):
    found = judge(exchange("<title>x</title>", status, headers=headers))

    assert (host_limited(found, 0, "news.example") is not None) is limited


def test_no_verdict_by_itself_speaks_of_the_host():
    assert not [verdict for verdict in VERDICTS if host_limited(conclude(verdict), 3, "news.example")]
