"""Why a fetch brought no usable answer."""

from __future__ import annotations

from enum import StrEnum


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
    ROBOTS_DENIED = "ROBOTS_DENIED"
    DEFERRED = "DEFERRED"
    OWN_FAULT = "OWN_FAULT"


class Stopped(Exception):
    """Ends a fetch with its outcome; never leaves this package. In `wait_s` seconds it may be another one."""

    def __init__(self, failure: Failure, sentence: str, wait_s: float = 0.0) -> None:
        super().__init__(sentence)
        self.failure = failure
        self.sentence = sentence
        self.wait_s = wait_s


class Deferred(Exception):
    """Raised where an address is not asked now, but may be in `wait_s` seconds.

    `words` say why; without any, the host is to be left alone. `host` is one that somebody else was asking just then.
    """

    def __init__(self, wait_s: float, words: str = "", host: str = "") -> None:
        self.words = words or f"The site is to be left alone for another {wait_s:.0f} seconds; the check was put off."
        super().__init__(self.words)
        self.wait_s, self.host = wait_s, host
