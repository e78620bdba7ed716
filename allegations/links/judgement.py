"""The words of a judgement: verdicts, the class each belongs to, and the signals behind one."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from allegations.links.exchange import Exchange
from allegations.links.pages import Page


class Klass(StrEnum):
    """What a verdict means for the link; only `states` draws conclusions from it."""

    ALIVE = "alive"
    GONE = "gone"
    SOFT_GONE = "soft_gone"
    BLOCKED = "blocked"
    UNREACHABLE = "unreachable"
    TRANSIENT = "transient"
    REFUSED = "refused"
    SKIPPED = "skipped"
    OWN_FAULT = "own_fault"


class Kind(StrEnum):
    """Independent signals of a page that pretends to be there; being gone takes two of them."""

    TITLE = "title"
    PHRASE = "phrase"
    ROOT = "root"
    PROBE = "probe"


VERDICTS: dict[str, Klass] = {
    verdict: klass
    for klass, verdicts in {
        Klass.ALIVE: "OK OK_NOT_MODIFIED MOVED_PERM MOVED_OFFSITE PAYWALLED",
        Klass.GONE: "GONE_404 GONE_410",
        Klass.SOFT_GONE: "SOFT_GONE USURPED",
        Klass.BLOCKED: (
            "BLOCKED_AUTH BLOCKED_FORBIDDEN BLOCKED_CHALLENGE BLOCKED_LEGAL BLOCKED_LOGIN BLOCKED_PAYMENT"
            " BLOCKED_GEO BLOCKED_OTHER"
        ),
        Klass.UNREACHABLE: (
            "DNS_NXDOMAIN CONNECT_REFUSED CONNECT_TIMEOUT CONNECT_RESET CONNECT_UNREACHABLE TLS_EXPIRED"
            " TLS_UNTRUSTED TLS_NAME TLS_PROTOCOL SLOW CUT_SHORT REDIRECT_LOOP REDIRECT_LIMIT SERVER_ERROR EMPTY"
            " PROTOCOL"
        ),
        Klass.TRANSIENT: "DNS_TEMPFAIL RATE_LIMITED TEMP_UNAVAILABLE PARTIAL UNREADABLE",
        Klass.REFUSED: "REFUSED_SSRF REFUSED_SCHEME REFUSED_PORT REFUSED_URL",
        Klass.SKIPPED: "TOO_LARGE TOO_LARGE_DECODED NEEDS_JS ROBOTS_DENIED DEFERRED",
        Klass.OWN_FAULT: "OWN_FAULT",
    }.items()
    for verdict in verdicts.split()
}
# Failures before any answer: they may as well be faults of our own network.
NETWORK_VERDICTS = frozenset(
    ("DNS_NXDOMAIN", "DNS_TEMPFAIL", "CONNECT_REFUSED", "CONNECT_TIMEOUT", "CONNECT_RESET", "CONNECT_UNREACHABLE",
     "TLS_EXPIRED", "TLS_UNTRUSTED", "TLS_NAME", "TLS_PROTOCOL", "SLOW", "OWN_FAULT")
)  # fmt: skip
FOR_A_HUMAN = frozenset({"BLOCKED_LEGAL", "USURPED"})


@dataclass(frozen=True)
class Known:
    """What is known of a source's last good copy; every part may be missing."""

    title: str | None = None
    payload_sha256: str | None = None
    text: str | None = None


@dataclass(frozen=True)
class Judgement:
    """One observation. `signals` are sentences, `kinds` their machine names where independence counts.

    `similarity` to the last good copy is None when nothing is known of it; `changed` is False for the same
    bytes, True when a comparison of contents says so, None when nobody compared. `asks_human` wants a reviewer.
    """

    verdict: str
    klass: Klass
    signals: tuple[str, ...]
    kinds: frozenset[Kind] = frozenset()
    similarity: float | None = None
    changed: bool | None = None
    retry_after_s: float | None = None
    asks_human: bool = False
    title: str | None = None

    @property
    def network(self) -> bool:
        """Tell whether the check failed before any answer, so that our own network may be at fault."""
        return self.verdict in NETWORK_VERDICTS


@dataclass(frozen=True)
class Case:
    """A good answer with all that its judgement may weigh."""

    exchange: Exchange
    page: Page
    known: Known
    similarity: float | None
    probe: Page | None = None


def conclude(verdict: str, *signals: str, kinds: frozenset[Kind] = frozenset()) -> Judgement:
    """Return the judgement of this verdict; its class comes from the one table."""
    return Judgement(verdict, VERDICTS[verdict], signals, kinds, asks_human=verdict in FOR_A_HUMAN)
