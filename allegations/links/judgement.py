"""The words of a judgement: verdicts, the class each belongs to, and the signals behind one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any

from allegations.links.exchange import Exchange
from allegations.links.pages import Page, same_words
from allegations.links.sketch import likeness

ALIKE = 0.6  # from here on two pages are taken for one
SHORT_TEXT = 1200  # a page that says less may be one put in place of another


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
    """Independent signals of a page that only pretends to be there.

    Being gone takes two of them, one of them PROBE, or PROVIDER: a platform’s own word that it removed something.
    WITHHELD, its word that it does not show something to everyone, is none of being gone.
    """

    TITLE = "title"
    PHRASE = "phrase"
    ROOT = "root"
    PATH = "path"
    PROBE = "probe"
    UNLIKE = "unlike"
    PROVIDER = "provider"
    WITHHELD = "withheld"
    CERTIFICATE = "certificate"


VERDICTS: dict[str, Klass] = {
    verdict: klass
    for klass, verdicts in {
        Klass.ALIVE: "OK OK_NOT_MODIFIED MOVED_PERM MOVED_OFFSITE PAYWALLED CONSENT_WALL PDF_UNPARSED",
        Klass.GONE: "GONE_404 GONE_410",
        Klass.SOFT_GONE: "SOFT_GONE GONE_CONTENT USURPED",
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
# That a name leads to no public place may be said by its owner, or by a name server that misleads us alone.
OF_THE_RESOLVER = frozenset({"REFUSED_SSRF"})
FOR_A_HUMAN = frozenset({"BLOCKED_LEGAL", "USURPED"})
# Alive, but what came stands before the page: it is neither kept as a copy nor remembered.
WALLS = frozenset({"CONSENT_WALL"})


@dataclass(frozen=True)
class Known:
    """What is known of a source’s last good copy; every part may be missing.

    `sketch` is of its prose (`sketch.sketched`), `certificate` the subject and the issuer of its host’s certificate.
    It is replaced by `Judgement.known` of a page for which `states.learns` is true, and by nothing else; a person’s
    word that a page unlike it is right (`states.confirm`) makes it unknown.
    """

    title: str | None = None
    payload_sha256: str | None = None
    sketch: tuple[int, ...] = ()
    certificate: tuple[str, str] | None = None

    @classmethod
    def from_memory(cls, memory: Mapping[str, Any]) -> Known:
        """Read what `memory` holds under the names that `as_memory` gives; other names are left alone.

        >>> Known.from_memory({"title": "Minister charged", "sketch": [1, 2], "state": "alive"})
        Known(title='Minister charged', payload_sha256=None, sketch=(1, 2), certificate=None)
        """
        certificate = memory.get("certificate")
        return cls(
            memory.get("title"),
            memory.get("sha256"),
            tuple(memory.get("sketch") or ()),
            (certificate[0], certificate[1]) if certificate else None,
        )

    def as_memory(self) -> dict[str, Any]:
        """Return JSON values that `from_memory` reads."""
        return {
            "title": self.title,
            "sha256": self.payload_sha256,
            "sketch": list(self.sketch),
            "certificate": list(self.certificate) if self.certificate else None,
        }


@dataclass(slots=True)
class Judgement:
    """One observation. `signals` are sentences, `kinds` their machine names where independence counts.

    Nobody changes one; it is not frozen, as an exchange is not. `similarity` to the last good copy is None when nothing
    is known by which to compare; `unproven` is that of what came though the certificate was at fault. `changed` is
    False for the same bytes, True when a comparison of contents says so, None when nobody compared. `asks_human` wants
    a reviewer.
    `shown` is the page that came, where it is one to remember, or what is known already of the same bytes.
    `limits_host` tells that the answer is a statement about the whole host, which is to be left alone
    (`waiting.host_limited`). `of_host` tells that it was withheld because most addresses of the host fail alike.
    """

    verdict: str
    klass: Klass
    signals: tuple[str, ...]
    kinds: frozenset[Kind] = frozenset()
    similarity: float | None = None
    unproven: float | None = None
    changed: bool | None = None
    retry_after_s: float | None = None
    asks_human: bool = False
    shown: Page | Known | None = field(default=None, compare=False, repr=False)
    limits_host: bool = False
    of_host: bool = False

    @property
    def title(self) -> str | None:
        """Return the title of a page to remember."""
        return (self.shown.title or None) if self.shown else None

    @property
    def sketch(self) -> tuple[int, ...]:
        """Return the sketch of a page to remember; made when it is first asked for."""
        return self.shown.sketch if self.shown else ()

    @property
    def network(self) -> bool:
        """Tell whether the check failed before any answer, so that our own network may be at fault."""
        return self.verdict in NETWORK_VERDICTS

    @property
    def unanswered(self) -> bool:
        """Tell whether nobody answered: the check failed before any answer, or its connection was never made."""
        return self.network or self.verdict in OF_THE_RESOLVER

    @property
    def shows_page(self) -> bool:
        """Tell whether the page itself came, and not what stands before it."""
        return self.klass is Klass.ALIVE and self.verdict not in WALLS

    def known(self, exchange: Exchange) -> Known:
        """Return what is known of the page that came with this exchange."""
        certificate = exchange.certificate
        owner = (certificate.subject, certificate.issuer) if certificate else None
        return Known(self.title, exchange.payload_sha256, self.sketch, owner)


@dataclass(frozen=True)
class Case:
    """A good answer with all that its judgement may weigh."""

    exchange: Exchange
    page: Page
    known: Known
    probe: Page | None = None

    @property
    def same_bytes(self) -> bool:
        """Whether what came is byte for byte our last good copy."""
        return self.known.payload_sha256 is not None and self.exchange.payload_sha256 == self.known.payload_sha256

    @property
    def lost_prose(self) -> bool:
        """Whether our copy has prose and the page has none, so that like titles do not make them one."""
        return bool(self.known.sketch) and not self.page.sketch

    @property
    def looks_same(self) -> bool:
        """Whether the page has the title of our last good copy, and did not lose its prose."""
        return bool(self.known.title) and self.known.title == self.page.title and not self.lost_prose

    @cached_property
    def similarity(self) -> float | None:
        """How alike the page and our last good copy are, from 0 to 1: by their prose, else by their titles."""
        if self.same_bytes:
            return 1.0
        if self.known.sketch and self.page.sketch:
            return likeness(self.known.sketch, self.page.sketch)
        return same_words(self.page.title, self.known.title) if self.known.title else None

    @property
    def unlike(self) -> bool:
        """Whether the page is not that of our last good copy, as far as one is known."""
        return self.similarity is not None and self.similarity < ALIKE


def conclude(verdict: str, *signals: str, kinds: frozenset[Kind] = frozenset()) -> Judgement:
    """Return the judgement of this verdict; its class comes from the one table."""
    return Judgement(verdict, VERDICTS[verdict], signals, kinds, asks_human=verdict in FOR_A_HUMAN)
