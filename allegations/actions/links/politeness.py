"""Politeness across workers: one request in flight a host, and a rest after each, kept in Redis by Redis's clock.

PostgreSQL keeps the long waits (`Host.not_before`), so that a flushed Redis causes no burst: a claim holds its host.
Redis keeps the seconds, for hosts that a batch meets on the way, by a redirect or a robots.txt.
"""

from __future__ import annotations

import asyncio
import logging
import time
import uuid
from collections import defaultdict
from collections.abc import Mapping
from types import TracebackType
from typing import Any

import redis

from allegations.links.failures import Deferred

logger = logging.getLogger(__name__)

PREFIX = "links:host:"
HOLD_MS = 180_000  # as long as a lease; a lost worker's hold ends by itself
PATIENCE_S = 5.0  # a host that is free sooner is waited for; for others the check is put off
WITHOUT_REDIS_S = 60.0
REST_FACTOR = 5.0  # a host that took long to answer is left alone for longer
LONGEST_REST_S = 30.0
DEFAULT_REST_S = 2.0

# Each key holds who may ask the host now and when the next one may, in milliseconds by Redis's clock. Returns 0 and
# takes the host for the caller, or returns how many milliseconds to wait.
TAKE = """
local t = redis.call('TIME'); local now = t[1] * 1000 + math.floor(t[2] / 1000); local waits = {}
for i, key in ipairs(KEYS) do
    local held = redis.call('HMGET', key, 'holder', 'until', 'next')
    local free = math.max(held[1] ~= ARGV[1] and tonumber(held[2]) or 0, tonumber(held[3]) or 0)
    if free > now then waits[i] = free - now else
        redis.call('HSET', key, 'holder', ARGV[1], 'until', now + ARGV[2]); redis.call('PEXPIRE', key, ARGV[2])
        waits[i] = 0
    end
end
return waits
"""
# Gives the hosts back that the caller holds, each to rest for its milliseconds.
GIVE = """
local t = redis.call('TIME'); local now = t[1] * 1000 + math.floor(t[2] / 1000)
for i, key in ipairs(KEYS) do
    if redis.call('HGET', key, 'holder') == ARGV[1] then
        local rest = tonumber(ARGV[i + 1])
        if rest > 0 then
            redis.call('HSET', key, 'next', now + rest, 'holder', '', 'until', 0); redis.call('PEXPIRE', key, rest)
        else redis.call('DEL', key) end
    end
end
"""


class Turns:
    """The turns of one batch: its own hosts are taken at once, others when a journey comes to them.

    `rests` are the least seconds between two requests of a host; where it is 0, the host asks for no rest at all.
    """

    def __init__(self, client: redis.Redis, rests: Mapping[str, float]) -> None:
        self._client, self._rests = client, rests
        self._token = uuid.uuid4().hex
        self._held: set[str] = set()
        self._took: defaultdict[str, float] = defaultdict(float)

    def __enter__(self) -> Turns:
        own = sorted(self._rests)
        try:
            waits = self._take(own)
        except redis.RedisError as error:
            logger.warning("Redis does not answer (%s); the claims in PostgreSQL hold our own hosts", error)
            waits = [0.0] * len(own)
        self._held.update(host for host, wait in zip(own, waits, strict=True) if not wait)
        return self

    def __exit__(self, _kind: type[BaseException] | None, _error: object, _trace: TracebackType | None) -> None:
        held = sorted(self._held)
        rests = [round(self._rest(host) * 1000) for host in held]
        try:
            if held:
                self._client.eval(GIVE, len(held), *map(_key, held), self._token, *rests)
        except redis.RedisError as error:
            logger.warning("Redis does not answer (%s); what we hold there ends by itself", error)

    def _rest(self, host: str) -> float:
        least = self._rests.get(host, DEFAULT_REST_S)
        return max(least, min(REST_FACTOR * self._took[host], LONGEST_REST_S)) if least else 0.0

    def _take(self, hosts: list[str]) -> list[float]:
        """Return the seconds to wait for each host; those of 0 are ours now."""
        if not hosts:
            return []
        waits: Any = self._client.eval(TAKE, len(hosts), *map(_key, hosts), self._token, HOLD_MS)
        return [wait / 1000 for wait in waits]

    def gate(self, host: str) -> _Turn:
        """Return the turn of this host, to be waited for with `async with`; raises Deferred where that takes long."""
        return _Turn(self, host)

    async def _come_in(self, host: str) -> None:
        waited = 0.0
        while host not in self._held:
            wait = await self._ask(host)
            if not wait:
                self._held.add(host)
            elif (waited := waited + wait) > PATIENCE_S:
                raise Deferred(wait)
            else:
                await asyncio.sleep(wait)

    async def _ask(self, host: str) -> float:
        try:
            return (await asyncio.to_thread(self._take, [host]))[0]
        except redis.RedisError as error:
            raise Deferred(WITHOUT_REDIS_S) from error


class _Turn:
    """One request’s turn of a host, which no other batch asks meanwhile; within a batch the fetcher sees to it."""

    def __init__(self, turns: Turns, host: str) -> None:
        self._turns, self._host = turns, host
        self._began = 0.0

    async def __aenter__(self) -> None:
        await self._turns._come_in(self._host)
        self._began = time.monotonic()

    async def __aexit__(self, *_exc: object) -> None:
        self._turns._took[self._host] = max(self._turns._took[self._host], time.monotonic() - self._began)


def _key(host: str) -> str:
    return f"{PREFIX}{host}"
