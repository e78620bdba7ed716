"""What one fetch came to: the hops it took, what was answered, and what went wrong, in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from allegations.links.failures import Deferred, Failure, Stopped
from allegations.links.payload import Payload

__all__ = [
    "KEPT_BYTES",
    "NOTHING",
    "Certificate",
    "Deferred",
    "Encryption",
    "Exchange",
    "Failure",
    "Hop",
    "Limits",
    "Stopped",
    "Timings",
]

NOTHING: Mapping[str, str] = MappingProxyType({})
KEPT_BYTES = 500_000  # of a decoded body; no more of it is ever judged


@dataclass(frozen=True)
class Limits:
    """How much of anything one fetch may take; seconds and bytes.

    Decoded size is bounded by `decoded_bytes` and by `inflation` times what came over the wire plus `decoded_slack`.
    A body that brings less than `rate_bytes` a second over any `rate_window_s` is slow. The time of the head counts
    from the beginning of the connection. A line of a head may have `header_bytes`; all heads of one answer together
    may have `header_count` lines and `head_bytes`.
    """

    hops: int = 10
    name_s: float = 10.0
    connect_s: float = 10.0
    header_s: float = 20.0
    total_s: float = 60.0
    header_bytes: int = 32_768
    header_count: int = 256
    head_bytes: int = 131_072
    wire_bytes: int = 25_000_000
    pdf_bytes: int = 100_000_000
    decoded_bytes: int = 64_000_000
    decoded_slack: int = 1_000_000
    inflation: int = 200
    rate_bytes: float = 200.0
    rate_window_s: float = 10.0

    def wire_cap(self, content_type: str) -> int:
        """Return how many bytes of body are read for this content type."""
        return self.pdf_bytes if content_type.lower().startswith("application/pdf") else self.wire_bytes

    def decoded_cap(self, wire: int) -> int:
        """Return how many decoded bytes are accepted once `wire` bytes have come."""
        return min(self.decoded_bytes, self.inflation * wire + self.decoded_slack)


@dataclass(slots=True)
class Hop:
    """One request on the way: what was asked, at which address, and what came back.

    `asked_at` is in seconds since 1970. `request` and `head` are the head of the request as it was sent and of the
    answer as it came, each with its closing blank line; both are empty where no connection was made.
    """

    url: str
    status: int | None = None
    location: str | None = None
    address: str | None = None
    asked_at: float | None = None
    request: bytes = field(default=b"", repr=False)
    head: bytes = field(default=b"", repr=False)


@dataclass(frozen=True)
class Certificate:
    """Who the server said it is: whom its certificate names, its issuer, its last moment (ISO 8601) and its SHA-256."""

    subject: str
    issuer: str
    not_after: str
    sha256: str


@dataclass(frozen=True)
class Encryption:
    """How a connection was encrypted: its protocol (“tls/1.3”), and its cipher suite by IANA’s name if we know that."""

    protocol: str
    cipher_suite: str | None = None


@dataclass(frozen=True)
class Timings:
    """Milliseconds of the last hop's name lookup, connection and first answer, and of the whole fetch."""

    dns_ms: float | None = None
    connect_ms: float | None = None
    first_byte_ms: float | None = None
    total_ms: float = 0.0


@dataclass(slots=True)
class Exchange:
    """The whole of one fetch. Every text of it is fit to be stored (`text.fit`).

    Nobody changes one, nor its hops. They are not frozen, which would make each take three times as long to make.

    `body` is the first `KEPT_BYTES` of the decoded body; `payload_sha256` is over all of it, None unless it came whole.

    `status` is None when no answer came; `failure` and `sentence` are None when the answer came whole. A fault of the
    certificate stays the failure though the answer was then taken without proof (`tls_verified` is False).
    `truncated` says in one word why a partial body was kept: length, time, disconnect or coding.
    `conditional` tells that the last hop was asked with a validator, so that a 304 is an answer to it.
    `payload` is the whole body as it came, None where none was kept; whoever asked for it closes it.
    `wire_sha256` is the SHA-256 of that body as it came, before it was decoded; it may be of a part (`truncated`).
    `certificate` and `encryption` are those of the last hop, each None where it has none or could not be read.
    `wait_s` says, of a check that was put off (DEFERRED), how long the host wants to be left alone, or, where its
    robots.txt could not be read (ROBOTS_DENIED), when that is asked for again; `busy` which host it was that somebody
    else was asking, if that was why.
    """

    url: str
    final_url: str
    hops: tuple[Hop, ...] = ()
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    body: bytes = field(default=b"", repr=False)  # asyncio.run writes its result out when it is asked for its signals
    wire_bytes: int = 0
    payload_sha256: str | None = None
    truncated: str | None = None
    tls_verified: bool | None = None
    downgraded: bool = False
    conditional: bool = False
    failure: Failure | None = None
    sentence: str | None = None
    timings: Timings = Timings()
    payload: Payload | None = None
    wire_sha256: str | None = None
    decoded_bytes: int = 0
    certificate: Certificate | None = None
    encryption: Encryption | None = None
    wait_s: float = 0.0
    busy: str = ""
