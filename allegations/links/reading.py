"""Taking in one answer’s body under every limit, and hashing it on the way."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Mapping

from allegations.links.exchange import KEPT_BYTES, NOTHING, Failure, Limits, Stopped
from allegations.links.inflate import Identity, inflater
from allegations.links.payload import Payload

BODILESS = frozenset({204, 304})  # RFC 9112 section 6.3: what their heads announce never comes
TRUNCATED = {
    Failure.TOO_LARGE: "length",
    Failure.TOO_LARGE_DECODED: "length",
    Failure.SLOW: "time",
    Failure.UNDECODABLE: "coding",
}


class Body:
    """The body as far as it came, counted and hashed whole but kept only at its start; outlives its end or stop."""

    def __init__(self) -> None:
        self.wire = 0
        self.decoded = 0
        self.whole = False
        self.payload: Payload | None = None
        self._plain = False
        self._start: list[bytes] = []

    def open(self, status: int, headers: Mapping[str, str], limits: Limits, *, keep: bool) -> None:
        """Get ready for the body that comes with this head, or raise `Stopped`; `keep` the whole of it as it comes."""
        headers = NOTHING if status in BODILESS else headers
        coding = headers.get("content-encoding", "")
        self._limits = limits
        self._cap = limits.wire_cap(headers.get("content-type", ""))
        self.payload = Payload(coding.strip().lower()) if keep else None
        self._hash = self._wire_hash = hashlib.sha256()
        self._refuse_announced(headers)
        self._decoder = inflater(coding)
        self._plain = isinstance(self._decoder, Identity)
        if not self._plain:
            self._wire_hash = hashlib.sha256()

    def _refuse_announced(self, headers: Mapping[str, str]) -> None:
        length = headers.get("content-length", "")
        if "transfer-encoding" not in headers and length.isdecimal() and int(length[:18]) > self._cap:
            raise Stopped(Failure.TOO_LARGE, f"The answer announces {length} bytes; at most {self._cap} are read.")

    def take(self, piece: bytes) -> None:
        """Take the next bytes of the wire, or raise `Stopped` at the first limit, keeping what came before it."""
        kept = piece[: self._cap - self.wire]
        self.wire += len(kept)
        self._wire_hash.update(kept)
        if self.payload:
            self.payload.write(kept)
        if self._plain:
            self._keep(kept)
        else:
            self._unpack(kept)
        if len(kept) < len(piece):
            raise Stopped(Failure.TOO_LARGE, f"The answer is longer than {self._cap} bytes.")

    def _keep(self, decoded: bytes) -> None:
        if self.decoded < KEPT_BYTES:
            self._start.append(decoded[: KEPT_BYTES - self.decoded])
        self.decoded += len(decoded)

    def _unpack(self, data: bytes) -> None:
        room = self._limits.decoded_cap(self.wire) - self.decoded
        try:
            decoded = self._decoder.feed(data, room)
        except zlib.error as error:
            raise Stopped(Failure.UNDECODABLE, "The answer’s compression is broken.") from error
        self._keep(decoded[:room])
        self._hash.update(decoded[:room])
        if len(decoded) > room:
            raise Stopped(Failure.TOO_LARGE_DECODED, f"The answer unpacks to more than {self.decoded} bytes.")

    def end(self) -> None:
        """Mark the body as whole, or raise `Stopped` where its own coding says that more should have come."""
        if self.wire and not self._decoder.complete():
            raise Stopped(Failure.CUT_SHORT, "The answer broke off before its end.")
        self.whole = True

    def content(self) -> bytes:
        """Return the first `KEPT_BYTES` decoded bytes."""
        content = b"".join(self._start)
        self._start = [content]
        if self.payload and self._plain:
            self.payload.share(content)
        return content

    def digest(self) -> str | None:
        """Return the SHA-256 of all decoded bytes, or None for a partial body."""
        return self._hash.hexdigest() if self.whole else None

    def wire_digest(self) -> str | None:
        """Return the SHA-256 of the bytes as they came, as far as they came, or None where none were kept."""
        return self._wire_hash.hexdigest() if self.payload else None

    def close(self) -> None:
        """Let go of what was kept."""
        if self.payload:
            self.payload.close()
            self.payload = None
