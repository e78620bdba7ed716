"""One answer as it comes in: its head line by line, then its body, every amount and every wait bounded."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping

import pycurl

from allegations.links.encryption import told
from allegations.links.exchange import NOTHING, Certificate, Encryption, Failure, Limits, Stopped
from allegations.links.reading import Body

REDIRECTS = frozenset({301, 302, 303, 307, 308})
STATUS_LINE = re.compile(rb"HTTP/\d(?:\.\d)? +(\d{3})(?!\d)")
SWITCHING_PROTOCOLS = 101
ENOUGH = 0  # fewer bytes than were handed over: libcurl ends the transfer


class Answer:
    """What libcurl hands over, as far as it came. Its callbacks never raise: they note why, and end the transfer.

    `head` is the head of the final answer as it came (libcurl joins the lines of a folded header, RFC 9112 section
    5.2), without interim answers before it and trailers after it. `headers` has the first of each name, in lower case.
    """

    def __init__(self, limits: Limits, *, keep: bool) -> None:
        self.status: int | None = None
        self.headers: Mapping[str, str] = NOTHING
        self.head = b""
        self.body = Body()
        self.head_at: float | None = None
        self.stop: Stopped | None = None
        self.error: Exception | None = None
        self.leads_on = False
        self.certificate_wanted = False
        self.certificate: Certificate | None = None
        self.encryption: Encryption | None = None
        self._limits, self._keep = limits, keep
        self._lines: list[bytes] = []
        self._came = self._count = 0

    def on_trace(self, kind: int, words: bytes) -> None:
        """Take what libcurl tells of the handshake only: whether the server asks who we are, and how it encrypts.

        Every request has a connection and a handshake of its own (`wire.ALWAYS`), so no answer comes without one.
        """
        if kind != pycurl.INFOTYPE_TEXT:
            return
        self.certificate_wanted |= words.startswith(b"TLS") and b"Request CERT" in words  # not a subject
        self.encryption = told(words) or self.encryption

    @property
    def ends_with_connection(self) -> bool:
        """Tell whether the head says no other way to know the end of the body (RFC 9112 section 6.3)."""
        return not {"content-length", "transfer-encoding"} & self.headers.keys()

    def on_line(self, line: bytes) -> int | None:
        """Take a line of a head; interim heads (RFC 9110 section 15.2) count towards the limits and are forgotten."""
        if self.status is not None:
            return None  # a trailer
        self._lines.append(line)
        self._came += len(line)
        self._count += 1
        limits = self._limits
        if len(line) > limits.header_bytes or self._came > limits.head_bytes or self._count > limits.header_count:
            return self._end(Stopped(Failure.PROTOCOL, "The head of the server’s answer is longer than we read."))
        return self._head_ends() if line in (b"\r\n", b"\n") else None

    def _head_ends(self) -> int | None:
        lines, self._lines = self._lines, []
        found = STATUS_LINE.match(lines[0])
        status = int(found[1]) if found else 0
        if 100 <= status < 200 and status != SWITCHING_PROTOCOLS:
            return None
        if not status:
            return self._end(Stopped(Failure.PROTOCOL, "The server’s answer is not valid HTTP."))
        self.head_at = time.monotonic()
        self.status, self.head, self.headers = status, b"".join(lines), _headers(lines)
        self.leads_on = status in REDIRECTS and bool(self.headers.get("location"))
        if self.leads_on:
            return ENOUGH
        return self._guarded(self._open)

    def _open(self) -> None:
        assert self.status is not None
        self.body.open(self.status, self.headers, self._limits, keep=self._keep)

    def on_body(self, piece: bytes) -> int | None:
        """Take the next piece of the body."""
        return self._guarded(self.body.take, piece)

    def _guarded(self, act: Callable[..., None], *values: bytes) -> int | None:
        try:
            act(*values)
        except Stopped as stop:
            return self._end(stop)
        except Exception as error:
            self.error = error
            return ENOUGH
        return None

    def _end(self, stop: Stopped) -> int:
        self.stop = stop
        return ENOUGH


def _headers(lines: list[bytes]) -> dict[str, str]:
    """Read the lines of a head; bytes that are no UTF-8 become surrogates (PEP 383)."""
    found: dict[str, str] = {}
    for line in lines[1:-1]:
        name, _, value = line.decode("utf-8", "surrogateescape").partition(":")
        found.setdefault(name.strip().lower(), value.strip())
    return found
