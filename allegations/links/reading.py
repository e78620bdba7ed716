"""Reading one answer’s body under every limit: bytes on the wire, bytes decoded, pace."""

from __future__ import annotations

import asyncio
import hashlib
import zlib

import aiohttp

from allegations.links.exchange import KEPT_BYTES, Failure, Limits, Stopped
from allegations.links.inflate import Inflater, inflater

TRUNCATED = {
    Failure.TOO_LARGE: "length",
    Failure.TOO_LARGE_DECODED: "length",
    Failure.SLOW: "time",
    Failure.UNDECODABLE: "coding",
}


class Body:
    """The body as far as it came, counted and hashed whole but kept only at its start; outlives its end or stop."""

    def __init__(self) -> None:
        self.start = bytearray()
        self.wire = 0
        self.decoded = 0
        self.whole = False
        self._hash = hashlib.sha256()

    def add(self, decoded: bytes) -> None:
        """Take the next decoded bytes."""
        self.start += decoded[: KEPT_BYTES - len(self.start)]
        self.decoded += len(decoded)
        self._hash.update(decoded)

    def content(self) -> bytes:
        """Return the first `KEPT_BYTES` decoded bytes."""
        return bytes(self.start)

    def digest(self) -> str | None:
        """Return the SHA-256 of all decoded bytes, or None for a partial body."""
        return self._hash.hexdigest() if self.whole else None


class Pace:
    """Watches that a body brings a minimum of bytes in every window of time."""

    def __init__(self, limits: Limits) -> None:
        self._needed = limits.rate_bytes * limits.rate_window_s
        self._window = limits.rate_window_s
        self._words = f"The answer came slower than {limits.rate_bytes:.0f} bytes a second."
        self._open_window()

    def _open_window(self) -> None:
        self._ends = asyncio.get_running_loop().time() + self._window
        self._came = 0

    async def next_piece(self, stream: aiohttp.StreamReader) -> bytes:
        """Return what came, b"" at the end; stop the fetch when a window brought too little."""
        while True:
            try:
                async with asyncio.timeout_at(self._ends):
                    piece = await stream.readany()
            except TimeoutError:
                piece = None
            self._came += len(piece or b"")
            self._judge()
            if piece is not None:
                return piece

    def _judge(self) -> None:
        if asyncio.get_running_loop().time() < self._ends:
            return
        if self._came < self._needed:
            raise Stopped(Failure.SLOW, self._words)
        self._open_window()


async def read(response: aiohttp.ClientResponse, body: Body, limits: Limits) -> None:
    """Read the answer into `body`; raise `Stopped` at the first limit, leaving what came before it."""
    cap = limits.wire_cap(response.headers.get("Content-Type", ""))
    if (announced := response.content_length) is not None and announced > cap:
        raise Stopped(Failure.TOO_LARGE, f"The answer announces {announced} bytes; at most {cap} are read.")
    decoder = inflater(response.headers.get("Content-Encoding", ""))
    pace = Pace(limits)
    while piece := await pace.next_piece(response.content):
        _take(piece, body, decoder, limits, cap)
    if body.wire and not decoder.complete():
        raise Stopped(Failure.CUT_SHORT, "The answer broke off before its end.")
    body.whole = True


def _take(piece: bytes, body: Body, decoder: Inflater, limits: Limits, cap: int) -> None:
    kept = piece[: cap - body.wire]
    body.wire += len(kept)
    _keep(_decode(kept, body, decoder, limits), body, limits)
    if len(kept) < len(piece):
        raise Stopped(Failure.TOO_LARGE, f"The answer is longer than {cap} bytes.")


def _decode(data: bytes, body: Body, decoder: Inflater, limits: Limits) -> bytes:
    try:
        return decoder.feed(data, limits.decoded_cap(body.wire) - body.decoded)
    except zlib.error as error:
        raise Stopped(Failure.UNDECODABLE, "The answer’s compression is broken.") from error


def _keep(decoded: bytes, body: Body, limits: Limits) -> None:
    room = limits.decoded_cap(body.wire) - body.decoded
    body.add(decoded[:room])
    if len(decoded) > room:
        raise Stopped(Failure.TOO_LARGE_DECODED, f"The answer unpacks to more than {body.decoded} bytes.")
