"""What one fetch came to: the hops it took, what was answered, and what went wrong, in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

NOTHING: Mapping[str, str] = MappingProxyType({})
KEPT_BYTES = 500_000  # of a decoded body; no more of it is ever judged


class Failure(StrEnum):
    """Why a fetch brought no usable answer."""

    DNS_NXDOMAIN = "DNS_NXDOMAIN"
    DNS_TEMPFAIL = "DNS_TEMPFAIL"
    CONNECT_REFUSED = "CONNECT_REFUSED"
    CONNECT_TIMEOUT = "CONNECT_TIMEOUT"
    CONNECT_RESET = "CONNECT_RESET"
    CONNECT_UNREACHABLE = "CONNECT_UNREACHABLE"
    TLS_EXPIRED = "TLS_EXPIRED"
    TLS_UNTRUSTED = "TLS_UNTRUSTED"
    TLS_NAME = "TLS_NAME"
    TLS_PROTOCOL = "TLS_PROTOCOL"
    TLS_CLIENT_CERTIFICATE = "TLS_CLIENT_CERTIFICATE"
    SLOW = "SLOW"
    CUT_SHORT = "CUT_SHORT"
    TOO_LARGE = "TOO_LARGE"
    TOO_LARGE_DECODED = "TOO_LARGE_DECODED"
    UNDECODABLE = "UNDECODABLE"
    REDIRECT_LOOP = "REDIRECT_LOOP"
    REDIRECT_LIMIT = "REDIRECT_LIMIT"
    REFUSED_SSRF = "REFUSED_SSRF"
    REFUSED_SCHEME = "REFUSED_SCHEME"
    REFUSED_PORT = "REFUSED_PORT"
    REFUSED_URL = "REFUSED_URL"
    PROTOCOL = "PROTOCOL"
    OWN_FAULT = "OWN_FAULT"


class Stopped(Exception):
    """Ends a fetch with its outcome; never leaves this package."""

    def __init__(self, failure: Failure, sentence: str) -> None:
        super().__init__(sentence)
        self.failure = failure
        self.sentence = sentence


@dataclass(frozen=True)
class Limits:
    """How much of anything one fetch may take; seconds and bytes.

    Decoded size is bounded by `decoded_bytes` and by `inflation` times what came over the wire plus `decoded_slack`.
    A body that brings less than `rate_bytes` a second over any `rate_window_s` is slow.
    """

    hops: int = 10
    connect_s: float = 10.0
    header_s: float = 20.0
    total_s: float = 60.0
    header_bytes: int = 8190
    header_count: int = 128
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


@dataclass(frozen=True)
class Hop:
    """One request on the way: what was asked, at which address, and what came back."""

    url: str
    status: int | None = None
    location: str | None = None
    address: str | None = None


@dataclass(frozen=True)
class Timings:
    """Milliseconds of the last hop's name lookup, connection and first answer, and of the whole fetch."""

    dns_ms: float | None = None
    connect_ms: float | None = None
    first_byte_ms: float | None = None
    total_ms: float = 0.0


@dataclass(frozen=True)
class Exchange:
    """The whole of one fetch. Every text of it is fit to be stored (`text.fit`).

    `body` is the first `KEPT_BYTES` of the decoded body; `payload_sha256` is over all of it, None unless it came whole.

    `status` is None when no answer came; `failure` and `sentence` are None when the answer came whole.
    `truncated` says in one word why a partial body was kept: length, time, disconnect or coding.
    `conditional` tells that the last hop was asked with a validator, so that a 304 is an answer to it.
    """

    url: str
    final_url: str
    hops: tuple[Hop, ...] = ()
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    body: bytes = b""
    wire_bytes: int = 0
    payload_sha256: str | None = None
    truncated: str | None = None
    tls_verified: bool | None = None
    downgraded: bool = False
    conditional: bool = False
    failure: Failure | None = None
    sentence: str | None = None
    timings: Timings = Timings()
