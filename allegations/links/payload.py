"""The whole body of an answer as it came: small ones in memory, large ones in a file without a name."""

from __future__ import annotations

import tempfile
import zlib
from collections.abc import Iterable, Iterator
from functools import partial
from io import BytesIO
from typing import BinaryIO

from allegations.links.failures import Stopped
from allegations.links.inflate import inflater

IN_MEMORY = 1_000_000
PIECE = 256 * 1024
MOST_INFLATION = 2000  # no piece of deflate unpacks to more than 1,032 times its size


class Payload:
    """Bytes as they came over the wire, after transfer coding and before content coding (`coding`).

    Written while the answer is read, then read any number of times, then closed.
    """

    def __init__(self, coding: str = "") -> None:
        self.coding = coding
        self.size = 0
        self._pieces: list[bytes] = []
        self._file: BinaryIO | None = None

    def write(self, piece: bytes) -> None:
        """Take the next bytes."""
        self.size += len(piece)
        if self._file:
            self._file.write(piece)
            return
        self._pieces.append(piece)
        if self.size > IN_MEMORY:
            self._file = tempfile.TemporaryFile()  # noqa: SIM115 (its owner closes it)
            self._file.writelines(self._pieces)
            self._pieces.clear()

    def share(self, whole: bytes) -> None:
        """Hold these bytes, where they are all that came, in place of the pieces, so that nothing is held twice."""
        if self._file is None and len(whole) == self.size:
            self._pieces = [whole]

    def wire(self) -> BinaryIO:
        """Return the bytes as they came, to be read from their start; valid until the next call or `close`."""
        if self._file is None:
            return BytesIO(b"".join(self._pieces))
        self._file.seek(0)
        return self._file

    def pieces(self) -> Iterable[bytes]:
        """Return the bytes as they came, in pieces, from their start; valid until the next call or `close`."""
        return self._pieces if self._file is None else iter(partial(self.wire().read, PIECE), b"")

    def decoded(self) -> Iterator[bytes]:
        """Yield the decoded bytes in pieces; what cannot be decoded ends them."""
        try:
            undo = inflater(self.coding)
            for piece in self.pieces():
                yield undo.feed(piece, len(piece) * MOST_INFLATION)
        except (Stopped, zlib.error):
            return

    def close(self) -> None:
        """Let go of the bytes."""
        self._pieces.clear()
        if self._file:
            self._file.close()
