"""Undoing gzip: members after members, none of which may cost more than a little."""

import gzip

import pytest

from allegations.links import inflate
from allegations.links.failures import Failure, Stopped
from allegations.links.inflate import MOST_MEMBERS, WINDOW, Gzip

ROOM = 10**6
EMPTY = gzip.compress(b"", mtime=0)


def test_more_empty_members_than_any_page_has_stop_the_fetch():
    undo = Gzip()
    assert undo.feed(EMPTY * MOST_MEMBERS, ROOM) == b""
    with pytest.raises(Stopped) as stopped:
        undo.feed(EMPTY, ROOM)
    assert (stopped.value.failure, "10,000 pieces" in str(stopped.value)) == (Failure.TOO_LARGE_DECODED, True)


def test_a_member_copies_no_more_than_a_window_of_what_follows(monkeypatch):
    real, fed = inflate.zlib.decompressobj, []

    class Counting:
        def __init__(self, *given):
            self._real = real(*given)

        def decompress(self, data, most):
            fed.append(len(data))
            return self._real.decompress(data, most)

        def __getattr__(self, name):
            return getattr(self._real, name)

    monkeypatch.setattr(inflate.zlib, "decompressobj", Counting)
    Gzip().feed(EMPTY * (4 * WINDOW // len(EMPTY)), ROOM)
    assert max(fed) == WINDOW


@pytest.mark.parametrize("piece", [1, 100, WINDOW - 1, WINDOW, 10 * WINDOW])
def test_members_are_read_one_after_the_other_and_what_follows_them_is_not(piece):
    bodies = [bytes(range(256)) * 100, b"", b"end"]
    data = b"".join(gzip.compress(body, 0, mtime=0) for body in bodies) + b"no member" * 10
    undo = Gzip()
    found = b"".join(undo.feed(data[at : at + piece], ROOM) for at in range(0, len(data), piece))
    assert found == b"".join(bodies)
    assert undo.complete()


def test_no_more_than_the_room_and_one_byte_comes_out():
    assert len(Gzip().feed(gzip.compress(bytes(10 * WINDOW), mtime=0), 99)) == 100
