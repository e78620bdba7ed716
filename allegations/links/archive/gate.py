"""Whether a copy is good enough to stand as evidence, and why not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from allegations.links.exchange import Exchange
from allegations.links.judgement import WALLS, Judgement, Klass
from allegations.links.verdicts import OF_THE_CERTIFICATE, judge

LEAST_TEXT = 200  # characters
WITHOUT_TEXT = ("application/pdf", "image/")
NOT_THE_PAGE = {
    "BLOCKED_CHALLENGE": "The answer is a test for robots, not the page.",
    "BLOCKED_LOGIN": "The answer is a login form, not the page.",
    "CONSENT_WALL": "The answer asks for consent instead of showing the page.",
    "EMPTY": "The answer is empty.",
    "NEEDS_JS": "The answer is empty without its scripts.",
}


@dataclass(frozen=True)
class Fetched:
    """What is known of how a copy came. `verdict` and `klass` are of what the answer shows (`shown`).

    `whole` tells that the body came to its end; `media_type` is what the server called it.
    """

    verdict: str
    klass: Klass
    status: int | None
    whole: bool
    media_type: str = ""
    tls_verified: bool | None = None
    downgraded: bool = False


@dataclass(frozen=True)
class Quality:
    """What stands against a copy as evidence (`reasons`), and what a reader of it should know (`notes`)."""

    reasons: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def is_evidence(self) -> bool:
        """Tell whether nothing stands against it."""
        return not self.reasons


def fetched(exchange: Exchange, judged: Judgement) -> Fetched:
    """Return how a copy came, from its exchange and what the check said of it."""
    seen = shown(exchange, judged)
    return Fetched(
        verdict=seen.verdict,
        klass=seen.klass,
        status=exchange.status,
        whole=not exchange.truncated and exchange.payload_sha256 is not None,
        media_type=exchange.headers.get("content-type", ""),
        tls_verified=exchange.tls_verified,
        downgraded=exchange.downgraded,
    )


def shown(exchange: Exchange, judged: Judgement) -> Judgement:
    """Return what the answer itself shows where a fault of the certificate decided about the link."""
    if exchange.failure in OF_THE_CERTIFICATE and exchange.status is not None:
        return judge(replace(exchange, failure=None, sentence=None))
    return judged


def quality(copy: Fetched, text: str) -> Quality:
    """Judge a copy by how it came, and by its text as far as it could be read."""
    return Quality(tuple(_reasons(copy, text)), tuple(_notes(copy)))


def _reasons(copy: Fetched, text: str) -> Iterator[str]:
    if copy.klass is not Klass.ALIVE or copy.verdict in WALLS:
        yield NOT_THE_PAGE.get(copy.verdict, "The check did not find the page.")
    if copy.status != 200:
        yield f"The status is {copy.status or 'unknown'}, not 200."
    if not copy.whole:
        yield "The answer did not come whole."
    read = len(text.strip())
    if read < LEAST_TEXT and not copy.media_type.strip().lower().startswith(WITHOUT_TEXT):
        yield f"It has {read} characters of text, fewer than {LEAST_TEXT}."


def _notes(copy: Fetched) -> Iterator[str]:
    if copy.tls_verified is False:
        yield "The site’s certificate was not verified."
    if copy.downgraded:
        yield "A redirect led from https to plain http."
    if copy.verdict == "PAYWALLED":
        yield "A paywall may hide a part of the page."
