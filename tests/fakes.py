"""Stand-ins for what lies outside; tests/verification holds them to the real signatures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256

from allegations.links.exchange import Exchange, Failure, Hop
from allegations.links.journey import Job

PAGE = b"<html><title>Story</title><body><p>" + b"A sentence of the story that goes on. " * 40 + b"</p></body></html>"


def page(url: str, body: bytes = PAGE, status: int = 200, **kwargs) -> Exchange:
    return Exchange(
        url=url,
        final_url=url,
        hops=(Hop(url, status=status, address="192.0.2.1"),),
        status=status,
        headers={"content-type": "text/html"},
        body=body,
        wire_bytes=len(body),
        payload_sha256=sha256(body).hexdigest(),
        **kwargs,
    )


def failed(url: str, failure: Failure = Failure.CONNECT_TIMEOUT) -> Exchange:
    return Exchange(url=url, final_url=url, failure=failure, sentence="It did not answer.")


class Web:
    """A web that answers as told: `answers` by address, a page for all others; it remembers what it was asked."""

    def __init__(self, answers: Mapping[str, object] | None = None, default=page) -> None:
        self.answers, self.default, self.asked = dict(answers or {}), default, []

    def __call__(self, jobs: Sequence[Job]) -> list[Exchange]:
        self.asked += [job.url for job in jobs]
        return [self.answers.get(job.url, self.default)(job.url) for job in jobs]
