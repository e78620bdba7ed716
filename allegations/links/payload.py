"""The whole body of an answer as it came: small ones in memory, large ones in a file without a name."""

from __future__ import annotations

import tempfile
import zlib
from collections.abc import Iterator
from typing import BinaryIO, cast

from allegations.links.inflate import inflater

IN_MEMORY = 1_000_000
PIECE = 256 * 1024


class Payload:
    """Bytes as they came over the wire, after transfer coding and before content coding (`coding`).

    Written while the answer is read, then read any number of times, then closed.
    """

    def __init__(self, coding: str = "") -> None:
        self.coding = coding
        self.size = 0
        self._file = cast(BinaryIO, tempfile.SpooledTemporaryFile(IN_MEMORY))  # noqa: SIM115 (its owner closes it)

    def write(self, piece: bytes) -> None:
        """Take the next bytes."""
        self._file.write(piece)
        self.size += len(piece)

    def wire(self) -> BinaryIO:
        """Return the bytes as they came, to be read from their start; valid until the next call or `close`."""
        self._file.seek(0)
        return self._file

    def decoded(self) -> Iterator[bytes]:
        """Yield the decoded bytes in pieces; what cannot be decoded ends them."""
        stream, undo = self.wire(), inflater(self.coding)
        while piece := stream.read(PIECE):
            try:
                yield undo.feed(piece, len(piece) * 2000)
            except zlib.error:
                return

    def close(self) -> None:
        """Let go of the bytes."""
        self._file.close()
