"""Asking web addresses safely: every hop judged, every amount bounded, every outcome in words."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping

from allegations.links.addresses import PUBLIC, AddressPolicy
from allegations.links.exchange import NOTHING, Exchange, Limits
from allegations.links.guard import Resolver, SystemResolver
from allegations.links.journey import Asking, Gate, Job, Journey, no_gate


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
) -> list[Exchange]:
    """Ask for every job, with at most one request in flight a host; answers come in the order of the jobs."""
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
    return list(await asyncio.gather(*(Journey(job, asking).make() for job in jobs)))


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
