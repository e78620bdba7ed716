"""What a batch saw: each source with its exchange and its judgement, with a second look where one tells more."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from allegations.actions.evidence import address_policy
from allegations.actions.links.claiming import Claim
from allegations.actions.links.onward import hosts_of
from allegations.codes import LinkState
from allegations.links.archive.holding import anew
from allegations.links.beside import Fetch, ask_beside
from allegations.links.exchange import Exchange, Failure
from allegations.links.freeze import Observation
from allegations.links.journey import Job
from allegations.links.judgement import OF_THE_RESOLVER, Judgement, Known
from allegations.links.memory import silent_since
from allegations.links.verdicts import judge
from allegations.models import Source

logger = logging.getLogger(__name__)

UNDOUBTED = frozenset({LinkState.NEW, LinkState.ALIVE, LinkState.MOVED})
OWN_FAULT = "Our own fault: what this check brought could not be read or written down."


@dataclass(slots=True)
class Seen:
    """One source of a batch with what its check brought."""

    source: Source
    exchange: Exchange
    judgement: Judgement
    is_second_look: bool = False  # a few seconds after the baseline, it says nothing of the pace of a page
    besides: tuple[str, ...] = ()  # the hosts that other questions about it came to

    @property
    def known(self) -> Known:
        """What is remembered of the source’s last good copy."""
        return known_of(self.source)

    @property
    def observation(self) -> Observation:
        source, judgement = self.source, self.judgement
        return Observation(
            host=source.host.key,
            klass=judgement.klass,
            network=judgement.network,
            url=source.canonical_url,
            silent_since=silent_since(source.memory),
            misled=judgement.verdict in OF_THE_RESOLVER and source.last_alive_at is not None,
        )

    @property
    def put_off(self) -> bool:
        """Whether nothing was asked, so that nothing was seen of the page."""
        return self.exchange.failure is Failure.DEFERRED and not self.exchange.hops

    def close(self) -> None:
        """Let go of the body."""
        if self.exchange.payload:
            self.exchange.payload.close()


def look(claim: Claim, fetch: Fetch) -> list[Seen]:
    """Ask for every source of a claim and judge what came; the bodies are the caller's to close."""
    exchanges = fetch([job_of(source) for source in claim.sources])
    seen = [seen_of(source, exchange) for source, exchange in zip(claim.sources, exchanges, strict=True)]
    for one, answer in ask_beside(seen, fetch, address_policy()):
        one.besides += tuple(hosts_of(answer))
    return seen


def job_of(source: Source) -> Job:
    """How a source is asked: with the validators of our copy, unless that is damaged and has to come anew.

    A link in doubt is asked for the whole page: “not modified” alone brings none back.
    """
    if anew(source.memory) or in_doubt(source):
        return Job(source.canonical_url)
    copy_url = source.memory.get("copy_url")
    return Job(source.canonical_url, source.etag or None, source.last_modified or None, copy_url=copy_url)


def in_doubt(source: Source) -> bool:
    """Tell whether the link does not stand as it should: lost, silent, suspect, or a question is open."""
    waits = source.memory.get("proposed") or source.memory.get("long_silent")
    return source.state not in UNDOUBTED or bool(waits)


def known_of(source: Source) -> Known:
    """What is remembered of a source's last good copy."""
    return Known.from_memory(source.memory)


def seen_of(source: Source, exchange: Exchange) -> Seen:
    """Judge an exchange; one that cannot be judged is a fault of our own."""
    try:
        return Seen(source, exchange, judge(exchange, known_of(source)))
    except Exception:
        logger.exception("What came from %s could not be judged", source.canonical_url)
        if exchange.payload:
            exchange.payload.close()
        url = source.canonical_url
        fault = Exchange(url, url, failure=Failure.OWN_FAULT, sentence=OWN_FAULT)
        return Seen(source, fault, judge(fault))
