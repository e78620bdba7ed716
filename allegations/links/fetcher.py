"""Asking web addresses safely: every hop judged, every amount bounded, every outcome in words."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from allegations.links.addresses import PUBLIC, AddressPolicy, Judge
from allegations.links.diagnosis import late
from allegations.links.exchange import NOTHING, Exchange, Failure, Limits
from allegations.links.guard import Gap, Phase, Resolver, SystemResolver, no_gap
from allegations.links.journey import Asking, Gate, Job, Journey, no_gate
from allegations.links.places import Places
from allegations.links.robots import Robots
from allegations.links.wire import Wire

logger = logging.getLogger(__name__)

AGAIN_IN_S = 60.0  # what a batch had no time for
MOST_OF_ITS_TIME = 0.75  # who was served so long and not to the end was served slowly


async def fetch(
    url: str,
    *,
    user_agent: str,
    policy: AddressPolicy = PUBLIC,
    limits: Limits | None = None,
    resolver: Resolver | None = None,
    gate: Gate = no_gate,
    headers: Mapping[str, str] = NOTHING,
    etag: str | None = None,
    last_modified: str | None = None,
    verify_tls: bool = True,
    keep: bool = False,
    robots: Robots | None = None,
    trust: Path | None = None,
    body: bytes | None = None,
) -> Exchange:
    """Ask for `url` and follow where it leads; never raise for what the other side does. A `body` is posted."""
    resolver = resolver or SystemResolver()
    asking = Asking(user_agent, policy, limits or Limits(), resolver, gate, headers, keep, robots, trust)
    with Wire(trust) as wire:
        return await Journey(Job(url, etag, last_modified, verify_tls, body), asking, wire, Judge(policy)).make()


async def fetch_many(
    jobs: Iterable[Job],
    *,
    user_agent: str,
    policy: AddressPolicy = PUBLIC,
    limits: Limits | None = None,
    resolver: Resolver | None = None,
    gate: Gate = no_gate,
    headers: Mapping[str, str] = NOTHING,
    gap: Gap = no_gap,
    concurrency: int = 64,
    within_s: float | None = None,
    keep: bool = False,
    robots: Robots | None = None,
    trust: Path | None = None,
) -> list[Exchange]:
    """Ask for every job, with at most one request in flight a host; answers come in the order of the jobs.

    After `within_s` seconds in all, waiting included, what is still on its way comes back as put off, or as slow where
    it has had most of its own time, `limits.total_s`; let `within_s` be longer than that. A job that meets an error
    nobody foresaw is a fault of our own. With `keep` each exchange may bring a payload, which the caller closes.
    """
    resolver, places = resolver or SystemResolver(), Places(concurrency)
    asking = Asking(user_agent, policy, limits or Limits(), resolver, gate, headers, keep, robots, trust, places, gap)
    ends = None if within_s is None else asyncio.get_running_loop().time() + within_s
    judge = Judge(policy)
    with Wire(trust) as wire:
        return await _all([Journey(job, asking, wire, judge) for job in jobs], ends)


async def _all(journeys: Sequence[Journey], ends: float | None) -> list[Exchange]:
    """Make all journeys until `ends` by the loop’s clock; no job can lose another’s answer."""
    tasks = [asyncio.create_task(_made(journey)) for journey in journeys]
    try:
        async with asyncio.timeout_at(ends):
            await asyncio.gather(*tasks, return_exceptions=True)
    except TimeoutError:
        pass
    except BaseException:
        for task in tasks:  # nobody is handed what was kept
            if task.done() and not task.cancelled() and (payload := task.result().payload):
                payload.close()
        raise
    return [
        _late(journey) if task.cancelled() else task.result() for journey, task in zip(journeys, tasks, strict=True)
    ]


async def _made(journey: Journey) -> Exchange:
    try:
        return await journey.make()
    except Exception:
        logger.exception("The check of %s failed", journey.job.url)
        return _own_fault(journey.job, "Our own fault: the check failed in a way we did not foresee.")


def _late(journey: Journey) -> Exchange:
    """Return what a journey came to that the batch had no more time for; that time is no fault of its own."""
    if journey.spent_s >= MOST_OF_ITS_TIME * journey.asking.limits.total_s:
        return replace(journey._exchange(late(Phase.ANSWER)), payload=None)
    when = "the address was answered" if journey.hops else "the address was asked"
    words = f"The batch’s time was over before {when}; the check was put off."
    final = journey.hops[-1].url if journey.hops else journey.job.url
    return Exchange(
        journey.job.url,
        final,
        hops=tuple(journey.hops),
        failure=Failure.DEFERRED,
        sentence=words,
        wait_s=AGAIN_IN_S,
    )


def _own_fault(job: Job, sentence: str) -> Exchange:
    return Exchange(url=job.url, final_url=job.url, failure=Failure.OWN_FAULT, sentence=sentence)
