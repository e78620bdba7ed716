"""Politeness across workers: one request in flight a host, and a rest after each, kept in Redis by Redis's clock.

PostgreSQL keeps the long waits (`Host.not_before`), so that a flushed Redis causes no burst: a claim holds its host.
Redis keeps the seconds, for hosts that a batch meets on the way, by a redirect or a robots.txt, and for servers that
many hosts share.
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

from allegations.links.exchange import NOTHING
from allegations.links.failures import Deferred

logger = logging.getLogger(__name__)

PREFIX = "links:host:"
HOLD_MS = 180_000  # as long as a lease; a lost worker's hold ends by itself
PATIENCE_S = 5.0  # a host that is free sooner is waited for; for others the check is put off
WITHOUT_REDIS_S = 60.0
REST_FACTOR = 5.0  # a host that took long to answer is left alone for longer
LONGEST_REST_S = 30.0
DEFAULT_REST_S = 2.0
WANTED_MS = 300_000  # a host is kept that long for the link whose turn it is; longer than any hold
WANTED_WAIT_MS = 60_000  # how long others are put off meanwhile
GAP_MS = 500  # between two requests of one server, for different hosts
GAP_PATIENCE_MS = 15_000  # a batch leaves room for as much

# Each key holds who may ask the host now and when the next one may, in milliseconds by Redis's clock; a second key for
# each holds whose turn it is next, where a link waited long. Returns 0 and takes the host for the caller, or returns
# how many milliseconds to wait; a caller who comes with a ticket is then the next.
TAKE = """
local t = redis.call('TIME'); local now = t[1] * 1000 + math.floor(t[2] / 1000); local waits, n = {}, #KEYS / 2
for i = 1, n do
    local key, wanted, ticket = KEYS[i], KEYS[n + i], ARGV[2 + i]
    local held, first = redis.call('HMGET', key, 'holder', 'until', 'next'), redis.call('GET', wanted)
    local free = math.max(held[1] ~= ARGV[1] and tonumber(held[2]) or 0, tonumber(held[3]) or 0)
    if first and first ~= ticket and held[1] ~= ARGV[1] then
        free = math.max(free, now + math.min(redis.call('PTTL', wanted), tonumber(ARGV[3 + n])))
    end
    if free > now then
        waits[i] = free - now
        if ticket ~= '' and (not first or first == ticket) then redis.call('SET', wanted, ticket, 'PX', ARGV[4 + n]) end
    else
        redis.call('HSET', key, 'holder', ARGV[1], 'until', now + ARGV[2]); redis.call('PEXPIRE', key, ARGV[2])
        if first and first == ticket then redis.call('DEL', wanted) end
        waits[i] = 0
    end
end
return waits
"""
# Gives the next place in the line of a server to a host, unless that is too far off; returns how many milliseconds away
# it is. For one host there is no gap: its own rest says how often it is asked.
LINE_UP = """
local t = redis.call('TIME'); local now = t[1] * 1000 + math.floor(t[2] / 1000)
local last = redis.call('HMGET', KEYS[1], 'host', 'next')
local free = math.max(tonumber(last[2]) or 0, now)
local wait = (last[1] and last[1] ~= ARGV[1]) and free - now or 0
if wait <= tonumber(ARGV[3]) then
    local after = math.max(free, now + wait + ARGV[2])
    redis.call('HSET', KEYS[1], 'host', ARGV[1], 'next', after); redis.call('PEXPIRE', KEYS[1], after - now)
end
return wait
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

BUSY = "Another of our checks was asking the same host; this one was put off."
SHARED = "Many sites share one server, which is asked for them one after the other; the check was put off."


class Turns:
    """The turns of one batch: its own hosts are taken at once, others when a journey comes to them.

    `rests` are the least seconds between two requests of a host; where it is 0, the host asks for no rest at all.
    `wanted` gives the hosts whose turn a link of this batch has waited for, each with that link's ticket: they are
    taken at once too, or kept for it. `closed` gives the hosts that want to be left alone, with the seconds.
    """

    def __init__(
        self,
        client: redis.Redis,
        rests: Mapping[str, float],
        wanted: Mapping[str, str] = NOTHING,
        closed: Mapping[str, float] | None = None,
    ) -> None:
        self._client, self._rests, self._wanted = client, rests, wanted
        self._closed = {host: time.monotonic() + wait_s for host, wait_s in (closed or {}).items()}
        self._token = uuid.uuid4().hex
        self._held: set[str] = set()
        self._took: defaultdict[str, float] = defaultdict(float)

    def __enter__(self) -> Turns:
        own = sorted(self._rests.keys() | self._wanted.keys())
        try:
            waits = self._take(own)
        except redis.RedisError as error:
            logger.warning("Redis does not answer (%s); the claims in PostgreSQL hold our own hosts", error)
            own = sorted(self._rests)
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
        keys = [*map(_key, hosts), *(f"{_key(host)} wanted" for host in hosts)]
        tickets = [self._wanted.get(host, "") for host in hosts]
        waits: Any = self._client.eval(
            TAKE, len(keys), *keys, self._token, HOLD_MS, *tickets, WANTED_WAIT_MS, WANTED_MS
        )
        return [wait / 1000 for wait in waits]

    def gate(self, host: str) -> _Turn:
        """Return the turn of this host, to be waited for with `async with`; raises Deferred where that takes long."""
        return _Turn(self, host)

    async def gap(self, host: str, address: str) -> None:
        """Wait for the turn of `host` at its server; raise Deferred where that takes long. Who asks for no rest waits
        for none, and without Redis nobody knows who asked last."""
        if not self._rests.get(host, DEFAULT_REST_S):
            return
        line = (f"{PREFIX}at {address}", host, GAP_MS, GAP_PATIENCE_MS)
        try:
            wait_ms: Any = await asyncio.to_thread(self._client.eval, LINE_UP, 1, *line)
        except redis.RedisError:
            return
        if wait_ms > GAP_PATIENCE_MS:
            raise Deferred(wait_ms / 1000, SHARED)
        if wait_ms:
            await asyncio.sleep(wait_ms / 1000)

    async def _come_in(self, host: str) -> None:
        waited = 0.0
        if host not in self._held and (left_s := self._closed.get(host, 0.0) - time.monotonic()) > 0:
            raise Deferred(left_s)
        while host not in self._held:
            wait = await self._ask(host)
            if not wait:
                self._held.add(host)
            elif (waited := waited + wait) > PATIENCE_S:
                raise Deferred(wait, BUSY, host)
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
