"""Asking web addresses safely: every hop judged, every amount bounded, every outcome in words."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping

from allegations.links.addresses import PUBLIC, AddressPolicy
from allegations.links.exchange import NOTHING, Exchange, Failure, Limits
from allegations.links.guard import Resolver, SystemResolver
from allegations.links.journey import Asking, Gate, Job, Journey, no_gate

logger = logging.getLogger(__name__)


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
) -> Exchange:
    """Ask for `url` and follow where it leads; never raise for what the other side does."""
    asking = Asking(user_agent, policy, limits or Limits(), resolver or SystemResolver(), gate, headers)
    return await Journey(Job(url, etag, last_modified, verify_tls), asking).make()


async def fetch_many(
    jobs: Iterable[Job],
    *,
    user_agent: str,
    policy: AddressPolicy = PUBLIC,
    limits: Limits | None = None,
    resolver: Resolver | None = None,
    headers: Mapping[str, str] = NOTHING,
    concurrency: int = 32,
    within_s: float | None = None,
) -> list[Exchange]:
    """Ask for every job, with at most one request in flight a host; answers come in the order of the jobs.

    After `within_s` seconds in all, waiting included, what is not answered yet comes back as a fault of our own; so
    does a job that meets an error nobody foresaw.
    """
    ends = None if within_s is None else asyncio.get_running_loop().time() + within_s
    turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
    places = asyncio.Semaphore(concurrency)
    asking = Asking(
        user_agent,
        policy,
        limits or Limits(),
        resolver or SystemResolver(),
        lambda host: _Turn(turns[host], places),
        headers,
    )
    return list(await asyncio.gather(*(_made(job, asking, ends) for job in jobs)))


async def _made(job: Job, asking: Asking, ends: float | None) -> Exchange:
    """Make one journey until `ends` by the loop's clock; never raise, so that no job can lose another's answer."""
    try:
        async with asyncio.timeout_at(ends):
            return await Journey(job, asking).make()
    except TimeoutError:
        return _own_fault(job, "Our own fault: the check ran out of the batch’s time.")
    except Exception:
        logger.exception("The check of %s failed", job.url)
        return _own_fault(job, "Our own fault: the check failed in a way we did not foresee.")


def _own_fault(job: Job, sentence: str) -> Exchange:
    return Exchange(url=job.url, final_url=job.url, failure=Failure.OWN_FAULT, sentence=sentence)


class _Turn:
    """A host's turn first, then one of the shared places: who waits for a host holds no place."""

    def __init__(self, host: asyncio.Lock, places: asyncio.Semaphore) -> None:
        self._host, self._places = host, places

    async def __aenter__(self) -> None:
        await self._host.acquire()
        try:
            await self._places.acquire()
        except BaseException:
            self._host.release()
            raise

    async def __aexit__(self, *_exc: object) -> None:
        self._places.release()
        self._host.release()
