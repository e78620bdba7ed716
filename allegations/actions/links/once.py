"""One check as a worker would make it, without database or broker: for an operator, a reviewer, or a test."""

from __future__ import annotations

import asyncio
import hashlib
import socket
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from django.conf import settings

from allegations.actions.evidence import address_policy
from allegations.links.addresses import AddressPolicy
from allegations.links.beside import ask_beside
from allegations.links.exchange import Exchange, Hop
from allegations.links.fetcher import fetch_many
from allegations.links.guard import Resolver, SystemResolver
from allegations.links.journey import Job
from allegations.links.judgement import Judgement, Known
from allegations.links.robots import Robots
from allegations.links.texts import Asked, Change, Reader
from allegations.links.verdicts import judge

Answers = list[tuple[str, ...] | OSError]


class Scripted:
    """A resolver whose answers are given: the first look-up of a name gets the first, the last one stays."""

    def __init__(self, answers: Mapping[tuple[str, int], Answers]) -> None:
        self._answers = {key: list(found) for key, found in answers.items()}
        self._system = SystemResolver()

    async def resolve(self, host: str, port: int) -> Sequence[str]:
        """Return every address of `host`."""
        given = self._answers.get((host, port))
        if not given:
            return await self._system.resolve(host, port)
        answer = given.pop(0) if len(given) > 1 else given[0]
        if isinstance(answer, OSError):
            raise answer
        return answer


WORDS = {
    "NXDOMAIN": socket.gaierror(socket.EAI_NONAME, "no such name"),
    "SERVFAIL": socket.gaierror(socket.EAI_AGAIN, "the name server failed"),
}


def scripted(pairs: Sequence[str]) -> Scripted:
    """Read NAME:PORT:ADDR[,ADDR…][;ADDR…] texts: `;` parts successive look-ups. Raises ValueError with words.

    NXDOMAIN and SERVFAIL stand for answers without an address.
    """
    answers: dict[tuple[str, int], Answers] = {}
    for pair in pairs:
        name, port, addresses = (*pair.split(":", 2), "", "")[:3]
        if not (name and port.isdigit() and addresses):
            raise ValueError(f"“{pair}” is not of the form NAME:PORT:ADDRESS[,ADDRESS…][;ADDRESS…].")
        answers[name.lower(), int(port)] = [
            WORDS.get(one.strip().upper()) or tuple(part.strip().strip("[]") for part in one.split(","))
            for one in addresses.split(";")
        ]
    return Scripted(answers)


@dataclass
class Once:
    """What one check came to, and how the page compares with an earlier body, if one was given."""

    exchange: Exchange
    known: Known
    judgement: Judgement
    change: Change | None = None
    unread: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return the check as JSON values."""
        exchange, judgement = self.exchange, self.judgement
        told: dict[str, Any] = {
            "url": exchange.url,
            "final_url": exchange.final_url,
            "hops": [
                {"url": hop.url, "status": hop.status, "location": hop.location, "address": hop.address}
                for hop in exchange.hops
            ],
            "status": exchange.status,
            "verdict": judgement.verdict,
            "class": judgement.klass.value,
            "signals": list(judgement.signals),
            "asks_human": judgement.asks_human,
            "payload_sha256": exchange.payload_sha256,
            "truncated": exchange.truncated is not None,
            "cut": exchange.truncated,
            "tls_verified": exchange.tls_verified,
            "bytes": {"wire": exchange.wire_bytes, "decoded": exchange.decoded_bytes},
            "similarity": judgement.similarity,
            "retry_after_s": judgement.retry_after_s,
            "timings": {name: ms and round(ms, 1) for name, ms in asdict(exchange.timings).items()},
        }
        if self.change is not None or self.unread:
            told["change"] = _told(self.change) if self.change else {"level": None, "reasons": [self.unread]}
        return told


def check_once(
    urls: Sequence[str],
    *,
    allow: Sequence[str] = (),
    resolver: Resolver | None = None,
    robots: bool = True,
    baseline: bytes | None = None,
) -> list[Once]:
    """Check addresses as a worker would; `allow` lifts the address rule for exactly these HOST:PORT pairs.

    Raises ValueError for a pair that is none.
    """
    policy = _allowing(allow)
    files = Robots({}) if robots else None

    def fetch(jobs: Sequence[Job]) -> list[Exchange]:
        asking = fetch_many(
            jobs,
            user_agent=settings.LINKS_USER_AGENT,
            policy=policy,
            resolver=resolver,
            robots=files,
            keep=baseline is not None,
        )
        return asyncio.run(asking)

    found = [_once(exchange, baseline) for exchange in fetch([Job(url) for url in urls])]
    ask_beside(found, fetch, policy)
    return found


def _allowing(pairs: Sequence[str]) -> AddressPolicy:
    policy = address_policy()
    for pair in pairs:
        try:
            policy = replace(policy, allow=policy.allow | {pair})
        except ValueError as error:
            words = f"“{pair}” is not an internet address with a port, such as 127.0.0.1:8080 or [::1]:8080."
            raise ValueError(words) from error
    return policy


def _once(exchange: Exchange, baseline: bytes | None) -> Once:
    try:
        known = _known(exchange, baseline)
        once = Once(exchange, known, judge(exchange, known))
        if baseline is not None and exchange.payload is not None:
            once.change, once.unread = _compared(exchange, baseline)
        return once
    finally:
        if exchange.payload:
            exchange.payload.close()


def _known(exchange: Exchange, baseline: bytes | None) -> Known:
    """What would be remembered of the earlier body, had it come from this address."""
    if baseline is None:
        return Known()
    digest = hashlib.sha256(baseline).hexdigest()
    earlier = Exchange(
        exchange.url,
        exchange.url,
        hops=(Hop(exchange.url, 200),),
        status=200,
        headers=exchange.headers,
        body=baseline,
        payload_sha256=digest,
    )
    return judge(earlier).known(earlier)


def _compared(exchange: Exchange, baseline: bytes) -> tuple[Change | None, str]:
    assert exchange.payload is not None
    media_type = exchange.headers.get("content-type", "")
    with Reader() as reader:
        before = reader.read(baseline, media_type, exchange.url)
        if before.failure:
            return None, f"The baseline cannot be read. {before.sentence}"
        after = b"".join(exchange.payload.decoded())
        reading = reader.read(after, media_type, exchange.final_url, asked=Asked(before.text))
    return reading.change, reading.sentence


def _told(change: Change) -> dict[str, Any]:
    return {
        "level": change.level.value,
        "reasons": list(change.reasons),
        "asks_human": change.asks_human,
        "likeness": round(change.likeness, 4),
        "text_sha256": change.text_sha256,
        "diff": change.as_data(),
    }
