"""Heads as they are stored: what a stored body makes untrue goes, all else stays as it came."""

import doctest

import pytest

from allegations.links.archive import heads
from allegations.links.archive.heads import fields, lines, to_store
from tests.unit.links.archive.making import head


def stored(came: bytes, size: int, kept: bool = True) -> tuple[bytes, list[str]]:
    return to_store(lines(came), size, kept=kept)


def test_the_examples_hold():
    assert doctest.testmod(heads).failed == 0


def test_a_head_that_tells_the_truth_stays_as_it_came():
    came = head("X-Odd:  spaced  ", "content-type: text/html", "Content-Length: 5")

    assert stored(came, 5) == (came, [])


def test_the_transfer_coding_goes_and_the_length_comes():
    came = head("Transfer-Encoding: chunked", "Content-Type: text/html")

    assert stored(came, 7) == (
        head("Content-Type: text/html", "Content-Length: 7"),
        ["left out: Transfer-Encoding: chunked"],
    )


@pytest.mark.parametrize("announced", [["Content-Length: 40000000"], ["Content-Length: 6", "content-length: 9"], []])
def test_the_length_is_that_of_what_is_stored(announced):
    kept, changes = stored(head(*announced, "Server: x"), 7)

    assert kept == head("Server: x", "Content-Length: 7")
    assert changes == [f"left out: {line}" for line in announced]


@pytest.mark.parametrize("status", [204, 304])
def test_an_answer_that_has_no_body_by_its_status_keeps_its_length(status):
    came = head("Content-Length: 90", status=status)

    assert stored(came, 0, kept=False) == (came, [])


def test_a_redirect_whose_body_was_not_read_has_none():
    kept, changes = stored(head("Location: /b", "Content-Length: 90", status=301), 0, kept=False)

    assert kept == head("Location: /b", "Content-Length: 0", status=301)
    assert changes == ["left out: Content-Length: 90"]


@pytest.mark.parametrize("first", [b"HTTP/2 200 \r\n", b"HTTP/2 200\r\n", b"HTTP/3 200 \r\n"])
def test_later_protocols_are_written_as_the_first(first):
    kept, changes = stored(first + b"content-length: 0\r\n\r\n", 0)

    assert kept == b"HTTP/1.1 200 \r\nContent-Length: 0\r\n\r\n"
    assert changes == [f"status line was: {first.decode().strip()}"]


def test_interim_answers_and_folded_lines_do_not_hide_a_field():
    came = (
        b"HTTP/1.1 103 Early Hints\r\nLink: </s.css>\r\n\r\nHTTP/1.1 200 OK\r\nX-A: one\r\n  two\r\n \r\nX-B: c\r\n\r\n"
    )

    assert fields(came) == {"x-a": "one two", "x-b": "c"}
    assert stored(came, 0)[0] == b"HTTP/1.1 200 OK\r\nX-A: one two\r\nX-B: c\r\nContent-Length: 0\r\n\r\n"


@pytest.mark.parametrize(
    ("line", "name"),
    [(b"HTTP/1.1 200 OK", "http/1.1"), (b"HTTP/1.0 200", "http/1.0"), (b"HTTP/2 200", "h2"), (b"ICY 200 OK", None)],
)
def test_a_head_names_its_protocol(line, name):
    assert heads.protocol(line) == name
