"""Undoing the coding of a body piece by piece, never holding more than a bound."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from typing import Protocol

from allegations.links.failures import Failure, Stopped

GZIP, ZLIB, RAW = 16 + zlib.MAX_WBITS, zlib.MAX_WBITS, -zlib.MAX_WBITS
WINDOW = 16 * 1024
MOST_MEMBERS = 10_000  # of gzip; those of real files hold tens of kilobytes each


class Inflater(Protocol):
    """Takes coded bytes, gives decoded ones."""

    def feed(self, data: bytes, room: int) -> bytes:
        """Return what `data` decodes to, at most `room` bytes and one, or raise `zlib.error`."""

    def complete(self) -> bool:
        """Tell whether the coded stream came to its own end."""


class Identity:
    """A body that is not coded."""

    def feed(self, data: bytes, room: int) -> bytes:
        """Return `data` up to one byte more than `room`."""
        return data[: room + 1]

    def complete(self) -> bool:
        """Return True: only the transport knows where such a body ends."""
        return True


class Gzip:
    """One or more gzip members; what follows the last one is ignored, as browsers do."""

    def __init__(self) -> None:
        self._member = zlib.decompressobj(GZIP)
        self._whole = 0

    def feed(self, data: bytes, room: int) -> bytes:
        """Return what `data` decodes to, at most `room` bytes and one; too many members stop the fetch.

        Each member copies what stands behind it, so that only a little may.
        """
        pieces: list[bytes] = []
        for at in range(0, len(data), WINDOW):
            rest = data[at : at + WINDOW]
            while rest and room >= 0:
                try:
                    pieces.append(self._member.decompress(rest, room + 1))
                except zlib.error:
                    if self._whole:
                        return b"".join(pieces)
                    raise
                room -= len(pieces[-1])
                rest = self._rest()
        return b"".join(pieces)

    def _rest(self) -> bytes:
        if not self._member.eof:
            return b""
        rest = self._member.unused_data
        self._whole += 1
        if self._whole > MOST_MEMBERS:
            raise Stopped(Failure.TOO_LARGE_DECODED, f"The answer is packed in more than {MOST_MEMBERS:,} pieces.")
        self._member = zlib.decompressobj(GZIP)
        return rest

    def complete(self) -> bool:
        """Tell whether at least one member came whole."""
        return self._whole > 0


class Deflate:
    """The coding “deflate”, with the zlib wrapping that RFC 9110 asks for or without it, as some servers send it."""

    def __init__(self) -> None:
        self._stream = zlib.decompressobj(ZLIB)
        self._started = False

    def feed(self, data: bytes, room: int) -> bytes:
        """Return what `data` decodes to, at most `room` bytes and one."""
        if not self._started and data:
            self._started = True
            if data[0] & 0x0F != 8:
                self._stream = zlib.decompressobj(RAW)
        return self._stream.decompress(data, room + 1)

    def complete(self) -> bool:
        """Tell whether the stream came to its end."""
        return self._stream.eof


CODINGS: dict[str, Callable[[], Inflater]] = {
    "": Identity,
    "identity": Identity,
    "gzip": Gzip,
    "x-gzip": Gzip,
    "deflate": Deflate,
}


def inflater(content_encoding: str) -> Inflater:
    """Return what undoes this Content-Encoding, or stop the fetch: stacked and unasked codings are not read."""
    make = CODINGS.get(content_encoding.strip().lower())
    if make is None:
        raise Stopped(Failure.UNDECODABLE, f"The page came in a coding we did not ask for ({content_encoding[:40]}).")
    return make()
